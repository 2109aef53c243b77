// tests/support/fifo_scheduler.h -- is the simplest right scheduler, for tests that need one and not a plugin.
//
// Threads   [any-thread]: one lock.
#pragma once

#include <cstdint>
#include <deque>
#include <span>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/mutex.h"
#include "core/interface/scheduler.h"

namespace manta {

class FifoScheduler final : public Scheduler {
 public:
  absl::Status Start(const SchedulerSetup&) override { return absl::OkStatus(); }
  absl::StatusOr<uint32_t> DefineDemand(std::span<const ResourceAmount>) override {
    return absl::InvalidArgumentError("this scheduler knows no resources");
  }
  absl::Status Push(uint32_t from_worker, std::span<const ReadyTask> tasks) override;
  bool Pop(uint32_t worker, ReadyTask* task) override;
  bool TakeBack(uint32_t worker, uint64_t task) override;
  bool Acquire(uint32_t demand) override { return demand == 0; }
  uint64_t Return(uint32_t) override { return 0; }
  uint64_t Drain(std::span<ReadyTask> tasks) override;
  uint64_t List(std::span<ReadyTask> tasks) override;
  SchedulerStats Stats() override;

 private:
  Mutex mutex_{"test_fifo_scheduler"};
  std::deque<ReadyTask> queue_ ABSL_GUARDED_BY(mutex_);
  uint64_t pushed_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
