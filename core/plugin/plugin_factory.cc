#include "core/plugin/plugin_factory.h"

#include <cxxabi.h>

#include <string>

#include "core/base/text.h"
#include "core/base/thrown.h"
#include "core/plugin/known_interfaces.h"

namespace manta {
namespace {

absl::Status Broke(const PluginRecord& plugin, const Host& host, std::string_view found) {
  host.Log(LogLevel::kError, "plugin.broke_contract", Concat("method=create found=", Quoted(found)));
  return MakeStatus(absl::StatusCode::kInternal, "plugin ", plugin.name, " broke its contract: create ", found);
}

// A forced unwind has no exception object: the handler's reference binds to null, which UBSan would report.
__attribute__((no_sanitize("null", "alignment"))) absl::Status CallCreate(const PluginRecord& plugin, const Host& host,
                                                                          std::span<const std::byte> config,
                                                                          void** made) {
  absl::Status status;
  try {
    status = plugin.create(host, config.data(), config.size(), made);
  } catch (const ::abi::__forced_unwind&) {  // A thread's cancellation is not the plugin's.
    throw;
  } catch (...) {
    return Broke(plugin, host, Concat("threw ", DescribeCurrentException(), ", and must not throw"));
  }
  if (status.ok() && *made == nullptr) return Broke(plugin, host, "returned ok and no plugin");
  if (status.ok()) return status;
  const std::string told = Concat(absl::StatusCodeToString(status.code()), " (", Quoted(ToStd(status.message())), ")");
  if (*made != nullptr) {  // Nobody knows what it is: it stays where it is.
    return Broke(plugin, host, Concat("returned ", told, " and a plugin, which is lost: give one only with ok"));
  }
  if (status.message().empty()) return Broke(plugin, host, Concat("returned ", told, ": an error needs a message"));
  return Annotate(status, Concat("plugin ", plugin.name));
}

}  // namespace

namespace plugin_internal {

absl::Status CheckInterface(const PluginRecord& plugin, std::string_view interface_name, uint32_t interface_version) {
  if (plugin.interface_name == interface_name && plugin.interface_version == interface_version) {
    return absl::OkStatus();
  }
  return MakeStatus(absl::StatusCode::kFailedPrecondition, "plugin ", plugin.name, " implements ",
                    plugin.interface_name, " version ", plugin.interface_version, ", wanted is ", interface_name,
                    " version ", interface_version, ": name another plugin");
}

}  // namespace plugin_internal

absl::StatusOr<void*> CreateUntypedPlugin(const PluginRecord& plugin, const Host& host,
                                          std::span<const std::byte> config) {
  const KnownInterface* known = FindKnownInterface(plugin.interface_name);
  if (known == nullptr) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition, "plugin ", plugin.name, " implements ",
                      Quoted(plugin.interface_name), ", an interface this kernel does not know");
  }
  void* made = nullptr;
  absl::Status status = CallCreate(plugin, host, config, &made);
  if (!status.ok()) return status;
  return known->guard(made, plugin, host);
}

void DestroyUntypedPlugin(const PluginRecord& plugin, void* made) {
  const KnownInterface* known = FindKnownInterface(plugin.interface_name);
  if (known != nullptr) known->destroy(made);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
