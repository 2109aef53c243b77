#include "core/simulation/seeded_scheduler.h"

#include <algorithm>
#include <utility>

#include "core/base/text.h"

namespace manta {

SeededScheduler::SeededScheduler(Random& random, std::function<void()> may_switch)
    : random_(random), may_switch_(std::move(may_switch)) {}

absl::Status SeededScheduler::Start(const SchedulerSetup& setup) {
  if (setup.worker_count_max == 0 || setup.worker_count_max > kWorkerCountMax) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "a scheduler for ", setup.worker_count_max,
                      " workers cannot start: from 1 to ", kWorkerCountMax, " are possible");
  }
  ledger_.Start(setup.capacities_milli);
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> SeededScheduler::DefineDemand(std::span<const ResourceAmount> amounts) {
  return ledger_.Define(amounts);
}

absl::Status SeededScheduler::Push(uint32_t, std::span<const ReadyTask> tasks) {
  queue_.insert(queue_.end(), tasks.begin(), tasks.end());
  pushed_count_ += tasks.size();
  may_switch_();
  return absl::OkStatus();
}

ReadyTask SeededScheduler::TakeOut(size_t index) {
  std::swap(queue_[index], queue_.back());
  const ReadyTask task = queue_.back();
  queue_.pop_back();
  return task;
}

bool SeededScheduler::Pop(uint32_t, ReadyTask* task) {
  may_switch_();
  if (queue_.empty()) return false;
  const size_t first = RandomBelow(random_, queue_.size());
  for (size_t i = 0; i < queue_.size(); ++i) {
    const size_t index = (first + i) % queue_.size();
    if (!ledger_.Acquire(queue_[index].demand)) continue;
    *task = TakeOut(index);
    return true;
  }
  return false;
}

bool SeededScheduler::Acquire(uint32_t demand) {
  may_switch_();
  return ledger_.Acquire(demand);
}

uint64_t SeededScheduler::Return(uint32_t demand) {
  may_switch_();
  ledger_.Return(demand);
  uint64_t count = 0;
  for (const ReadyTask& task : queue_) {
    if (ledger_.Meet(task.demand, demand) && ledger_.FitCount(task.demand) > 0) ++count;
  }
  return count;
}

bool SeededScheduler::TakeBack(uint32_t, uint64_t task) {
  may_switch_();
  for (size_t i = queue_.size(); i-- > 0;) {
    if (queue_[i].task != task) continue;
    if (random_.Next() % 2 == 0) return false;  // A tombstone stays.
    TakeOut(i);
    return true;
  }
  return false;
}

uint64_t SeededScheduler::Drain(std::span<ReadyTask> tasks) {
  uint64_t count = 0;
  while (count < tasks.size() && !queue_.empty()) tasks[count++] = TakeOut(RandomBelow(random_, queue_.size()));
  return count;
}

uint64_t SeededScheduler::List(std::span<ReadyTask> tasks) {
  const size_t count = std::min(queue_.size(), tasks.size());
  std::copy_n(queue_.begin(), count, tasks.begin());
  return count;
}

SchedulerStats SeededScheduler::Stats() { return {.queued_count = queue_.size(), .pushed_count = pushed_count_}; }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
