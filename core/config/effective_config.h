// core/config/effective_config.h -- what a process is configured with after all layers, and where each value is from.
//
// Layers are checked one by one against their types, then put over one another:
//
//   a scalar replaces; a list replaces (plugin_path grows: the higher layer's folders come first)
//   a slot that names another plugin replaces the whole slot below it
//   of the same plugin, typed_config merges field by field, and inner slots merge by role
//
// What nobody gave is filled in: default plugins of inner roles, and in `text` and `json` every plugin's defaults.
//
// Memory    Slots point at records of the registry.
// Errors    kInvalidArgument, and kNotFound for a plugin that is not there; with the origin of what is wrong.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/config/config_layers.h"
#include "core/config/config_schemas.h"
#include "core/config/origin.h"
#include "core/interface/host.h"
#include "core/plugin/plugin_record.h"
#include "core/plugin/plugin_registry.h"

namespace manta {

// How deep plugins may hold plugins.
inline constexpr int kSlotDepthMax = 8;

// A slot, and those inside it, with their plugins found and their configs checked.
struct EffectiveSlot {
  std::string path;  // "object_store", "object_store.eviction": the way to it by roles.
  const PluginRecord* plugin = nullptr;
  std::string config;  // A serialized message of the plugin's config type; empty for all defaults.
  std::map<std::string, EffectiveSlot> inner;

  Origin origin;                                // Of typed_config, else of name, else of the slot.
  std::map<std::string, Origin> field_origins;  // Of what typed_config gives, lists and maps left out, by name.

  // Where the value stands that the plugin refuses with `message`: the field that the message begins with ("limit is
  // 0", "Config.limit is 0"), else the slot: plugins know values, and not where they come from.
  const Origin& OriginOfRefusal(std::string_view message) const;
};

struct EffectiveConfig {
  std::map<std::string, EffectiveSlot> slots;  // By interface, which is the field's name.
  std::vector<std::string> plugin_path;        // Absolute, in the order they are searched.
  uint64_t memory_bytes_max = 0;
  uint32_t memory_high_percent = 80;
  uint32_t memory_low_percent = 60;
  uint32_t put_timeout_ms = 10'000;
  uint32_t worker_count = 0;  // 0: as many as cores.
  uint32_t spare_threads_max = 64;
  uint32_t threads_max = 576;
  uint64_t pending_tasks_max = 2097152;
  std::map<std::string, double> resources;
  bool native_values_never = false;
  uint64_t inline_bytes_max = 102400;
  bool inspector = true;
  std::string timeline;  // A path; "": none is written.
  Origin timeline_origin;
  LogLevel log_level = LogLevel::kWarning;

  std::string text;  // Config text that gives the same configuration; a comment after each value is its origin.
  std::string json;  // {"values": [{"path": ..., "value": ..., "origin": ...}]}
};

// `schemas` must hold those of the registry's plugins.
absl::StatusOr<EffectiveConfig> ResolveConfig(const std::vector<ConfigLayer>& layers, const ConfigSchemas& schemas,
                                              const PluginRegistry& registry);

// One slot alone, from a PluginSlot in text, for tools that look at one plugin: `default_plugin` fills in a name that
// the text leaves out. A role whose default plugin the registry does not know stays empty.
absl::StatusOr<EffectiveSlot> ResolveSlotText(std::string_view text, std::string_view source,
                                              std::string_view interface_name, std::string_view default_plugin,
                                              const ConfigSchemas& schemas, const PluginRegistry& registry);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
