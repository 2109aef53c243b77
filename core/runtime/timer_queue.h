// core/runtime/timer_queue.h -- calls functions at their deadlines, on a control thread of its own.
//
// Deadlines must not wait for a worker to become free, nor for another message to arrive. The thread starts with the
// first timer and parks until the earliest deadline.
//
// Threads   Add and Cancel are [any-thread]; Stop [one-at-a-time]. Timers are called one after another and must not
//           block.
// Memory    O(log n) in the number of timers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "core/base/mutex.h"
#include "core/interface/clock.h"
#include "core/interface/executor.h"

namespace manta {

class TimerQueue {
 public:
  // Runs when the deadline has passed, or with `due` false when Stop came first. Called exactly once unless cancelled.
  using Function = void (*)(void* context, bool due);

  TimerQueue(Executor& executor, Clock& clock) : executor_(executor), clock_(clock) {}
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;
  ~TimerQueue() { Stop(); }

  // The timer's number, for Cancel. After Stop, the function is called at once.
  uint64_t Add(int64_t deadline_ns, Function function, void* context);

  // True: it was not called and will not be.
  bool Cancel(int64_t deadline_ns, uint64_t timer);

  // Timers that were not called yet.
  size_t size();

  // Ends the thread and calls what is left with `due` false.
  void Stop();

 private:
  struct Timer {
    Function function;
    void* context;
  };
  using Key = std::pair<int64_t, uint64_t>;  // Deadline and number.

  void Run();

  Executor& executor_;
  Clock& clock_;
  Mutex mutex_{"timer_queue"};
  std::map<Key, Timer> timers_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<ThreadId> thread_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
