// core/plugin/loaded_library.h -- loads a library and finds its manifest. Its constructors run here.
//
// Shapes    All symbols are bound at once (a missing one is found here, not in the middle of a call), none is visible
//           to other libraries, and the library is never unloaded. The libraries it needs are loaded with it, from its
//           run path and the system's folders; what they do there is not checked.
// Threads   [any-thread]; runs foreign code.
// Memory    The manifest lives until the process ends.
// Errors    kFailedPrecondition  the system cannot load it; the system's reason, a missing symbol by name.
//           kInvalidArgument     it exports no manifest.
//           No file name before the message: the caller adds it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "core/plugin/abi.h"

namespace manta {

// REQUIRES: an absolute path, whose note was checked.
absl::StatusOr<const abi::PluginManifest*> LoadManifest(const std::string& path);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
