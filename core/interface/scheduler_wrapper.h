// core/interface/scheduler_wrapper.h -- forwards to another scheduler; a subclass changes what it wants.
//
//   class CountsPops final : public SchedulerWrapper {
//    public:
//     using SchedulerWrapper::SchedulerWrapper;
//     bool Pop(uint32_t worker, ReadyTask* task) override { return ++pops_, SchedulerWrapper::Pop(worker, task); }
//   ...
//
// Memory    The inner scheduler is not owned and outlives the wrapper.
#pragma once

#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/scheduler.h"

namespace manta {

class SchedulerWrapper : public Scheduler {
 public:
  explicit SchedulerWrapper(Scheduler& inner) : inner_(inner) {}

  absl::Status Start(const SchedulerSetup& setup) override { return inner_.Start(setup); }
  absl::StatusOr<uint32_t> DefineDemand(std::span<const ResourceAmount> amounts) override {
    return inner_.DefineDemand(amounts);
  }
  absl::Status Push(uint32_t from_worker, std::span<const ReadyTask> tasks) override {
    return inner_.Push(from_worker, tasks);
  }
  bool Pop(uint32_t worker, ReadyTask* task) override { return inner_.Pop(worker, task); }
  bool TakeBack(uint32_t worker, uint64_t task) override { return inner_.TakeBack(worker, task); }
  bool Acquire(uint32_t demand) override { return inner_.Acquire(demand); }
  uint64_t Return(uint32_t demand) override { return inner_.Return(demand); }
  uint64_t Drain(std::span<ReadyTask> tasks) override { return inner_.Drain(tasks); }
  uint64_t List(std::span<ReadyTask> tasks) override { return inner_.List(tasks); }
  SchedulerStats Stats() override { return inner_.Stats(); }

 protected:
  Scheduler& inner() const { return inner_; }

 private:
  Scheduler& inner_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
