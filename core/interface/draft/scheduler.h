// core/interface/draft/scheduler.h -- decides which ready task runs next, and on which worker of this node.
//
// Draft: no promise yet. The runtime makes a task known when its arguments are ready; workers ask for work.
//
//   absent --Push--> queued --Pop--> running (no longer the scheduler's)
//                      \--Discard--> absent
//
// Shapes    A task is a handle with the facts that matter for its order. Workers are numbered from 0.
// Threads   Push and Discard are [any-thread]; Pop is called by the worker it names. Nothing blocks: a worker
//           that gets nothing parks, and the runtime unparks it after a Push.
// Memory    The scheduler keeps handles, never what they point to.
// Errors    Only the codes named below.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

namespace manta::draft {

struct ReadyTask {
  uint64_t task = 0;         // Opaque to the scheduler, unique while queued.
  int32_t priority = 0;      // Higher first, where the scheduler knows priorities.
  uint32_t worker_hint = 0;  // The worker that made it ready.
};

class Scheduler {
 public:
  static constexpr std::string_view kInterfaceName = "scheduler";

  virtual ~Scheduler() = default;

  // Adds a ready task.
  //   kResourceExhausted  its queues are full.
  virtual absl::Status Push(const ReadyTask& task) = 0;

  // Takes the task that `worker` is to run next; false when there is none for it.
  virtual bool Pop(uint32_t worker, ReadyTask* task) = 0;

  // Forgets a queued task that was cancelled or that its waiter runs itself.
  //   kNotFound  it is not queued: a worker has it.
  virtual absl::Status Discard(uint64_t task) = 0;
};

}  // namespace manta::draft

// SPDX-License-Identifier: Apache-2.0
