// core/plugin/plugin_registry.h -- holds the plugins that passed the door, and the reasons for those that did not.
//
// The kernel fills one from its plugin path, asks it for what config names, and shows it to people. It is an
// object, not a global: two runtimes of one process may know different plugins.
//
// Shapes    The first library that brings a name keeps it; a later one that brings it again is refused whole.
//           Adding the same file twice, by whatever path, is ok and changes nothing.
// Threads   [one-at-a-time] while libraries are added; all const methods are [any-thread] afterwards.
// Memory    Records live as long as the registry; libraries as long as the process (plugin_library.h).
// Errors    A refused library: the codes of LoadPluginLibrary, and kAlreadyExists. Messages begin with the
//           library's file name, say what was found and what is wanted, and what to do.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "core/plugin/plugin_library.h"
#include "core/plugin/plugin_record.h"

namespace manta {

struct PluginRegistryOptions {
  std::string probe_path;  // The manta_probe program; "" refuses what would have to be probed.
  int64_t probe_timeout_ms = 5000;
};

struct RefusedLibrary {
  std::string path;  // As it was given, or as the directory's listing makes it.
  absl::Status reason;
};

class PluginRegistry {
 public:
  explicit PluginRegistry(PluginRegistryOptions options);
  PluginRegistry(const PluginRegistry&) = delete;
  PluginRegistry& operator=(const PluginRegistry&) = delete;

  // Loads one library and adds its plugins. A refusal is returned and remembered.
  absl::Status AddLibrary(std::string_view path, Trust trust);

  // Adds every file named *.so in the directory, sorted by name, not recursively. A refused library is remembered
  // and does not fail the call.
  //   kNotFound          no such directory.
  //   kInvalidArgument   it is no directory, or not readable.
  absl::Status AddDirectory(std::string_view path, Trust trust);

  // The plugin, or null.
  const PluginRecord* Find(std::string_view interface_name, std::string_view name) const;

  // Why Find gave null, kNotFound: what was asked for, what is known, what was refused, the nearest name.
  absl::Status Unknown(std::string_view interface_name, std::string_view name) const;

  // In the order of their adding.
  std::vector<const PluginRecord*> plugins() const;
  const std::vector<RefusedLibrary>& refused() const { return refused_; }

 private:
  absl::Status Add(std::string_view path, Trust trust);

  PluginRegistryOptions options_;
  std::vector<std::unique_ptr<const PluginRecord>> plugins_;
  std::vector<RefusedLibrary> refused_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
