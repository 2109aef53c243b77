// core/runtime/task_life.h -- is the life of a task, as a state machine without I/O.
//
//   new --Registered--> waiting --ArgumentsReady--> queued --Claim--> running --Return--> finished
//                          \---------- End ----------/  \                |
//                                      |                 \<---Retry------/
//                                   finished                      running --End--> abandoned --Return--> finished
//
// Code that is a coroutine may stop in the middle, and go on later on any thread:
//
//   running --Suspend--> suspended --Resume--> resuming --Claim--> running
//                              \------- End -------/
//                                       |
//                                   unwinding --Claim--> abandoned --Return--> finished
//
// End is any reason to give the result an error before the code has returned: cancellation, a failed argument, a
// timeout, shutdown. Code that runs cannot be stopped: the task is abandoned, its result is the error at once, and
// what the code returns later is dropped. Code that is suspended does not go on: who claims the task destroys its
// frame.
//
// Threads   Pure. The runtime applies Step with a compare-and-swap on the task's life word.
#pragma once

#include <cstdint>

namespace manta {

enum class TaskPhase : uint8_t {
  kNew = 0,
  kWaiting,
  kQueued,
  kRunning,
  kAbandoned,
  kFinished,
  kSuspended,
  kResuming,
  kUnwinding
};
inline constexpr uint8_t kTaskPhaseCount = 9;

enum class TaskEvent : uint8_t { kRegistered = 0, kArgumentsReady, kClaim, kReturn, kRetry, kEnd, kSuspend, kResume };
inline constexpr uint8_t kTaskEventCount = 8;

enum class TaskAction : uint8_t {
  kIgnore,       // The event comes too late, or too early: nothing changes.
  kWait,         // Look whether an argument has failed meanwhile.
  kEnqueue,      // Hand it to the scheduler.
  kRun,          // Run its code, on this thread.
  kPublish,      // Make its result known, and destroy its arguments.
  kPublishOnly,  // Make the error known; the code still uses the arguments.
  kClean,        // Destroy what the code returned, and the arguments.
  kSuspend,      // Let it be told when it can go on.
  kUnwind,       // Destroy the frame of its code; then kReturn.
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
      if (event == TaskEvent::kSuspend) return {TaskPhase::kSuspended, TaskAction::kSuspend};
      break;
    case TaskPhase::kAbandoned:
      if (event == TaskEvent::kReturn) return {TaskPhase::kFinished, TaskAction::kClean};
      if (event == TaskEvent::kSuspend) return {TaskPhase::kAbandoned, TaskAction::kUnwind};
      break;
    case TaskPhase::kSuspended:
      if (event == TaskEvent::kResume) return {TaskPhase::kResuming, TaskAction::kEnqueue};
      if (event == TaskEvent::kEnd) return {TaskPhase::kUnwinding, TaskAction::kPublishOnly};
      break;
    case TaskPhase::kResuming:
      if (event == TaskEvent::kClaim) return {TaskPhase::kRunning, TaskAction::kRun};
      if (event == TaskEvent::kEnd) return {TaskPhase::kUnwinding, TaskAction::kPublishOnly};
      break;
    case TaskPhase::kUnwinding:
      if (event == TaskEvent::kResume) return {TaskPhase::kUnwinding, TaskAction::kEnqueue};
      if (event == TaskEvent::kClaim) return {TaskPhase::kAbandoned, TaskAction::kUnwind};
      break;
    case TaskPhase::kFinished:
      break;
  }
  return {phase, TaskAction::kIgnore};
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
