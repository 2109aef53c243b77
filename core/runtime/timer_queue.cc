#include "core/runtime/timer_queue.h"

#include "core/runtime/thread_state.h"
#include "glog/logging.h"

namespace manta {

uint64_t TimerQueue::Add(int64_t deadline_ns, Function function, void* context) {
  std::optional<ThreadId> woken;
  uint64_t number = 0;
  {
    MutexLock lock(mutex_);
    if (!stopped_) {
      number = ++last_;
      const auto added = timers_.emplace(Key(deadline_ns, number), Timer{function, context}).first;
      if (!thread_.has_value()) {
        const absl::StatusOr<ThreadId> started = executor_.Start(
            "manta-timers", {.run = [](void* self) { static_cast<TimerQueue*>(self)->Run(); }, .context = this});
        CHECK(started.ok()) << "the thread for deadlines cannot start: " << started.status();
        thread_ = *started;
      } else if (added == timers_.begin()) {
        woken = thread_;
      }
    }
  }
  if (number == 0) function(context, /*due=*/false);
  if (woken.has_value()) executor_.Unpark(*woken);
  return number;
}

bool TimerQueue::Cancel(int64_t deadline_ns, uint64_t timer) {
  MutexLock lock(mutex_);
  return timers_.erase(Key(deadline_ns, timer)) > 0;
}

size_t TimerQueue::size() {
  MutexLock lock(mutex_);
  return timers_.size();
}

void TimerQueue::Run() {
  for (;;) {
    int64_t next_ns = kNever;
    std::optional<Timer> due;
    {
      MutexLock lock(mutex_);
      if (stopped_) return;
      if (!timers_.empty()) {
        const auto first = timers_.begin();
        next_ns = first->first.first;
        if (next_ns <= clock_.NowNs()) {
          due = first->second;
          timers_.erase(first);
        }
      }
    }
    if (due.has_value()) {
      due->function(due->context, /*due=*/true);
    } else {
      ParkThread(executor_, next_ns);
    }
  }
}

void TimerQueue::Stop() {
  std::optional<ThreadId> thread;
  std::map<Key, Timer> left;
  {
    MutexLock lock(mutex_);
    stopped_ = true;
    thread.swap(thread_);
    left.swap(timers_);
  }
  if (thread.has_value()) {
    executor_.Unpark(*thread);
    const absl::Status joined = JoinThread(executor_, *thread);
    CHECK(joined.ok()) << joined;
  }
  for (const auto& [key, timer] : left) timer.function(timer.context, /*due=*/false);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
