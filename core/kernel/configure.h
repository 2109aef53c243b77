// core/kernel/configure.h -- goes from the sources of a configuration to loaded plugins and checked values.
//
//   sources --LoadPlugins--> layers, plugins --Configure--> effective configuration
//
// The first step is enough for tools that list plugins while the configuration is wrong.
//
// Threads   [any-thread]; reads the disk, may start the probe. [blocks]
// Memory    The effective configuration points into the loaded plugins.
// Errors    As config_layers.h and effective_config.h; kNotFound or kInvalidArgument for a folder of plugin_path that
//           is none. A library that is refused is no error until config names a plugin that it would bring.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "core/config/config_layers.h"
#include "core/config/config_schemas.h"
#include "core/config/config_sources.h"
#include "core/config/effective_config.h"
#include "core/plugin/plugin_registry.h"

namespace manta {

struct LoadedPlugins {
  std::unique_ptr<ConfigSchemas> schemas;
  std::unique_ptr<PluginRegistry> registry;
  std::vector<ConfigLayer> layers;
};

absl::StatusOr<LoadedPlugins> LoadPlugins(const ConfigSources& sources);

absl::StatusOr<EffectiveConfig> Configure(const LoadedPlugins& plugins);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
