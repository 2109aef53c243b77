// tools/bench/peers/peer.h -- is the frame of a program that measures one thing of another library.
//
//   PROGRAM MEASUREMENT COUNT       prints {"value": FIGURE}, the figure of one run after a smaller one to warm up.
//
// Units     Nanoseconds for one thing, or things in a second: as the row that is held against it.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/base/output.h"

namespace manta::bench {

using PeerMeasurements = std::map<std::string, std::function<double(uint64_t count)>>;

// Ends the program when a result is wrong: its figure would mean nothing.
inline void CheckPeer(const char* what, uint64_t result, uint64_t wanted) {
  if (result == wanted) return;
  std::fprintf(stderr, "%s is %llu, and should be %llu\n", what, static_cast<unsigned long long>(result),
               static_cast<unsigned long long>(wanted));
  std::exit(EXIT_FAILURE);
}

// Returns the program's exit code.
inline int RunPeer(int argc, char** argv, const PeerMeasurements& measurements) {
  char* end = nullptr;
  const uint64_t count = argc == 3 ? std::strtoull(argv[2], &end, 10) : 0;
  const auto found = argc == 3 ? measurements.find(argv[1]) : measurements.end();
  if (found == measurements.end() || count == 0 || *end != '\0') {
    const bool asked = argc == 2 && std::string_view(argv[1]) == "--help";
    std::FILE* const out = asked ? stdout : stderr;
    std::fprintf(out, "usage: %s MEASUREMENT COUNT; measurements:", argv[0]);
    for (const auto& [name, measure] : measurements) std::fprintf(out, " %s", name.c_str());
    std::fprintf(out, "\n");
    return EndOutput(argv[0], asked ? EXIT_SUCCESS : 2);
  }
  std::printf("{\"value\": %.17g}\n", found->second(count));
  return EndOutput(argv[0], EXIT_SUCCESS);
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
