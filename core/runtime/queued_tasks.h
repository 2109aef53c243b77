// core/runtime/queued_tasks.h -- finds out which tasks are queued right now, and run nowhere yet.
//
// The scheduler says what lies there. What it shows may be taken out, run and forgotten at the same moment; so it is
// asked while threads that are about to give a reference back wait (thread_record.h), until there is another reference.
//
// Threads   [any-thread], inside a visit of the runtime (core_visit.h).
// Memory    Each task has a reference as long as this lives.
#pragma once

#include <cstdint>
#include <vector>

namespace manta {

class RuntimeCore;
class TaskState;

class QueuedTasks {
 public:
  // Looks at `count_max` entries of the queue. Those of actors are left out: calls lie in their mailboxes. Tasks that
  // have ended may be among the rest, and some twice. None, where the system has no membarrier.
  QueuedTasks(RuntimeCore& core, uint64_t count_max);
  QueuedTasks(const QueuedTasks&) = delete;
  QueuedTasks& operator=(const QueuedTasks&) = delete;
  ~QueuedTasks();

  const std::vector<TaskState*>& tasks() const { return tasks_; }

 private:
  std::vector<TaskState*> tasks_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
