#include "tests/conformance/scheduler_model.h"

#include <algorithm>

#include "core/base/text.h"

namespace manta::conformance {
namespace {

std::string Name(const ReadyTask& task) {
  return Concat("task ", task.task, " (priority ", task.priority, ", demand ", task.demand, ")");
}

}  // namespace

uint64_t SchedulerModel::Acquired(uint32_t demand) const {
  const auto acquired = acquired_.find(demand);
  return acquired == acquired_.end() ? 0 : acquired->second;
}

bool SchedulerModel::Fits(uint32_t demand) const {
  return std::all_of(demands_[demand].begin(), demands_[demand].end(),
                     [&](const ResourceAmount& amount) { return free_milli_[amount.resource] >= amount.amount_milli; });
}

void SchedulerModel::Take(uint32_t demand) {
  for (const auto [resource, amount_milli] : demands_[demand]) free_milli_[resource] -= amount_milli;
  ++acquired_[demand];
}

bool SchedulerModel::Shares(uint32_t demand, uint32_t other) const {
  for (const ResourceAmount& mine : demands_[demand]) {
    for (const ResourceAmount& theirs : demands_[other]) {
      if (mine.resource == theirs.resource) return true;
    }
  }
  return false;
}

bool SchedulerModel::MustPrecede(const Entry& a, const Entry& b) const {
  if ((capabilities_ & Scheduler::kCapabilityPriorities) != 0 && a.task.priority != b.task.priority) {
    return a.task.priority > b.task.priority;
  }
  return (capabilities_ & Scheduler::kCapabilityFifo) != 0 && a.task.priority == b.task.priority &&
         a.sequence < b.sequence;
}

std::string SchedulerModel::Pop(bool popped, const ReadyTask& task) {
  if (!popped) {
    for (const auto& [number, entry] : queued_) {
      if (Fits(entry.task.demand)) return Concat("returned false, and ", Name(entry.task), " fits");
    }
    return "";
  }
  const auto found = queued_.find(task.task);
  if (found == queued_.end()) return Concat("popped ", Name(task), ", which is not queued");
  const Entry entry = found->second;
  if (entry.task.priority != task.priority || entry.task.demand != task.demand) {
    return Concat("popped ", Name(task), ", pushed was ", Name(entry.task));
  }
  if (!Fits(task.demand)) return Concat("popped ", Name(task), ", which does not fit");
  for (const auto& [number, other] : queued_) {
    if (Fits(other.task.demand) && MustPrecede(other, entry)) {
      return Concat("popped ", Name(task), " before ", Name(other.task));
    }
  }
  Take(task.demand);
  queued_.erase(found);
  return "";
}

std::string SchedulerModel::TakeBack(bool taken, uint64_t task) {
  if (taken && queued_.erase(task) == 0) return "returned true, and the task is not queued";
  return "";
}

std::string SchedulerModel::Acquire(bool acquired, uint32_t demand) {
  if (acquired != Fits(demand)) return Concat("returned ", acquired, ", wanted is ", !acquired);
  if (acquired) Take(demand);
  return "";
}

std::string SchedulerModel::Return(uint64_t told, uint32_t demand) {
  std::vector<const ReadyTask*> waiting;
  bool shares = false;
  for (const auto& [number, entry] : queued_) {
    shares = shares || Shares(entry.task.demand, demand);
    if (!Fits(entry.task.demand)) waiting.push_back(&entry.task);
  }
  for (const auto [resource, amount_milli] : demands_[demand]) free_milli_[resource] += amount_milli;
  --acquired_[demand];
  if (!shares && told != 0) return Concat("returned ", told, ", and no queued task needs what was returned");
  const bool any_fits_now =
      std::any_of(waiting.begin(), waiting.end(), [&](const ReadyTask* task) { return Fits(task->demand); });
  if (any_fits_now && told == 0) return "returned 0, and a task fits now that did not before";
  return "";
}

std::string SchedulerModel::Drain(const ReadyTask& task) {
  if (queued_.erase(task.task) == 0) return Concat("drained ", Name(task), ", which is not queued");
  return "";
}

std::string SchedulerModel::Stats(const SchedulerStats& stats) const {
  if (stats.queued_count != queued_.size()) {
    return Concat("Stats say ", stats.queued_count, " tasks are queued, wanted is ", queued_.size());
  }
  if (stats.pushed_count != pushed_count_) {
    return Concat("Stats say ", stats.pushed_count, " tasks were pushed, wanted is ", pushed_count_);
  }
  return "";
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
