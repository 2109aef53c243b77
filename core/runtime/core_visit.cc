#include "core/runtime/core_visit.h"

#include <cstdint>

#include "core/interface/clock.h"

namespace manta {

void CoreVisit::EndAll(RuntimeShell& shell, Executor& executor) {
  const ThreadState& thread = CurrentThread();
  // The last one may be this thread's: a task that it helps with shuts its runtime down.
  const int64_t own_count = thread.inside == &shell && thread.worker == nullptr ? 1 : 0;
  {
    MutexLock lock(shell.mutex_);
    shell.ending_executor_ = &executor;
    shell.ending_thread_ = executor.Self();
  }
  shell.visits_end_.store(true, std::memory_order_seq_cst);
  const auto visit_count = [&shell] {
    int64_t sum = 0;
    for (const RuntimeShell::Shard& shard : shell.shards_) sum += shard.visits.load(std::memory_order_seq_cst);
    return sum;
  };
  // Exact enough: from now on a count only rises for a visit that finds the end and takes it back.
  while (visit_count() > own_count) ParkThread(executor, kNever);
  MutexLock lock(shell.mutex_);
  shell.ending_executor_ = nullptr;
}

void CoreVisit::TellEnd(RuntimeShell& shell) {
  MutexLock lock(shell.mutex_);
  if (shell.ending_executor_ != nullptr) shell.ending_executor_->Unpark(shell.ending_thread_);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
