#include "core/runtime/running_tasks.h"

#include "core/runtime/actor_state.h"
#include "core/runtime/runs_task.h"
#include "core/runtime/task_state.h"
#include "core/runtime/thread_record.h"

namespace manta {

RunningTasks::RunningTasks(const RuntimeShell& shell) {
  const std::vector<ThreadRecord*> records = ThreadRecord::All();
  const ThreadLook look;
  known_ = look.holds();
  if (!known_) return;
  for (const ThreadRecord* record : records) {
    bool innermost = true;
    for (const RunsTask* runs = record->running.load(std::memory_order_acquire); runs != nullptr;
         runs = runs->outer_run()) {
      if (&runs->task().shell() != &shell) continue;
      TaskState& task = runs->task();
      task.Retain();
      if (task.actor() != nullptr) task.actor()->Retain();
      tasks_.push_back({.task = &task,
                        .actor = task.actor(),
                        .thread = record->number,
                        .worker = record->worker.load(std::memory_order_relaxed),
                        .innermost = innermost,
                        .calls_behind = task.actor() != nullptr ? task.actor()->CountBehind() : 0});
      innermost = false;
    }
  }
}

RunningTasks::~RunningTasks() {
  for (const Running& running : tasks_) {
    running.task->Release();
    if (running.actor != nullptr) running.actor->Release();
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
