#include "tests/support/fifo_scheduler.h"

#include <algorithm>

namespace manta {

absl::Status FifoScheduler::Push(uint32_t, std::span<const ReadyTask> tasks) {
  MutexLock lock(mutex_);
  queue_.insert(queue_.end(), tasks.begin(), tasks.end());
  pushed_count_ += tasks.size();
  return absl::OkStatus();
}

bool FifoScheduler::Pop(uint32_t, ReadyTask* task) {
  MutexLock lock(mutex_);
  if (queue_.empty()) return false;
  *task = queue_.front();
  queue_.pop_front();
  return true;
}

bool FifoScheduler::TakeBack(uint32_t, uint64_t task) {
  MutexLock lock(mutex_);
  if (queue_.empty() || queue_.back().task != task) return false;
  queue_.pop_back();
  return true;
}

uint64_t FifoScheduler::Drain(std::span<ReadyTask> tasks) {
  uint64_t count = 0;
  while (count < tasks.size() && Pop(0, &tasks[count])) ++count;
  return count;
}

uint64_t FifoScheduler::List(std::span<ReadyTask> tasks) {
  MutexLock lock(mutex_);
  const size_t count = std::min(queue_.size(), tasks.size());
  std::copy_n(queue_.begin(), count, tasks.begin());
  return count;
}

SchedulerStats FifoScheduler::Stats() {
  MutexLock lock(mutex_);
  return {.queued_count = queue_.size(), .pushed_count = pushed_count_};
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
