// tests/plugins_bad/marker.h -- leaves a trace when a library's constructors run.
//
// Every bad plugin includes it once; a test that expects a refusal before loading asserts that the file is absent.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace bad {

// Appends this process's id to the file that MANTA_TEST_MARKER names.
class Marker {
 public:
  Marker() {
    const char* path = std::getenv("MANTA_TEST_MARKER");
    if (path == nullptr) return;
    if (std::FILE* file = std::fopen(path, "a")) {
      std::fprintf(file, "%d\n", static_cast<int>(getpid()));
      std::fclose(file);
    }
  }
};

const Marker marker;

}  // namespace bad

// SPDX-License-Identifier: Apache-2.0
