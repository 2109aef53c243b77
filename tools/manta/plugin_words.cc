#include "tools/manta/plugin_words.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/interface/object_store.h"
#include "core/interface/scheduler.h"
#include "core/interface/serializer.h"

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
    {ObjectStore::kInterfaceName, ObjectStore::kCapabilitySpill, "spill"},
    {Scheduler::kInterfaceName, Scheduler::kCapabilityFifo, "fifo"},
    {Scheduler::kInterfaceName, Scheduler::kCapabilityPriorities, "priorities"},
    {Serializer::kInterfaceName, Serializer::kCapabilityEvolves, "evolves"},
    {Serializer::kInterfaceName, Serializer::kCapabilitySelfDescribing, "self_describing"},
};

}  // namespace

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

std::string ForCommandLine(std::string_view message) {
  constexpr std::string_view kFile = "options.config_file: ";
  constexpr std::string_view kPath = "options.plugin_path";
  if (message.starts_with(kFile)) return Concat("manta: ", message.substr(kFile.size()));
  if (message.starts_with(kPath)) return Concat("--plugin_path", message.substr(kPath.size()));
  return std::string(message);
}

std::vector<std::string> SplitPath(std::string_view path) {
  std::vector<std::string> folders;
  while (!path.empty()) {
    const size_t end = std::min(path.find(':'), path.size());
    if (end > 0) folders.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return folders;
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
