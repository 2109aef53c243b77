#include "core/runtime/actor_state.h"

#include <utility>
#include <vector>

#include "core/base/fence.h"
#include "core/base/prefetch.h"
#include "core/base/text.h"
#include "core/runtime/core_visit.h"
#include "core/runtime/handle_places.h"
#include "core/runtime/reference_watch.h"
#include "core/runtime/runs_task.h"
#include "core/runtime/runtime_core.h"

namespace manta {
namespace {

// Calls that one turn runs before others get theirs.
constexpr uint32_t kCallsPerTurn = 256;

std::unique_ptr<HandlePlaces> NewHandlePlaces(const RuntimeShell& shell) {
  const bool observed = shell.watch() != nullptr && shell.watch()->observe_one_in() > 0;
  return observed ? std::make_unique<HandlePlaces>() : nullptr;
}

}  // namespace

ActorState::ActorState(RuntimeCore& core, std::string_view class_name, ActorSettings settings)
    : shell_(core.shell()),
      class_name_(class_name),
      settings_(std::move(settings)),
      number_(core.NextActorNumber()),
      handle_places_(NewHandlePlaces(shell_)),
      life_(settings_.restart) {
  if (settings_.detached) RetainHandle();
}

ActorState::~ActorState() = default;

void ActorState::Schedule() {
  turn_.store(Turn::kScheduled, std::memory_order_release);
  Retain();
  shell_.core()->EnqueueActor(this);
}

void ActorState::Wake() {
  woken_.store(true, std::memory_order_seq_cst);
  FullFence();  // Serve gives the turn up, fences, and looks at woken_: one of both sees the other.
  if (mailbox_.TryTurn()) Schedule();
}

void ActorState::Granted() {
  Hold not_yet = Hold::kNotYet;
  if (hold_.compare_exchange_strong(not_yet, Hold::kGranted, std::memory_order_seq_cst)) {
    Wake();
  } else {
    shell_.core()->ReturnDemand(demand_);
  }
}

// By any thread of the program, also after Shutdown, which has ended the actor.
void ActorState::WakeFromOutside() {
  if (const CoreVisit visit(shell_); visit && !dead_.load(std::memory_order_acquire)) Wake();
}

bool ActorState::TryRetainHandle() {
  uint64_t handles = handles_.load(std::memory_order_relaxed);
  do {
    if (handles == 0) return false;
  } while (!handles_.compare_exchange_weak(handles, handles + 1, std::memory_order_relaxed));
  return true;
}

void ActorState::ReleaseHandle() {
  if (handles_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  WakeFromOutside();
  Release();
}

void ActorState::Call(TaskState* call) {
  if (mailbox_.Send(call)) Schedule();
}

void ActorState::CallReady(TaskState* call) {
  if (call->caller == kCreation) {
    Wake();
    call->Release();
  } else {
    // Put aside: back into the mailbox, with the reference that the lane held. Else it has not been looked at yet.
    if (call->aside.exchange(false, std::memory_order_seq_cst)) Call(call);
    call->Release();
  }
}

void ActorState::Kill(std::string reason) {
  if (kill_claimed_.exchange(true, std::memory_order_acq_rel)) return;
  kill_reason_ = std::move(reason);
  kill_requested_.store(true, std::memory_order_release);
  WakeFromOutside();
}

void ActorState::MethodFailed(const ErrorPtr& error) {
  if (settings_.restart_on == nullptr || !settings_.restart_on(*error)) return;
  if (failure_claimed_.exchange(true, std::memory_order_acq_rel)) return;  // Overlapping calls: one is reason enough.
  failure_ = error;
  failed_.store(true, std::memory_order_release);
  if (settings_.concurrency_max > 1) Wake();
}

void ActorState::OverlappingCallDone() {
  running_count_.fetch_sub(1, std::memory_order_seq_cst);
  if (stalled_.load(std::memory_order_seq_cst) || handles_.load(std::memory_order_seq_cst) == 0) Wake();
  Release();
}

void ActorState::AddSuspended(Suspension& call) {
  MutexLock lock(suspended_mutex_);
  suspended_.PushFront(call);
}

void ActorState::RemoveSuspended(Suspension& call) {
  MutexLock lock(suspended_mutex_);
  IntrusiveList<Suspension>::Remove(call);
}

// Whether calls that have begun need the instance. Who suspends is in the list before it stops to be counted as
// running; who goes on is counted first.
bool ActorState::InUse() {
  if (running_count_.load(std::memory_order_seq_cst) > 0) return true;
  MutexLock lock(suspended_mutex_);
  return !suspended_.empty();
}

bool ActorState::TakeTurn(RuntimeCore& core, const TaskState* awaited) {
  Turn scheduled = Turn::kScheduled;
  if (!turn_.compare_exchange_strong(scheduled, Turn::kHeld, std::memory_order_acq_rel)) return false;
  Retain();
  Serve(core, awaited);
  Release();
  return true;
}

void ActorState::Serve(RuntimeCore& core, const TaskState* awaited) {
  for (uint32_t served = 0;;) {
    const bool helped = awaited != nullptr && awaited->ready();
    // Who has helped itself leaves the rest, if there is any, to a worker; but not the actor's end, if that is all that
    // is left: trees of actors would be kept until somebody comes to their entries in the queue. (ServeSome looks at
    // the end of the handles; one that comes later wakes.)
    const bool unreachable = handles_.load(std::memory_order_acquire) == 0;
    if (helped && batch_ == nullptr && !unreachable && GiveTurnUp()) return;
    const bool may_end = helped && batch_ == nullptr && unreachable;
    if (served >= kCallsPerTurn || (helped && !may_end) || core.stopping()) {
      turn_.store(Turn::kScheduled, std::memory_order_release);
      Retain();
      core.EnqueueActor(this);
      return;
    }
    // When nothing can be done now, what has come meanwhile is kept, so that the mailbox is empty and the turn can go.
    if (!ServeSome(core, awaited, &served) && GiveTurnUp()) return;
  }
}

// False: something has come, and the turn stays with the caller.
bool ActorState::GiveTurnUp() {
  turn_.store(Turn::kFree, std::memory_order_release);
  if (mailbox_.TryIdle()) {
    FullFence();
    if (!woken_.load(std::memory_order_seq_cst) || !mailbox_.TryTurn()) return true;
  }
  turn_.store(Turn::kHeld, std::memory_order_release);
  return false;
}

// Does what can be done, as far as the turn goes. False: there is nothing.
bool ActorState::ServeSome(RuntimeCore& core, const TaskState* awaited, uint32_t* served) {
  woken_.store(false, std::memory_order_seq_cst);
  LookAtRequests(core);
  // First: who has sent a call and then let the last handle go has sent it before the look below.
  const bool unreachable = handles_.load(std::memory_order_acquire) == 0;
  TaskState* last = nullptr;
  if (TaskState* const news = mailbox_.TakeAll(&last); news != nullptr) {
    (batch_ == nullptr ? batch_ : batch_last_->next) = news;
    batch_last_ = last;
  }
  if (!Started(core)) return false;
  if (batch_ == nullptr) {
    const bool idle = unreachable && (lanes_ == nullptr || lanes_->empty()) && !InUse();
    if (idle && !dead_.load(std::memory_order_relaxed)) {
      auto reason = std::make_shared<ErrorRecord>();
      reason->type = ErrorType::kActorDied;
      reason->message = Concat("actor ", name(), " ended with its last handle");
      Apply(core, ActorEvent::kLastHandle, std::move(reason));
    }
    return false;
  }
  if (Full()) return false;
  do {
    TaskState* const call = batch_;
    batch_ = std::exchange(call->next, nullptr);
    // It comes from its caller's core: on its way while this one runs.
    PrefetchForWrite(batch_, sizeof(TaskState));
    Accept(core, call);
    ++*served;
  } while (batch_ != nullptr && settings_.concurrency_max == 1 && *served < kCallsPerTurn &&
           life_.phase() != ActorPhase::kRestarting && !woken_.load(std::memory_order_relaxed) && !core.stopping() &&
           (awaited == nullptr || !awaited->ready()));
  return true;
}

bool ActorState::Full() {
  if (settings_.concurrency_max == 1) return false;
  if (running_count_.load(std::memory_order_seq_cst) < settings_.concurrency_max) return false;
  stalled_.store(true, std::memory_order_seq_cst);
  if (running_count_.load(std::memory_order_seq_cst) >= settings_.concurrency_max) return true;
  stalled_.store(false, std::memory_order_relaxed);
  return false;
}

void ActorState::LookAtRequests(RuntimeCore& core) {
  if (!launched_.load(std::memory_order_acquire)) return;
  if (kill_requested_.load(std::memory_order_acquire) && !dead_.load(std::memory_order_relaxed)) {
    auto reason = std::make_shared<ErrorRecord>();
    reason->type = ErrorType::kActorDied;
    reason->message = Concat("actor ", name(), " was killed: ", kill_reason_);
    Apply(core, ActorEvent::kKill, std::move(reason));
  }
  // An instance goes when none of its methods runs any more.
  if (!dead_.load(std::memory_order_relaxed) && !failed_.load(std::memory_order_acquire)) return;
  if (dead_.load(std::memory_order_relaxed)) {
    EndSuspended(core, *reason_);
  } else {
    EndSuspended(core, {.type = ErrorType::kActorUnavailable,
                        .message = Concat("actor ", name(), " is made anew, and this call was suspended: call again")});
  }
  stalled_.store(true, std::memory_order_seq_cst);
  if (InUse()) return;
  stalled_.store(false, std::memory_order_relaxed);
  if (dead_.load(std::memory_order_relaxed)) {
    DropInstance();
  } else if (failed_.load(std::memory_order_acquire)) {
    ErrorPtr failure = std::move(failure_);
    failed_.store(false, std::memory_order_relaxed);
    failure_claimed_.store(false, std::memory_order_release);
    Apply(core, ActorEvent::kFailed, std::move(failure));
  }
}

// Runs the constructor when that is due. True: calls can be run, or it is dead and they can fail.
bool ActorState::Started(RuntimeCore& core) {
  for (;;) {
    switch (life_.phase()) {
      case ActorPhase::kAlive:
        // One that failed takes no more calls until the others have returned.
        return !failed_.load(std::memory_order_acquire);
      case ActorPhase::kDead:
        return true;
      case ActorPhase::kStarting: {
        if (!launched_.load(std::memory_order_acquire)) return false;
        if (creation_ == nullptr || creation_->phase() <= TaskPhase::kWaiting) return false;
        if (creation_->phase() == TaskPhase::kQueued && demand_ != 0 &&
            hold_.load(std::memory_order_seq_cst) != Hold::kGranted) {
          return false;
        }
        TaskState* const creation = std::exchange(creation_, nullptr);
        creation->TryRun(core);
        has_instance_ = creation->ready() && creation->form() == SharedObject::Form::kNative;
        if (has_instance_) {
          Apply(core, ActorEvent::kConstructed, nullptr);
        } else if (creation->error()->type == ErrorType::kActorUnschedulable) {
          Apply(core, ActorEvent::kKill, creation->error());  // It would be so after a restart.
        } else {
          Apply(core, ActorEvent::kConstructorFailed, creation->error());
        }
        if (life_.phase() == ActorPhase::kDead || settings_.restart.restarts_max == 0) {
          creation->Release();
        } else {
          constructor_ = creation;
        }
        break;
      }
      case ActorPhase::kRestarting: {
        DropInstance();
        Apply(core, ActorEvent::kBegin, nullptr);
        ErrorPtr error;
        {
          const RunsTask runs(CurrentThread(), constructor_);  // It asks who it is, as it did the first time.
          error = Construct();
        }
        has_instance_ = error == nullptr;
        Apply(core, has_instance_ ? ActorEvent::kConstructed : ActorEvent::kConstructorFailed, std::move(error));
        break;
      }
    }
  }
}

void ActorState::Accept(RuntimeCore& core, TaskState* call) {
  if (call->begun()) {
    Start(core, call);
    return;
  }
  if (lanes_ != nullptr) {
    const uint64_t caller = call->caller;
    if (const auto found = lanes_->find(caller); found != lanes_->end()) {
      Lane& lane = found->second;
      if (lane.first == call) {
        lane.first = nullptr;
        Start(core, call);
        FollowLane(core, caller);
      } else {
        (lane.rest == nullptr ? lane.rest : lane.last->next) = call;
        lane.last = call;
      }
      return;
    }
  }
  if (call->phase() == TaskPhase::kWaiting && !dead_.load(std::memory_order_relaxed)) {
    if (lanes_ == nullptr) lanes_ = std::make_unique<std::unordered_map<uint64_t, Lane>>();
    (*lanes_)[call->caller].first = call;
    if (PutAside(call)) return;
    lanes_->erase(call->caller);
  }
  Start(core, call);
}

// False: its arguments have come at the last moment, and it is the caller's again.
bool ActorState::PutAside(TaskState* call) {
  call->aside.store(true, std::memory_order_seq_cst);
  FullFence();  // CallReady looks at `aside` after the phase has changed: one of both sees the other.
  return call->phase() == TaskPhase::kWaiting || !call->aside.exchange(false, std::memory_order_seq_cst);
}

void ActorState::FollowLane(RuntimeCore& core, uint64_t caller) {
  while (lanes_ != nullptr) {  // A call that fails may be the actor's end, and that of all lanes.
    const auto found = lanes_->find(caller);
    Lane& lane = found->second;
    TaskState* const call = lane.rest;
    if (call == nullptr) {
      lanes_->erase(found);
      return;
    }
    lane.rest = std::exchange(call->next, nullptr);
    if (call->phase() == TaskPhase::kWaiting) {
      lane.first = call;
      if (PutAside(call)) return;
      lane.first = nullptr;
    }
    Start(core, call);
  }
}

void ActorState::Start(RuntimeCore& core, TaskState* call) {
  if (dead_.load(std::memory_order_relaxed)) {
    EndCalls(core, call);
  } else if (settings_.concurrency_max > 1) {
    running_count_.fetch_add(1, std::memory_order_seq_cst);
    Retain();
    core.EnqueueOverlapping(call);
  } else {
    for (;;) {
      const TaskState::Ran ran = call->TryRun(core);
      if (failed_.load(std::memory_order_acquire)) LookAtRequests(core);
      if (ran != TaskState::Ran::kToTryAgain) break;
      // Another attempt: now, since its caller's later calls come after it; on the next instance, if this one failed.
      Started(core);
      if (dead_.load(std::memory_order_relaxed)) return EndCalls(core, call);
    }
    call->Release();
  }
}

void ActorState::EndCalls(RuntimeCore& core, TaskState* first) {
  while (first != nullptr) {
    TaskState* const call = first;
    first = std::exchange(call->next, nullptr);
    std::shared_ptr<ErrorRecord> error = call->MakeError(reason_->type, reason_->message);
    if (!call->begun()) error->attempt = 0;
    error->cause = reason_->cause;
    call->End(core, std::move(error));
    call->TryRun(core);  // One that was suspended is unwound.
    call->Release();
  }
}

// Ends the calls that are suspended right now, and unwinds them: here, unless the thread of one is still suspending it.
void ActorState::EndSuspended(RuntimeCore& core, const ErrorRecord& reason) {
  std::vector<TaskState*> calls;
  {
    MutexLock lock(suspended_mutex_);
    suspended_.Each([&](Suspension& call) {
      call.task.Retain();
      calls.push_back(&call.task);
    });
  }
  for (TaskState* const call : calls) {
    std::shared_ptr<ErrorRecord> error = call->MakeError(reason.type, reason.message);
    error->cause = reason.cause;
    call->End(core, std::move(error));
    call->TryRun(core);
    call->Release();
  }
}

void ActorState::Apply(RuntimeCore& core, ActorEvent event, ErrorPtr reason) {
  const ActorAction action = life_.Step(event, core.clock().NowNs());
  if (action == ActorAction::kConstruct) incarnation_.store(life_.incarnation(), std::memory_order_release);
  if (action != ActorAction::kEnd) return;
  if (event == ActorEvent::kConstructorFailed || event == ActorEvent::kFailed) {
    auto died = std::make_shared<ErrorRecord>();
    died->type = event == ActorEvent::kFailed ? ErrorType::kActorDied : ErrorType::kActorCreationFailed;
    died->message =
        Concat("actor ", name(), event == ActorEvent::kFailed ? " ended by an error" : " could not be created",
               life_.restart_count() > 0 ? Concat(" after ", life_.restart_count(), " restarts") : "");
    died->cause = std::move(reason);
    reason = std::move(died);
  }
  End(core, std::move(reason));
}

void ActorState::End(RuntimeCore& core, ErrorPtr reason) {
  reason_ = std::move(reason);
  dead_.store(true, std::memory_order_release);
  TaskState* const batch = std::exchange(batch_, nullptr);
  if (lanes_ != nullptr) {
    const std::unique_ptr<std::unordered_map<uint64_t, Lane>> lanes = std::move(lanes_);
    for (auto& [caller, lane] : *lanes) {
      // One that was put aside is ended here. Or it has come back through the mailbox: then it is in the batch, or will
      // be in a later one, and is ended there, after this look at it.
      if (lane.first != nullptr && lane.first->aside.exchange(false, std::memory_order_seq_cst)) {
        EndCalls(core, lane.first);
      }
      EndCalls(core, lane.rest);
    }
  }
  EndCalls(core, batch);
  if (TaskState* const creation = std::exchange(creation_, nullptr); creation != nullptr) EndCalls(core, creation);
  if (constructor_ != nullptr) std::exchange(constructor_, nullptr)->Release();
  EndSuspended(core, *reason_);
  if (!InUse()) DropInstance();
  DestroyArguments();
  core.RemoveActor(*this);
  if (settings_.detached) ReleaseHandle();
  Release();  // Until the end. The turn holder has a reference of its own.
}

void ActorState::DropInstance() {
  if (std::exchange(has_instance_, false)) DestroyInstance();
  if (demand_ == 0 || !dead_.load(std::memory_order_relaxed)) return;
  if (hold_.exchange(Hold::kGone, std::memory_order_seq_cst) == Hold::kGranted) shell_.core()->ReturnDemand(demand_);
}

void ActorState::ShutDown(RuntimeCore& core) {
  Retain();
  shut_down_.store(true, std::memory_order_release);
  EndLate(core);
  Release();
}

void ActorState::EndLate(RuntimeCore& core) {
  // One thread at a time, which looks again when others have asked: no lock, since user code runs here.
  if (late_requests_.fetch_add(1, std::memory_order_seq_cst) != 0) return;
  uint64_t requests = 1;
  do {
    EndOnce(core);
  } while (!late_requests_.compare_exchange_strong(requests, 0, std::memory_order_seq_cst));
}

void ActorState::EndOnce(RuntimeCore& core) {
  if (!dead_.load(std::memory_order_acquire)) {
    if (!shut_down_.load(std::memory_order_acquire)) return;  // Stop comes to it.
    auto reason = std::make_shared<ErrorRecord>();
    reason->type = ErrorType::kShutdown;
    reason->message = Concat("actor ", name(), " had not run this call when the runtime was shut down");
    life_.Step(ActorEvent::kKill, 0);
    End(core, std::move(reason));
  }
  turn_.store(Turn::kHeld, std::memory_order_release);
  EndCalls(core, std::exchange(batch_, nullptr));
  mailbox_.TryTurn();  // Unless somebody has it, who has come here, too.
  do {
    EndCalls(core, mailbox_.TakeAll());
  } while (!mailbox_.TryIdle());
  EndSuspended(core, *reason_);
  if (!InUse()) DropInstance();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
