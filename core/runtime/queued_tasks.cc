#include "core/runtime/queued_tasks.h"

#include <span>

#include "core/runtime/queue_entry.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/thread_record.h"

namespace manta {

QueuedTasks::QueuedTasks(RuntimeCore& core, uint64_t count_max) {
  std::vector<ReadyTask> queued(count_max);
  tasks_.reserve(count_max);
  const ThreadLook look;
  if (!look.holds()) return;
  const uint64_t count = core.scheduler().List(queued);
  for (const ReadyTask& ready : std::span(queued).first(count)) {
    const QueueEntry entry(ready.task);
    if (entry.is_actor()) continue;
    entry.task().Retain();
    tasks_.push_back(&entry.task());
  }
}

QueuedTasks::~QueuedTasks() {
  for (TaskState* const task : tasks_) task->Release();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
