// tests/conformance/broken/reference_scheduler.h -- the smallest scheduler that keeps the whole contract, to be broken.
//
// One lock, one list, first come first served. A broken scheduler derives from it and overrides the one thing that it
// does wrong; what it may need is protected.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/basic_scheduler.h"
#include "core/interface/host.h"
#include "core/interface/resource_ledger.h"
#include "core/interface/scheduler.h"
#include "core/plugin/export.h"

namespace manta::conformance {

class ReferenceScheduler : public Scheduler {
 public:
  absl::Status Start(const SchedulerSetup& setup) override {
    ledger_.Start(setup.capacities_milli);
    return CheckSchedulerSetup(setup);
  }

  absl::StatusOr<uint32_t> DefineDemand(std::span<const ResourceAmount> amounts) override {
    std::lock_guard lock(mutex_);
    return ledger_.Define(amounts);
  }

  absl::Status Push(uint32_t from_worker, std::span<const ReadyTask> tasks) override {
    std::lock_guard lock(mutex_);
    for (const ReadyTask& task : tasks) {
      if (!ledger_.Defined(task.demand)) {
        return UndefinedDemand(task);
      }
    }
    for (const ReadyTask& task : tasks) Add(from_worker, task);
    pushed_count_ += tasks.size();
    return absl::OkStatus();
  }

  bool Pop(uint32_t worker, ReadyTask* task) override {
    std::lock_guard lock(mutex_);
    const auto next = Next(worker);
    if (next == queue_.end()) return false;
    *task = *next;
    ledger_.Acquire(task->demand);
    queue_.erase(next);
    return true;
  }

  bool TakeBack(uint32_t, uint64_t task) override {
    std::lock_guard lock(mutex_);
    if (queue_.empty() || queue_.back().task != task) return false;
    queue_.pop_back();
    return true;
  }

  bool Acquire(uint32_t demand) override {
    std::lock_guard lock(mutex_);
    return ledger_.Acquire(demand);
  }

  uint64_t Return(uint32_t demand) override {
    std::lock_guard lock(mutex_);
    ledger_.Return(demand);
    uint64_t count = 0;
    for (const ReadyTask& task : queue_) count += ledger_.Meet(task.demand, demand) ? 1 : 0;
    return count;
  }

  uint64_t Drain(std::span<ReadyTask> tasks) override {
    std::lock_guard lock(mutex_);
    uint64_t count = 0;
    for (; count < tasks.size() && !queue_.empty(); queue_.pop_front()) tasks[count++] = queue_.front();
    return count;
  }

  uint64_t List(std::span<ReadyTask> tasks) override {
    std::lock_guard lock(mutex_);
    const size_t count = std::min(queue_.size(), tasks.size());
    std::copy_n(queue_.begin(), count, tasks.begin());
    return count;
  }

  SchedulerStats Stats() override {
    std::lock_guard lock(mutex_);
    return {.queued_count = queue_.size(), .pushed_count = pushed_count_};
  }

 protected:
  using Queue = std::list<ReadyTask>;

  virtual void Add(uint32_t, const ReadyTask& task) { queue_.push_back(task); }

  // The oldest that fits.
  virtual Queue::iterator Next(uint32_t) {
    auto next = queue_.begin();
    while (next != queue_.end() && ledger_.FitCount(next->demand) == 0) ++next;
    return next;
  }

  std::mutex mutex_;
  Queue queue_;
  ResourceLedger ledger_;
  uint64_t pushed_count_ = 0;
};

template <typename Broken>
absl::StatusOr<std::unique_ptr<Scheduler>> MakeScheduler(const Host&, std::span<const std::byte>) {
  return std::make_unique<Broken>();
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
