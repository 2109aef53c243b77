// tools/manta/plugin_source.h -- fills a registry with the plugins that a command is about.
//
// Shapes    Folders of --plugin_path, then of MANTA_PLUGIN_PATH (":" between them), then those that came with Manta.
// The
//           user's are probed before they are loaded; Manta's own are trusted.
// Errors    A folder that is not there: the message names it and where it was named. Refused libraries are no errors;
//           the registry has them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/plugin/plugin_registry.h"
#include "tools/manta/layout.h"

namespace manta::tool {

absl::StatusOr<std::unique_ptr<PluginRegistry>> LoadPlugins(const Layout& layout,
                                                            const std::vector<std::string>& plugin_path);

// "a:b" as folders; empty ones are left out.
std::vector<std::string> SplitPath(std::string_view path);

// Words for a plugin's facts.
std::string StatusName(abi::PluginStatus status);
std::vector<std::string> CapabilityNames(std::string_view interface_name, uint64_t capabilities);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
