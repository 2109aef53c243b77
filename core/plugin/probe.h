// core/plugin/probe.h -- loads a library in a process of its own first, so that its constructors crash that one.
//
//   started --loading--> --loaded--> --passed or refused (with its message)--> exits
//
// The probe (manta_probe) tells these steps on a pipe of its own; whatever ends it earlier is the library's doing.
//
// Shapes    The probe gets no input, no descriptors of ours, a process group of its own, and of the environment only
//           what decides how libraries load and how sanitizers behave. What it prints is captured.
// Threads   [any-thread]; [blocks] until the probe has ended or its time is over. Other children and SIGCHLD are left
//           alone.
// Errors    kFailedPrecondition  it died, exited, or did not finish in time; the step, and its last line of output.
//                                The probe program itself is missing.
//           or what LoadManifest and ReadManifest say in the probe.
//           No file name before the message: the caller adds it.
// Cost      One process, a few milliseconds.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

namespace manta {

struct ProbeOptions {
  std::string_view probe_path;
  int64_t timeout_ms = 5000;
};

// REQUIRES: library_path is absolute and passed the path check and the note check.
absl::Status ProbeLibrary(std::string_view library_path, const ProbeOptions& options);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
