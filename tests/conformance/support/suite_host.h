// tests/conformance/support/suite_host.h -- the world that a plugin under test lives in: simulated and recording.
//
// Threads   All parts are [any-thread].
// Memory    Lives longer than the plugin. Inner plugins get hosts of their own, over the same world.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/config/effective_config.h"
#include "core/interface/host.h"
#include "tests/conformance/support/plugin_under_test.h"
#include "tests/conformance/support/suite_world.h"

namespace manta::conformance {

class SuiteHost final : public Host {
 public:
  // `slot` says what the inner roles hold. A role of interface "eviction" that it leaves empty gets FifoPolicy.
  SuiteHost(const EffectiveSlot& slot, uint64_t seed);
  ~SuiteHost() override;

  Clock& clock() const override { return world_->clock; }
  Random& random() const override { return world_->random; }
  Executor& executor() const override { return world_->executor; }
  Disk& disk() const override { return world_->disk; }
  Metrics& metrics() const override { return world_->metrics; }
  MemoryBudget& memory() const override { return world_->memory; }
  void Log(LogLevel level, std::string_view event, std::string_view facts) const override;

  SuiteWorld& world() const { return *world_; }

 protected:
  absl::StatusOr<void*> TakeInnerPlugin(std::string_view role, std::string_view interface_name,
                                        uint32_t interface_version) const override;

 private:
  SuiteHost(const EffectiveSlot& slot, std::shared_ptr<SuiteWorld> world);

  const EffectiveSlot& slot_;
  std::shared_ptr<SuiteWorld> world_;
  // Create is one call on one thread, so these need no lock.
  mutable std::set<std::string, std::less<>> taken_roles_;
  mutable std::vector<std::unique_ptr<SuiteHost>> inner_hosts_;
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
