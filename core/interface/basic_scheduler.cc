#include "core/interface/basic_scheduler.h"

#include "core/base/text.h"

namespace manta {

absl::Status CheckSchedulerSetup(const SchedulerSetup& setup) {
  if (setup.worker_count_max >= 1 && setup.worker_count_max <= Scheduler::kWorkerCountMax) return absl::OkStatus();
  return MakeStatus(absl::StatusCode::kInvalidArgument, "worker_count_max is ", setup.worker_count_max, ": give 1 to ",
                    Scheduler::kWorkerCountMax);
}

absl::Status UndefinedDemand(const ReadyTask& task) {
  return MakeStatus(absl::StatusCode::kInvalidArgument, "task ", task.task, " has demand ", task.demand,
                    ", which is not defined: use what DefineDemand returned");
}

absl::Status NoMemoryToQueue(uint64_t task_count, uint64_t queued_count) {
  return MakeStatus(absl::StatusCode::kResourceExhausted, "no memory to queue ", task_count, " tasks, ", queued_count,
                    " are queued: push fewer at a time");
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
