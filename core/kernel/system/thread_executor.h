// core/kernel/system/thread_executor.h -- runs each thread of execution as a thread of the system.
//
// Threads   [any-thread]. Threads that were not started here (main, a user's own) may use it: they are adopted at
//           their first Self or Park, and forgotten when they end. A thread can belong to several executors.
// Memory    Slots of ended threads are used again (thread_table.h).
// Crashes   Destruction while a started thread is not joined, and a job that throws.
#pragma once

#include <pthread.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/mutex.h"
#include "core/interface/clock.h"
#include "core/interface/executor.h"
#include "core/kernel/system/thread_table.h"

namespace manta {

class ThreadExecutor final : public Executor {
 public:
  // Deadlines are of `clock`, which outlives the executor.
  explicit ThreadExecutor(Clock& clock);
  ThreadExecutor(const ThreadExecutor&) = delete;
  ThreadExecutor& operator=(const ThreadExecutor&) = delete;
  ~ThreadExecutor() override;

  absl::StatusOr<ThreadId> Start(std::string_view name, Job job) override;
  absl::Status Join(ThreadId thread) override;
  ThreadId Self() override;
  WakeReason Park(int64_t deadline_ns) override;
  void Unpark(ThreadId thread) override;
  void Yield() override;
  uint64_t StackBytesLeft() override;
  uint32_t parallelism() const override { return parallelism_; }

 private:
  struct Launch;  // What a new thread needs to know.

  static void* RunThread(void* launch) noexcept;

  // The calling thread's slot; adopts the thread if it has none.
  ThreadSlot& OwnSlot();

  Clock& clock_;
  const uint32_t parallelism_;
  const uint64_t serial_;                     // Tells executors apart for good, also at the same address.
  const std::shared_ptr<ThreadTable> table_;  // Shared with adopted threads that end later.
  Mutex mutex_{"thread_executor"};
  std::unordered_map<uint64_t, pthread_t> started_ ABSL_GUARDED_BY(mutex_);  // By id: started, not joined yet.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
