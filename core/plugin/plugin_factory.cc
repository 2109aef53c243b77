#include "core/plugin/plugin_factory.h"

#include <cxxabi.h>

#include <exception>

#include "core/base/text.h"
#include "core/interface/eviction.h"
#include "core/interface/object_store.h"

namespace manta {

namespace plugin_internal {
absl::Status CheckInterface(const PluginRecord& plugin, std::string_view interface_name, uint32_t interface_version) {
  if (plugin.interface_name == interface_name && plugin.interface_version == interface_version) {
    return absl::OkStatus();
  }
  return MakeStatus(absl::StatusCode::kFailedPrecondition, "plugin ", plugin.name, " is of interface ",
                    plugin.interface_name, " version ", plugin.interface_version, ", not ", interface_name, " version ",
                    interface_version);
}
}  // namespace plugin_internal

absl::StatusOr<void*> CreateUntypedPlugin(const PluginRecord& plugin, const Host& host,
                                          std::span<const std::byte> config) {
  void* made = nullptr;
  absl::Status status;
  try {
    status = plugin.create(host, config.data(), config.size(), &made);
  } catch (const ::abi::__forced_unwind&) {
    throw;
  } catch (const std::exception& error) {
    return MakeStatus(absl::StatusCode::kInternal, "plugin ", plugin.name, ": create threw: ", error.what());
  } catch (...) {
    return MakeStatus(absl::StatusCode::kInternal, "plugin ", plugin.name, ": create threw");
  }
  if (!status.ok()) return Annotate(status, Concat("plugin ", plugin.name));
  if (made == nullptr) return MakeStatus(absl::StatusCode::kInternal, "plugin ", plugin.name, ": create gave null");
  return made;
}

void DestroyUntypedPlugin(const PluginRecord& plugin, void* made) {
  if (plugin.interface_name == ObjectStore::kInterfaceName) delete static_cast<ObjectStore*>(made);
  if (plugin.interface_name == EvictionPolicy::kInterfaceName) delete static_cast<EvictionPolicy*>(made);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
