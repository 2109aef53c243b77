// core/plugin/plugin_library.h -- takes one plugin library through the door.
//
//   path check -> note (read from the file, no code runs) -> probe, unless trusted -> load -> manifest check
//
// A library that fails a step never reaches the next one. Everything before `load` runs none of its code.
//
// Threads   [any-thread]; blocks on the disk and, for a probe, until it ends or its time is over. [blocks]
// Memory    A loaded library stays until the process ends: its code, vtables and tables may be in use by anyone, so
//           there is no unload. Dropping a registry, or loading the same file again, changes nothing about that.
// Errors    kNotFound            no such file.
//           kPermissionDenied    path, owner or mode let somebody else write it; the message has the command to run.
//           kInvalidArgument     not a plugin library, or its note or manifest is malformed.
//           kFailedPrecondition  well-formed, but built for another kernel (ABI, interface, fingerprint), or it
//                                cannot be loaded or died in the probe.
//           Every message begins with the library's file name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/plugin/plugin_record.h"

namespace manta {

enum class Trust {
  kTrusted,     // Its directory is the kernel's own: loaded at once.
  kProbeFirst,  // Loaded by the probe process first, so that a crash in its constructors is not ours.
};

struct LoadOptions {
  Trust trust = Trust::kProbeFirst;
  std::string probe_path;
  int64_t probe_timeout_ms = 5000;
};

// Loads the library and describes its plugins, at least one.
absl::StatusOr<std::vector<PluginRecord>> LoadPluginLibrary(std::string_view path, const LoadOptions& options);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
