// core/runtime/running_tasks.h -- finds out which tasks run right now, on all threads.
//
// Threads   [any-thread], inside a visit of the runtime (core_visit.h). Threads that are about to leave a task wait
//           until the constructor has returned.
// Memory    Each task, and its actor, has a reference as long as this lives.
#pragma once

#include <cstdint>
#include <vector>

namespace manta {

class ActorState;
class RuntimeShell;
class TaskState;

// Those of one runtime.
class RunningTasks {
 public:
  struct Running {
    TaskState* task = nullptr;
    ActorState* actor = nullptr;  // Whose call it is, with a reference, too.
    uint32_t thread = 0;          // Its record's number.
    uint32_t worker = 0;          // kNoWorker: a thread of the program.
    bool innermost = false;       // Its code runs; else it waits for what the thread runs meanwhile.
    uint64_t calls_behind = 0;    // Of an actor's call that runs alone: how many its actor has not begun.
  };

  explicit RunningTasks(const RuntimeShell& shell);
  RunningTasks(const RunningTasks&) = delete;
  RunningTasks& operator=(const RunningTasks&) = delete;
  ~RunningTasks();

  const std::vector<Running>& tasks() const { return tasks_; }

  // False: the system has no membarrier, and the list is empty.
  bool known() const { return known_; }

 private:
  std::vector<Running> tasks_;
  bool known_ = false;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
