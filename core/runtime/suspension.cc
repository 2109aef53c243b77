#include "core/runtime/suspension.h"

#include "core/base/fence.h"
#include "core/runtime/actor_state.h"
#include "core/runtime/runs_task.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/task_state.h"
#include "glog/logging.h"

namespace manta {

// The code has returned, suspended: lets it be told when it can go on. True: it can, on this thread. False: nothing of
// the task may be touched but its memory, which the caller keeps.
//
// Why nothing is missed, and nothing told twice: this thread is a reader until the object knows of the suspension, and
// an End that comes meanwhile waits for readers before it looks. For each suspension exactly one thread makes the task
// go on, with the suspension's reference: the one that publishes the object; or this one, when the object was ready
// before; or the End that took the suspension out of the object's list.
bool TaskState::Suspend() {
  Suspension& here = *suspension();
  here.notify = &TaskState::OnAwaited;
  Retain();  // The suspension's.
  if (actor_ != nullptr) {
    if (!actor_kept_) KeepActor();
    actor_->AddSuspended(here);
  }
  if (Step(TaskEvent::kSuspend, kOneReader).action == TaskAction::kUnwind) {
    EndRead();
    Unwind();
    Release();
    return false;
  }
  // Before it can be told: from then on another thread may suspend it anew.
  here.arming = here.object != nullptr ? Suspension::Arming::kArmed : Suspension::Arming::kNever;
  if (here.object == nullptr || here.object->waiters().Add(&here)) {
    EndRead();
    return false;
  }
  here.arming = Suspension::Arming::kReady;
  EndRead();
  Step(TaskEvent::kResume);
  const TaskAction action = Step(TaskEvent::kClaim).action;
  if (action == TaskAction::kUnwind) Unwind();
  Release();
  return action == TaskAction::kRun;
}

// True: nobody will make the suspended task go on; the suspension's reference is the caller's. REQUIRES: a reader.
bool TaskState::LeaveAwaited() {
  while (life_.load(std::memory_order_acquire) >= 2 * kOneReader) Relax();  // The other one is in Suspend.
  Suspension& here = *suspension();
  switch (here.arming) {
    case Suspension::Arming::kNever:
      return true;
    case Suspension::Arming::kArmed:
      return here.object->waiters().Remove(&here);
    case Suspension::Arming::kReady:
      return false;
  }
  return false;
}

void TaskState::OnAwaited(Waiter* waiter) {
  TaskState& task = static_cast<Suspension*>(waiter)->task;
  RuntimeCore* const core = task.shell().core();
  CHECK(core != nullptr) << "an awaited object came after Shutdown had ended all tasks that were suspended";
  task.Resume(*core);
}

TaskState* TaskState::OfWaiter(Waiter* waiter) {
  if (waiter->notify == &TaskState::OnArgument) return static_cast<ArgumentEdge*>(waiter)->task;
  if (waiter->notify == &TaskState::OnAwaited) return &static_cast<Suspension*>(waiter)->task;
  return nullptr;
}

// Queues it, with the suspension's reference.
void TaskState::Resume(RuntimeCore& core) {
  if (Step(TaskEvent::kResume).action != TaskAction::kEnqueue) {
    Release();  // Unwound by who holds its actor's turn.
  } else if (actor_ != nullptr) {
    actor_->Call(this);
  } else {
    core.Enqueue(this);
  }
}

void TaskState::Unwind() {
  WaitForReaders();
  {
    RunsTask runs(CurrentThread(), this);  // What lies in the frame may call Manta as it goes.
    DestroyArguments();
  }
  if (actor_ != nullptr) actor_->RemoveSuspended(*suspension());
  Step(TaskEvent::kReturn);
}

SharedObject* TaskState::AwaitedObject() {
  if (!BeginRead(TaskPhase::kSuspended)) return nullptr;
  SharedObject* const object = suspension()->object;
  if (object != nullptr) object->Retain();
  EndRead();
  return object;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
