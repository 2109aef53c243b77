#include "core/runtime/runs_task.h"

#include "core/runtime/actor_state.h"
#include "core/runtime/name_table.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/task_state.h"

namespace manta {
namespace {

TimelineEvent EventOf(const TaskState& task, int64_t begin_ns, int64_t duration_ns) {
  return {.begin_ns = begin_ns,
          .duration_ns = duration_ns,
          .subject = task.id().sequence(),
          .kind = TimelineEvent::Kind::kTask,
          .name = NameTable::NumberOf(task.name()),
          .actor = task.actor() != nullptr ? NameTable::NumberOf(task.actor()->name()) : 0};
}

}  // namespace

void RunsTask::RecordBegin() {
  ThreadRecord& record = *thread_.record;
  RuntimeCore* const core = task_->shell().core();
  record.recording = core != nullptr && core->observed();
  if (!record.recording) {
    record.runs.Off(ThreadRecord::kAskAgain);
    return;
  }
  begin_ns_ = core->clock().NowNs();
  if (const uint32_t passed = record.runs.Take(begin_ns_); passed > 0) record.AddPassedOver(passed, begin_ns_);
  record.boundary_ns = begin_ns_;
  place_ = record.events.Add(EventOf(*task_, begin_ns_, TimelineEvent::kOpen));
}

void RunsTask::RecordEnd() {
  ThreadRecord& record = *thread_.record;
  RuntimeCore* const core = task_->shell().core();
  if (core == nullptr) return;
  const int64_t now_ns = core->clock().NowNs();
  record.boundary_ns = now_ns;
  const int64_t duration_ns = now_ns - begin_ns_;
  if (!record.events.End(place_, duration_ns)) record.events.Add(EventOf(*task_, begin_ns_, duration_ns));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
