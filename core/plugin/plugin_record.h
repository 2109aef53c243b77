// core/plugin/plugin_record.h -- what the kernel knows of one plugin after its library passed the door.
//
// Shapes    Copies of the manifest's texts, checked; nothing in here points at text that was not validated.
// Memory    `config_schema` and `create` point into the library, which is never unloaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/plugin/abi.h"

namespace manta {

// A slot inside the plugin's own slot; abi::InnerRole, checked.
struct InnerRoleRecord {
  std::string role = {};
  std::string interface_name = {};
  uint32_t interface_version = 0;
  std::string default_plugin = {};  // "": the role stays empty when config says nothing.
};

struct PluginRecord {
  std::string name = {};     // "manta.object_store.heap"
  std::string summary = {};  // One line.
  std::string interface_name = {};
  uint32_t interface_version = 0;
  abi::PluginStatus status = abi::PluginStatus::kWip;
  uint64_t capabilities = 0;
  std::string library_path = {};  // Absolute, symbolic links resolved.
  std::string fingerprint = {};
  std::string config_type = {};                   // "" when there is nothing to configure.
  std::span<const std::byte> config_schema = {};  // A serialized FileDescriptorSet; empty when there is none.
  std::vector<InnerRoleRecord> inner_roles = {};
  abi::CreateFunction create = nullptr;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
