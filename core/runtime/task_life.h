// core/runtime/task_life.h -- is the life of a task, as a state machine without I/O.
//
//   new --Registered--> waiting --ArgumentsReady--> queued --Claim--> running --Return--> finished
//                          \---------- End ----------/  \                |
//                                      |                 \<---Retry------/
//                                   finished                      running --End--> abandoned --Return--> finished
//
// End is any reason to give the result an error before the code has returned: cancellation, a failed argument, a
// timeout, shutdown. Code that runs cannot be stopped: the task is abandoned, its result is the error at once, and
// what the code returns later is dropped.
//
// Threads   Pure. The runtime applies Step with a compare-and-swap on the task's life word.
#pragma once

#include <cstdint>

namespace manta {

enum class TaskPhase : uint8_t { kNew = 0, kWaiting, kQueued, kRunning, kAbandoned, kFinished };
inline constexpr uint8_t kTaskPhaseCount = 6;

enum class TaskEvent : uint8_t { kRegistered = 0, kArgumentsReady, kClaim, kReturn, kRetry, kEnd };
inline constexpr uint8_t kTaskEventCount = 6;

enum class TaskAction : uint8_t {
  kIgnore,       // The event comes too late, or too early: nothing changes.
  kWait,         // Look whether an argument has failed meanwhile.
  kEnqueue,      // Hand it to the scheduler.
  kRun,          // Run its code, on this thread.
  kPublish,      // Make its result known, and destroy its arguments.
  kPublishOnly,  // Make the error known; the code still uses the arguments.
  kClean,        // Destroy what the code returned, and the arguments.
};

struct TaskStep {
  TaskPhase next;
  TaskAction action;
};

constexpr TaskStep StepTask(TaskPhase phase, TaskEvent event) {
  switch (phase) {
    case TaskPhase::kNew:
      if (event == TaskEvent::kRegistered) return {TaskPhase::kWaiting, TaskAction::kWait};
      break;
    case TaskPhase::kWaiting:
      if (event == TaskEvent::kArgumentsReady) return {TaskPhase::kQueued, TaskAction::kEnqueue};
      if (event == TaskEvent::kEnd) return {TaskPhase::kFinished, TaskAction::kPublish};
      break;
    case TaskPhase::kQueued:
      if (event == TaskEvent::kClaim) return {TaskPhase::kRunning, TaskAction::kRun};
      if (event == TaskEvent::kEnd) return {TaskPhase::kFinished, TaskAction::kPublish};
      break;
    case TaskPhase::kRunning:
      if (event == TaskEvent::kReturn) return {TaskPhase::kFinished, TaskAction::kPublish};
      if (event == TaskEvent::kRetry) return {TaskPhase::kQueued, TaskAction::kEnqueue};
      if (event == TaskEvent::kEnd) return {TaskPhase::kAbandoned, TaskAction::kPublishOnly};
      break;
    case TaskPhase::kAbandoned:
      if (event == TaskEvent::kReturn) return {TaskPhase::kFinished, TaskAction::kClean};
      break;
    case TaskPhase::kFinished:
      break;
  }
  return {phase, TaskAction::kIgnore};
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
