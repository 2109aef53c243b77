#include "core/kernel/configure.h"

#include <string>
#include <utility>

#include "core/base/text.h"
#include "core/kernel/plugin_search.h"
#include "core/kernel/system/posix_disk.h"

namespace manta {

absl::StatusOr<LoadedPlugins> LoadPlugins(const ConfigSources& sources) {
  LoadedPlugins loaded;
  loaded.schemas = std::make_unique<ConfigSchemas>();
  PosixDisk disk;
  absl::StatusOr<std::vector<ConfigLayer>> layers = ReadLayers(sources, *loaded.schemas, disk);
  if (!layers.ok()) return layers.status();
  loaded.layers = *std::move(layers);
  absl::StatusOr<std::vector<PluginFolder>> named = PluginPath(loaded.layers);
  if (!named.ok()) return named.status();

  const PluginPlaces places = FindPluginPlaces(sources);
  loaded.registry = std::make_unique<PluginRegistry>(PluginRegistryOptions{.probe_path = places.probe_path});
  for (const PluginFolder& folder : *named) {
    absl::Status status = loaded.registry->AddDirectory(folder.path, Trust::kProbeFirst);
    if (!status.ok()) return Annotate(status, Concat(folder.origin.ToString(), ": plugin_path"));
  }
  for (const std::string& folder : places.trusted_folders) {
    absl::Status status = loaded.registry->AddDirectory(folder, Trust::kTrusted);
    if (!status.ok()) return Annotate(status, "plugin folder");
  }
  for (const PluginRecord* plugin : loaded.registry->plugins()) loaded.schemas->Add(*plugin);
  return loaded;
}

absl::StatusOr<EffectiveConfig> Configure(const LoadedPlugins& plugins) {
  return ResolveConfig(plugins.layers, *plugins.schemas, *plugins.registry);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
