#include "tools/manta/plugin_source.h"

#include <cstdlib>

#include "core/base/text.h"
#include "core/interface/object_store.h"

namespace manta::tool {
namespace {

struct CapabilityName {
  std::string_view interface_name;
  uint64_t bit;
  std::string_view name;
};

constexpr CapabilityName kCapabilityNames[] = {
    {ObjectStore::kInterfaceName, ObjectStore::kCapabilityCache, "cache"},
    {ObjectStore::kInterfaceName, ObjectStore::kCapabilitySubscribe, "subscribe"},
};

absl::Status AddFolders(PluginRegistry& registry, const std::vector<std::string>& folders, Trust trust,
                        std::string_view origin) {
  for (const std::string& folder : folders) {
    absl::Status status = registry.AddDirectory(folder, trust);
    if (!status.ok()) return Annotate(status, origin);
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> SplitPath(std::string_view path) {
  std::vector<std::string> folders;
  while (!path.empty()) {
    const size_t end = std::min(path.find(':'), path.size());
    if (end > 0) folders.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return folders;
}

absl::StatusOr<std::unique_ptr<PluginRegistry>> LoadPlugins(const Layout& layout,
                                                            const std::vector<std::string>& plugin_path) {
  auto registry = std::make_unique<PluginRegistry>(PluginRegistryOptions{.probe_path = FindProbe(layout)});
  std::vector<std::string> named;
  for (const std::string& path : plugin_path) {
    for (std::string& folder : SplitPath(path)) named.push_back(std::move(folder));
  }
  absl::Status status = AddFolders(*registry, named, Trust::kProbeFirst, "--plugin_path");
  if (!status.ok()) return status;
  const char* variable = std::getenv("MANTA_PLUGIN_PATH");
  status =
      AddFolders(*registry, SplitPath(variable == nullptr ? "" : variable), Trust::kProbeFirst, "MANTA_PLUGIN_PATH");
  if (!status.ok()) return status;
  status = AddFolders(*registry, layout.plugin_folders, Trust::kTrusted, "Manta's own plugins");
  if (!status.ok()) return status;
  return registry;
}

std::string StatusName(abi::PluginStatus status) {
  switch (status) {
    case abi::PluginStatus::kWip:
      return "wip";
    case abi::PluginStatus::kAlpha:
      return "alpha";
    case abi::PluginStatus::kStable:
      return "stable";
  }
  return "unknown";
}

std::vector<std::string> CapabilityNames(std::string_view interface_name, uint64_t capabilities) {
  std::vector<std::string> names;
  for (const CapabilityName& known : kCapabilityNames) {
    if (known.interface_name == interface_name && (capabilities & known.bit) != 0) {
      names.emplace_back(known.name);
      capabilities &= ~known.bit;
    }
  }
  for (int bit = 0; bit < 64; ++bit) {
    if ((capabilities >> bit & 1) != 0) names.push_back(Concat("bit_", bit));
  }
  return names;
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
