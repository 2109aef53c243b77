// core/simulation/simulated_host.h -- is a host whose whole world is simulated and decided by one seed.
//
//   SimulatedHost host({.seed = 7});
//   host.PutInner<ObjectStore>("memory", std::move(inner));
//   auto store = MakeTieredStore(host, config);
//   ...
//   EXPECT_EQ(host.log().Count("store.full"), 1u);
//
// Threads   That of SimulatedExecutor for what runs in it; all other parts are [any-thread].
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/simulation/log_record.h"
#include "core/simulation/recording_metrics.h"
#include "core/simulation/simulated_clock.h"
#include "core/simulation/simulated_disk.h"
#include "core/simulation/simulated_executor.h"
#include "core/simulation/simulated_memory_budget.h"
#include "core/simulation/simulated_random.h"

namespace manta {

struct SimulatedHostOptions {
  uint64_t seed = 1;
  uint64_t memory_limit_bytes = uint64_t{1} << 30;
  uint64_t disk_capacity_bytes = uint64_t{1} << 30;
};

class SimulatedHost final : public Host {
 public:
  explicit SimulatedHost(const SimulatedHostOptions& options = {});
  ~SimulatedHost() override;

  SimulatedClock& clock() const override { return clock_; }
  SimulatedRandom& random() const override { return random_; }
  SimulatedExecutor& executor() const override { return executor_; }
  SimulatedDisk& disk() const override { return disk_; }
  RecordingMetrics& metrics() const override { return metrics_; }
  SimulatedMemoryBudget& memory() const override { return memory_; }
  void Log(LogLevel level, std::string_view event, std::string_view facts) const override;

  const LogRecord& log() const { return log_; }

  // Fills a role, as config would, for the plugin's TakeInner. REQUIRES: the role is empty.
  template <typename Interface>
  void PutInner(std::string_view role, std::unique_ptr<Interface> plugin) {
    AddInner(role, {.plugin = plugin.get(),
                    .destroy = [](void* taken) { delete static_cast<Interface*>(taken); },
                    .interface_name = Interface::kInterfaceName,
                    .interface_version = Interface::kInterfaceVersion});
    plugin.release();
  }

 protected:
  absl::StatusOr<void*> TakeInnerPlugin(std::string_view role, std::string_view interface_name,
                                        uint32_t interface_version) const override;

 private:
  struct Inner {
    void* plugin;  // Null once taken.
    void (*destroy)(void*);
    std::string_view interface_name;
    uint32_t interface_version;
  };

  void AddInner(std::string_view role, Inner inner);

  // A host is const for its plugins, the world behind it is not.
  mutable SimulatedClock clock_;
  // The schedule, the faults of the disk and the program draw from generators of their own: one more draw by the
  // program does not change the order of threads.
  mutable SimulatedRandom schedule_random_;
  mutable SimulatedRandom disk_random_;
  mutable SimulatedRandom random_;
  mutable SimulatedExecutor executor_;
  mutable SimulatedDisk disk_;
  mutable RecordingMetrics metrics_;
  mutable SimulatedMemoryBudget memory_;
  mutable LogRecord log_;
  mutable std::map<std::string, Inner, std::less<>> inner_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
