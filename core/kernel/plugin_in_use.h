// core/kernel/plugin_in_use.h -- names a plugin that a running kernel uses.
#pragma once

#include <string>

namespace manta {

struct PluginInUse {
  std::string slot;            // "object_store"; "object_store.eviction" for one inside it.
  std::string name;            // "manta.object_store.heap"
  std::string interface_name;  // "object_store"
  std::string library_path;    // Absolute.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
