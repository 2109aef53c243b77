// core/simulation/seeded_scheduler.h -- hands out ready tasks in an order that a seed decides.
//
// Any task that is queued may be the next one: whatever order some scheduler might choose, a seed chooses it too.
//
// Threads   [one-at-a-time]: that of a simulated executor.
// Cost      O(queued) for TakeBack and Return, and for Pop while what is queued does not fit; O(1) for the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/random.h"
#include "core/interface/resource_ledger.h"
#include "core/interface/scheduler.h"

namespace manta {

class SeededScheduler final : public Scheduler {
 public:
  // `random` outlives the scheduler. `may_switch` is called where other threads may go first.
  SeededScheduler(Random& random, std::function<void()> may_switch);

  absl::Status Start(const SchedulerSetup& setup) override;
  absl::StatusOr<uint32_t> DefineDemand(std::span<const ResourceAmount> amounts) override;
  absl::Status Push(uint32_t from_worker, std::span<const ReadyTask> tasks) override;
  bool Pop(uint32_t worker, ReadyTask* task) override;
  bool TakeBack(uint32_t worker, uint64_t task) override;
  bool Acquire(uint32_t demand) override;
  uint64_t Return(uint32_t demand) override;
  uint64_t Drain(std::span<ReadyTask> tasks) override;
  uint64_t List(std::span<ReadyTask> tasks) override;
  SchedulerStats Stats() override;

 private:
  ReadyTask TakeOut(size_t index);

  Random& random_;
  const std::function<void()> may_switch_;
  ResourceLedger ledger_;
  std::vector<ReadyTask> queue_;
  uint64_t pushed_count_ = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
