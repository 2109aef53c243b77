#include "core/runtime/task_timeout.h"

#include <atomic>
#include <cstdint>
#include <memory>

#include "core/base/atomics.h"
#include "core/base/text.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/task_state.h"

namespace manta {
namespace {

// Waits for the result in the task's own list, and for the deadline among the timers. Both hold it.
class TaskTimeout : public Waiter {
 public:
  TaskTimeout(RuntimeCore& core, TaskState& task)
      : core_(core), task_(task), deadline_ns_(DeadlineAfter(core.clock().NowNs(), task.settings()->timeout_ns)) {
    notify = [](Waiter* waiter) { static_cast<TaskTimeout*>(waiter)->OnResult(); };
  }

  void Start() {
    task_.Retain();
    timer_ = core_.timers().Add(
        deadline_ns_, [](void* timeout, bool due) { static_cast<TaskTimeout*>(timeout)->OnDeadline(due); }, this);
    if (!task_.waiters().Add(this)) OnResult();
  }

 private:
  void OnResult() {
    if (core_.timers().Cancel(deadline_ns_, timer_)) Drop();
    Drop();
  }

  void OnDeadline(bool due) {
    if (due) {
      task_.End(core_, task_.MakeError(
                           ErrorType::kTaskTimeout,
                           Concat("had no result ", task_.settings()->timeout_ns / 1e6,
                                  " ms after it was submitted: raise its timeout, or find out what it waits for")));
    }
    Drop();
  }

  void Drop() {
    if (holders_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    TaskState& task = task_;
    delete this;
    task.Release();
  }

  RuntimeCore& core_;
  TaskState& task_;
  const int64_t deadline_ns_;
  uint64_t timer_ = 0;
  Atomic<int> holders_{2};
};

}  // namespace

void StartTimeout(RuntimeCore& core, TaskState& task) {
  auto timeout = std::make_unique<TaskTimeout>(core, task);
  timeout.release()->Start();  // Deletes itself.
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
