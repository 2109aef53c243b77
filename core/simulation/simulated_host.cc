#include "core/simulation/simulated_host.h"

#include <glog/logging.h>

#include "core/base/text.h"

namespace manta {
namespace {

// The seed of one of the host's generators.
uint64_t SeedOf(uint64_t seed, uint64_t generator) {
  SimulatedRandom seeds(seed);
  for (uint64_t i = 0; i < generator; ++i) seeds.Next();
  return seeds.Next();
}

}  // namespace

SimulatedHost::SimulatedHost(const SimulatedHostOptions& options)
    : schedule_random_(SeedOf(options.seed, 0)),
      disk_random_(SeedOf(options.seed, 1)),
      random_(SeedOf(options.seed, 2)),
      executor_(clock_, schedule_random_),
      disk_(disk_random_, {.capacity_bytes = options.disk_capacity_bytes}),
      memory_(options.memory_limit_bytes) {}

SimulatedHost::~SimulatedHost() {
  for (const auto& [role, inner] : inner_) {
    if (inner.plugin != nullptr) inner.destroy(inner.plugin);
  }
}

void SimulatedHost::Log(LogLevel level, std::string_view event, std::string_view facts) const {
  log_.Add(level, event, facts);
}

void SimulatedHost::AddInner(std::string_view role, Inner inner) {
  CHECK(inner.plugin != nullptr) << "role " << Quoted(role) << " is given no plugin";
  const bool added = inner_.emplace(role, inner).second;
  CHECK(added) << "role " << Quoted(role) << " is filled already";
}

absl::StatusOr<void*> SimulatedHost::TakeInnerPlugin(std::string_view role, std::string_view interface_name,
                                                     uint32_t interface_version) const {
  const auto found = inner_.find(role);
  if (found == inner_.end()) {
    return MakeStatus(absl::StatusCode::kNotFound, "role ", Quoted(role), " is empty: fill it with PutInner");
  }
  Inner& inner = found->second;
  if (inner.interface_name != interface_name || inner.interface_version != interface_version) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "role ", Quoted(role), " holds ", inner.interface_name,
                      " version ", inner.interface_version, ", wanted is ", interface_name, " version ",
                      interface_version);
  }
  if (inner.plugin == nullptr) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition, "the plugin of role ", Quoted(role),
                      " was handed over already: take it once");
  }
  return std::exchange(inner.plugin, nullptr);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
