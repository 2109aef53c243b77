#include "core/kernel/kernel_host.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/kernel/kernel_log.h"
#include "core/plugin/plugin_factory.h"
#include "glog/logging.h"

namespace manta {

KernelHost::KernelHost(const World& world, const PluginRecord& plugin, LogLevel log_level)
    : world_(world), plugin_(plugin), log_level_(log_level) {}

KernelHost::~KernelHost() { DestroyLeftInner(); }

void KernelHost::GiveInner(std::string_view role, const PluginRecord& inner, void* made) {
  CHECK(made != nullptr) << plugin_.name << ": the inner plugin for " << role << " is null";
  const bool added = inner_.emplace(role, Inner{&inner, made}).second;
  CHECK(added) << plugin_.name << ": two inner plugins for " << role;
}

std::vector<std::string> KernelHost::DestroyLeftInner() {
  std::vector<std::string> left;
  for (auto& [role, inner] : inner_) {
    if (inner.made == nullptr) continue;
    DestroyUntypedPlugin(*inner.plugin, std::exchange(inner.made, nullptr));
    left.push_back(role);
  }
  return left;
}

void KernelHost::Log(LogLevel level, std::string_view event, std::string_view facts) const {
  WriteLog(log_level_, level, plugin_.name, event, facts);
}

absl::StatusOr<void*> KernelHost::TakeInnerPlugin(std::string_view role, std::string_view interface_name,
                                                  uint32_t interface_version) const {
  const auto& roles = plugin_.inner_roles;
  const auto declared =
      std::find_if(roles.begin(), roles.end(), [&](const InnerRoleRecord& known) { return known.role == role; });
  if (declared == roles.end()) {
    std::vector<std::string> names;
    for (const InnerRoleRecord& known : roles) names.push_back(known.role);
    return MakeStatus(absl::StatusCode::kInvalidArgument, plugin_.name, " asks for the inner role ", Quoted(role),
                      ", its manifest has ", Listed(names), ": add it to inner_roles of MANTA_PLUGIN");
  }
  if (declared->interface_name != interface_name || declared->interface_version != interface_version) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, plugin_.name, " asks for the inner role ", Quoted(role),
                      " as ", interface_name, " ", interface_version, ", its manifest says ", declared->interface_name,
                      " ", declared->interface_version);
  }
  const auto found = inner_.find(role);
  if (found == inner_.end()) {
    return MakeStatus(absl::StatusCode::kNotFound, "the inner role ", Quoted(role), " of ", plugin_.name,
                      " is empty: name a plugin in inner { key: ", Quoted(role), " value { name: \"...\" } }");
  }
  if (found->second.made == nullptr) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition, plugin_.name, " has taken the inner plugin of role ",
                      Quoted(role), " already");
  }
  return std::exchange(found->second.made, nullptr);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
