// tests/conformance/scheduler_model.h -- knows what any scheduler must answer to one thread, whatever its order.
//
// Shapes    Each call changes the model as it changes a right scheduler, and returns what is wrong with the scheduler's
//           answer; "" when nothing is. Capabilities say which orders are owed.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/interface/scheduler.h"

namespace manta::conformance {

class SchedulerModel {
 public:
  SchedulerModel(std::vector<uint64_t> capacities_milli, uint64_t capabilities)
      : free_milli_(std::move(capacities_milli)), capabilities_(capabilities) {}

  // Demands are numbered here as they are defined, from 1; the scheduler's names for them are the caller's affair.
  void Define(std::vector<ResourceAmount> amounts) { demands_.push_back(std::move(amounts)); }

  bool Queued(uint64_t task) const { return queued_.contains(task); }
  uint64_t Acquired(uint32_t demand) const;

  void Push(const ReadyTask& task) { queued_.emplace(task.task, Entry{.task = task, .sequence = ++pushed_count_}); }
  std::string Pop(bool popped, const ReadyTask& task);
  std::string TakeBack(bool taken, uint64_t task);
  std::string Acquire(bool acquired, uint32_t demand);
  // REQUIRES: Acquired(demand) > 0.
  std::string Return(uint64_t told, uint32_t demand);
  std::string Drain(const ReadyTask& task);
  std::string Stats(const SchedulerStats& stats) const;

 private:
  struct Entry {
    ReadyTask task;
    uint64_t sequence = 0;
  };

  bool Fits(uint32_t demand) const;
  void Take(uint32_t demand);
  bool Shares(uint32_t demand, uint32_t other) const;

  // Whether an order that the plugin declares wants `a` before `b`.
  bool MustPrecede(const Entry& a, const Entry& b) const;

  std::vector<uint64_t> free_milli_;
  const uint64_t capabilities_;
  std::vector<std::vector<ResourceAmount>> demands_ = {{}};
  std::map<uint64_t, Entry> queued_;
  std::map<uint32_t, uint64_t> acquired_;
  uint64_t pushed_count_ = 0;
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
