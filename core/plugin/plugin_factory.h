// core/plugin/plugin_factory.h -- makes a plugin, and puts the kernel's guard around it.
//
// Shapes    `config` is a serialized message of the plugin's config type; empty means all defaults.
// Threads   [any-thread]; as long as the plugin's own create takes. [blocks]
// Memory    The host must outlive the plugin.
// Errors    What create returns, with the plugin's name before it; kInternal when create broke its contract (threw,
//           gave null); kFailedPrecondition when the record is of another interface.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/plugin/plugin_record.h"

namespace manta {

// Makes the plugin behind its guard: an owned Interface*, of the interface that the record names. Host::TakeInner
// hands such a pointer on.
absl::StatusOr<void*> CreateUntypedPlugin(const PluginRecord& plugin, const Host& host,
                                          std::span<const std::byte> config);

// Destroys what CreateUntypedPlugin gave, for whoever could not hand it on.
void DestroyUntypedPlugin(const PluginRecord& plugin, void* made);

namespace plugin_internal {
absl::Status CheckInterface(const PluginRecord& plugin, std::string_view interface_name, uint32_t interface_version);
}  // namespace plugin_internal

template <class Interface>
absl::StatusOr<std::unique_ptr<Interface>> CreatePlugin(const PluginRecord& plugin, const Host& host,
                                                        std::span<const std::byte> config) {
  absl::Status status =
      plugin_internal::CheckInterface(plugin, Interface::kInterfaceName, Interface::kInterfaceVersion);
  if (!status.ok()) return status;
  absl::StatusOr<void*> made = CreateUntypedPlugin(plugin, host, config);
  if (!made.ok()) return made.status();
  return std::unique_ptr<Interface>(static_cast<Interface*>(*made));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
