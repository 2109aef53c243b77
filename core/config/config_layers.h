// core/config/config_layers.h -- reads the sources of a configuration into layers of text, lowest first.
//
// Layers know no plugin's types yet. But the plugin path stands in them, and is needed to find the plugins that bring
// those types: so PluginPath is asked first, then the plugins are loaded, then effective_config.h does the rest.
//
// Errors    kInvalidArgument, kNotFound: with origin, what was found, what is wanted, the nearest known name.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/config/config_schemas.h"
#include "core/config/config_sources.h"
#include "core/config/text_tree.h"
#include "core/interface/disk.h"

namespace manta {

struct ConfigLayer {
  std::vector<TextField> fields;
};

absl::StatusOr<std::vector<ConfigLayer>> ReadLayers(const ConfigSources& sources, const ConfigSchemas& schemas,
                                                    Disk& disk);

// One sentence for each environment variable that looks like a misspelt one of Manta's. No error: others may use names
// that begin with MANTA_, too.
std::vector<std::string> SuspectVariables(const ConfigSources& sources, const ConfigSchemas& schemas);

// A folder of plugin_path, absolute.
struct PluginFolder {
  std::string path;
  Origin origin;
};

// The folders that the layers name, the highest layer's first.
absl::StatusOr<std::vector<PluginFolder>> PluginPath(const std::vector<ConfigLayer>& layers);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
