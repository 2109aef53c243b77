#include "tests/conformance/support/suite_host.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"
#include "core/interface/eviction.h"
#include "tests/support/fifo_policy.h"

namespace manta::conformance {

SuiteHost::SuiteHost(const EffectiveSlot& slot, uint64_t seed) : SuiteHost(slot, std::make_shared<SuiteWorld>(seed)) {}

SuiteHost::SuiteHost(const EffectiveSlot& slot, std::shared_ptr<SuiteWorld> world)
    : slot_(slot), world_(std::move(world)) {}

SuiteHost::~SuiteHost() = default;

void SuiteHost::Log(LogLevel level, std::string_view event, std::string_view facts) const {
  world_->log.Add(level, event, facts);
}

absl::StatusOr<void*> SuiteHost::TakeInnerPlugin(std::string_view role, std::string_view interface_name,
                                                 uint32_t interface_version) const {
  const auto& roles = slot_.plugin->inner_roles;
  const auto known = std::find_if(roles.begin(), roles.end(), [&](const auto& each) { return each.role == role; });
  if (known == roles.end() || known->interface_name != interface_name ||
      known->interface_version != interface_version) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, slot_.plugin->name, ": the manifest has no role ",
                      Quoted(role), " of ", interface_name, " version ", interface_version);
  }
  if (!taken_roles_.emplace(role).second) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition, slot_.plugin->name, ": role ", Quoted(role),
                      " was handed over already");
  }
  if (const auto inner = slot_.inner.find(std::string(role)); inner != slot_.inner.end()) {
    inner_hosts_.emplace_back(new SuiteHost(inner->second, world_));
    return PluginUnderTest::MakeUntyped(inner->second, *inner_hosts_.back());
  }
  if (interface_name == EvictionPolicy::kInterfaceName && interface_version == EvictionPolicy::kInterfaceVersion) {
    return static_cast<void*>(static_cast<EvictionPolicy*>(new FifoPolicy));
  }
  return MakeStatus(absl::StatusCode::kNotFound, slot_.plugin->name, ": nothing fills role ", Quoted(role), " (",
                    interface_name, "): name a plugin in --config, or give --plugin_path");
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
