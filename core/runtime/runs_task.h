// core/runtime/runs_task.h -- makes a task the one whose code runs on this thread, as long as it lives.
//
// Others may look at it meanwhile (thread_record.h), and of some tasks the times are kept (event_ring.h).
//
// Threads   On the stack of the thread that runs the code.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "core/runtime/thread_record.h"
#include "core/runtime/thread_state.h"

namespace manta {

class RunsTask {
 public:
  RunsTask(ThreadState& thread, TaskState* task)
      : thread_(thread),
        task_(task),
        outer_(std::exchange(thread.task, task)),
        outer_chain_(std::exchange(thread.chain_for_children, &chain_)),
        outer_run_(std::exchange(thread.run, this)) {
    thread.record->running.store(this, std::memory_order_release);
    if (thread.record->runs.Chosen()) [[unlikely]]
      RecordBegin();
  }
  RunsTask(const RunsTask&) = delete;
  RunsTask& operator=(const RunsTask&) = delete;
  ~RunsTask() {
    thread_.task = outer_;
    thread_.chain_for_children = outer_chain_;
    thread_.run = outer_run_;
    thread_.record->running.store(outer_run_, std::memory_order_release);
    ThreadRecord::LetLookersFinish();
    if (begin_ns_ != kNotRecorded) [[unlikely]]
      RecordEnd();
  }

  TaskState& task() const { return *task_; }
  const RunsTask* outer_run() const { return outer_run_; }

 private:
  static constexpr int64_t kNotRecorded = INT64_MIN;

  void RecordBegin();
  void RecordEnd();

  ThreadState& thread_;
  TaskState* const task_;
  TaskState* const outer_;
  SubmitChainPtr* const outer_chain_;
  const RunsTask* const outer_run_;
  SubmitChainPtr chain_;  // Made when the task submits its first.
  int64_t begin_ns_ = kNotRecorded;
  uint64_t place_;  // Of its event, if there is one.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
