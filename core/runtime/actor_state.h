// core/runtime/actor_state.h -- is an actor: an instance, a mailbox, and the rules by which its calls run.
//
// Calls lie in the mailbox in the order they were made. Whoever holds the actor's turn, a worker or a thread that waits
// for one of the calls, runs them one after another; nobody else touches the instance. A call whose arguments are not
// there yet is put aside, and with it the later ones of the same caller: each caller's order is kept, and callers do
// not wait for each other.
//
//   turn: free --first call--> scheduled --worker or waiter--> held --mailbox empty--> free
//
// Threads   [any-thread]; Serve and what it calls are the turn holder's.
// Memory    Counted twice: handles keep the actor alive; references keep the memory, also behind calls that wait.
// Errors    After its end every call fails with the reason.
//
// A call that is a coroutine leaves the turn to others while it is suspended, and comes back through the mailbox, in
// front of its caller's calls that have not started. It needs the instance as one that runs does: when the actor dies
// or is made anew, it is ended first.
//
// With concurrency_max above 1 calls are started in order, handed to the scheduler, and may overlap from then on.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <typeinfo>
#include <unordered_map>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/atomics.h"
#include "core/base/error.h"
#include "core/base/intrusive_list.h"
#include "core/base/mutex.h"
#include "core/runtime/actor_life.h"
#include "core/runtime/mailbox.h"
#include "core/runtime/suspension.h"
#include "core/runtime/task_state.h"

namespace manta {

class HandlePlaces;
class RuntimeCore;

struct ActorSettings {
  std::string name;              // Shown instead of the class's.
  uint32_t concurrency_max = 1;  // Calls that may run at the same time.
  RestartPolicy restart;
  std::vector<NamedResource> resources = {};               // Held from before its constructor until its end.
  bool (*restart_on)(const ErrorRecord& error) = nullptr;  // Errors of methods that it does not survive; null: none.
  std::string registered_name = {};                        // Where ActorNames finds it; "": nowhere.
  std::string name_space = {};
  const std::type_info* type = nullptr;  // The class.
  bool detached = false;                 // It has a handle of its own, until its end.
};

class ActorState : public ListLink {
 public:
  ActorState(const ActorState&) = delete;
  ActorState& operator=(const ActorState&) = delete;

  void Retain() { references_.fetch_add(1, std::memory_order_relaxed); }
  void Release() {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  // A handle more, or one fewer; the last one lets the actor end once its calls have run.
  void RetainHandle() { handles_.fetch_add(1, std::memory_order_relaxed); }
  bool TryRetainHandle();  // False: the last one has gone.
  // By its own method, while it runs: also when there was none.
  void RetainHandleInside() {
    if (handles_.fetch_add(1, std::memory_order_relaxed) == 0) Retain();  // All handles' together.
  }
  void ReleaseHandle();
  uint64_t handle_count() const { return handles_.load(std::memory_order_relaxed); }

  // Where its handles lie; null unless the program is observed.
  HandlePlaces* handle_places() const { return handle_places_.get(); }

  // Takes over the task that runs the constructor, with one reference. Before anything else; it starts the actor once
  // its arguments are there (CallReady).
  void SetCreation(TaskState* creation) {
    creation_ = creation;
    launched_.store(true, std::memory_order_release);
  }

  // One that was never launched goes.
  void Discard() {
    Release();
    Release();
  }

  // It needs `demand`, which is asked for with the creation. Before that.
  void set_demand(uint32_t demand) { demand_ = demand; }
  uint32_t demand() const { return demand_; }

  // The demand has been acquired for it.
  void Granted();
  bool granted() const { return hold_.load(std::memory_order_acquire) == Hold::kGranted; }

  // Takes over a call, whose arguments were registered, and one reference to it. REQUIRES: a handle.
  void Call(TaskState* call);

  // A call, or the creation, is queued or has ended: if it was put aside, its caller's calls go on. Takes over one
  // reference to it.
  void CallReady(TaskState* call);

  // Ends it: calls that have not started fail, now or when the one that runs has returned.
  void Kill(std::string reason);

  // Runs calls, if nobody else does: for at most a while, or until `awaited` is ready. False: somebody else does.
  bool TakeTurn(RuntimeCore& core, const TaskState* awaited);

  // After the workers have ended: fails every call and destroys the instance.
  void ShutDown(RuntimeCore& core);

  // A call that ran beside others has returned, or is suspended.
  void OverlappingCallDone();

  // A call is about to be suspended; it runs again, or is gone.
  void AddSuspended(Suspension& call);
  void RemoveSuspended(Suspension& call);

  // Shutdown has begun: if the actor has ended, ends what has come since.
  void EndLate(RuntimeCore& core);

  std::string_view name() const { return settings_.name.empty() ? class_name_ : std::string_view(settings_.name); }
  const ActorSettings& settings() const { return settings_; }
  uint64_t number() const { return number_; }  // From 1, in the order in which the runtime's actors were made.
  uint64_t incarnation() const { return incarnation_.load(std::memory_order_acquire); }
  bool ended() const { return dead_.load(std::memory_order_acquire); }
  bool kill_requested() const { return kill_requested_.load(std::memory_order_acquire); }

  // TaskState::RouteArguments for the constructor's, which the actor holds.
  virtual ErrorPtr RouteArguments(SharedObject& creation) = 0;

  // Whether somebody who takes it out of the scheduler's queue is to take its turn.
  bool scheduled() const { return turn_.load(std::memory_order_acquire) == Turn::kScheduled; }

  // How often it is queued (queue_entry.h).
  Atomic<uint32_t> queue_entries{0};

  // For tools (actor_queue.cc). How many calls it has not begun: calls_behind of a call that runs alone, and cannot
  // end meanwhile; or of an actor that runs none right now. Counts at most kCountMax.
  static constexpr uint64_t kCountMax = 10'000;
  struct Queue {
    uint64_t queued_count = 0;
    uint64_t held_back_count = 0;  // Of these: behind a call whose arguments are not there.
    bool known = false;            // Else somebody is busy with it.
  };
  uint64_t CountBehind() const;
  Queue LookAtQueue();
  std::vector<ObjectId> SuspendedCalls();

  // By the constructor's task, on the turn holder's thread.
  virtual ErrorPtr Construct() noexcept = 0;
  virtual void* instance() noexcept = 0;

  // A method that runs failed. The actor may be one that does not survive that.
  void MethodFailed(const ErrorPtr& error);

  // Whose `caller` is this is no call but the task that runs the constructor.
  static constexpr uint64_t kCreation = UINT64_MAX;

 protected:
  ActorState(RuntimeCore& core, std::string_view class_name, ActorSettings settings);
  virtual ~ActorState();

  virtual void DestroyInstance() noexcept = 0;
  virtual void DestroyArguments() noexcept = 0;  // The constructor's: it will not run again.

 private:
  enum class Turn : uint8_t { kFree, kScheduled, kHeld };
  enum class Hold : uint8_t { kNotYet, kGranted, kGone };  // Of the demand.

  // Calls of one caller that wait for the first of them.
  struct Lane {
    TaskState* first = nullptr;  // Put aside.
    TaskState* rest = nullptr;
    TaskState* last = nullptr;
  };

  uint64_t CountAhead() const;
  void Schedule();  // The caller has the mailbox's turn.
  void WakeFromOutside();
  void Wake();  // Something besides the mailbox has changed: the turn holder looks at everything again.
  void Serve(RuntimeCore& core, const TaskState* awaited);
  bool GiveTurnUp();
  bool ServeSome(RuntimeCore& core, const TaskState* awaited, uint32_t* served);
  void LookAtRequests(RuntimeCore& core);
  bool Started(RuntimeCore& core);
  bool Full();
  void Accept(RuntimeCore& core, TaskState* call);
  static bool PutAside(TaskState* call);
  void Start(RuntimeCore& core, TaskState* call);
  void FollowLane(RuntimeCore& core, uint64_t caller);
  void Apply(RuntimeCore& core, ActorEvent event, ErrorPtr reason);
  void End(RuntimeCore& core, ErrorPtr reason);
  void EndCalls(RuntimeCore& core, TaskState* first);
  void EndSuspended(RuntimeCore& core, const ErrorRecord& reason);
  bool InUse();
  void EndOnce(RuntimeCore& core);
  void DropInstance();

  RuntimeShell& shell_;
  const std::string_view class_name_;
  const ActorSettings settings_;
  const uint64_t number_;
  uint32_t demand_ = 0;

  const std::unique_ptr<HandlePlaces> handle_places_;  // Beside the count that each handle's copy looks at.
  Atomic<uint64_t> references_{2};                     // One for all handles together, one until the end.
  Atomic<uint64_t> handles_{1};
  Atomic<uint64_t> incarnation_{1};
  Atomic<uint32_t> running_count_{0};  // Overlapping calls.
  Atomic<bool> stalled_{false};        // The holder gave the turn up because of running_count_.
  Atomic<bool> woken_{false};
  Atomic<bool> kill_claimed_{false};
  Atomic<bool> kill_requested_{false};
  Atomic<bool> failure_claimed_{false};
  Atomic<bool> failed_{false};
  Atomic<bool> dead_{false};
  Atomic<bool> launched_{false};  // It has its creation. Calls may come before that: it can be found by its name.
  Atomic<Hold> hold_{Hold::kNotYet};
  Atomic<bool> shut_down_{false};
  Atomic<uint64_t> late_requests_{0};
  std::string kill_reason_;  // Written before kill_requested_.
  ErrorPtr failure_;         // Written before failed_.

  alignas(64) Mailbox<TaskState> mailbox_;
  Atomic<Turn> turn_{Turn::kFree};

  Mutex suspended_mutex_{"actor_suspended"};
  IntrusiveList<Suspension> suspended_ ABSL_GUARDED_BY(suspended_mutex_);

  // The turn holder's.
  ActorLife life_;
  bool has_instance_ = false;
  TaskState* creation_ = nullptr;     // Until it has run,
  TaskState* constructor_ = nullptr;  // and then, if it may run again, until the end.
  TaskState* batch_ = nullptr;        // Taken out of the mailbox, not looked at yet,
  TaskState* batch_last_ = nullptr;   // and, unless there is none, the last of them.
  ErrorPtr reason_;                   // Of its end.
  std::unique_ptr<std::unordered_map<uint64_t, Lane>> lanes_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
