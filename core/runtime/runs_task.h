// core/runtime/runs_task.h -- makes a task the one whose code runs on this thread, as long as it lives.
//
// Threads   On the stack of the thread that runs the code.
#pragma once

#include <utility>

#include "core/runtime/thread_state.h"

namespace manta {

class RunsTask {
 public:
  RunsTask(ThreadState& thread, TaskState* task)
      : thread_(thread),
        outer_(std::exchange(thread.task, task)),
        outer_chain_(std::exchange(thread.chain_for_children, &chain_)) {}
  RunsTask(const RunsTask&) = delete;
  RunsTask& operator=(const RunsTask&) = delete;
  ~RunsTask() {
    thread_.task = outer_;
    thread_.chain_for_children = outer_chain_;
  }

 private:
  ThreadState& thread_;
  TaskState* const outer_;
  SubmitChainPtr* const outer_chain_;
  SubmitChainPtr chain_;  // Made when the task submits its first.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
