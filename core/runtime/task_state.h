// core/runtime/task_state.h -- is a task, together with the object that is its result, in one allocation.
//
// A task waits for its arguments, is handed to the scheduler, runs on whichever thread claims it first (a worker, or
// somebody who waits for it), and publishes its result. Its life is task_life.h, applied to one atomic word.
//
// Shapes    Arguments that are references are ArgumentEdges: each is a waiter in the list of the object it needs.
// Threads   [any-thread]; each event that changes the life is decided by one compare-and-swap, so that it has one
//           winner.
// Memory    From submit until it has left the scheduler a task holds a reference to itself (the scheduling reference),
//           so that it runs even when nobody keeps its result. Arguments are destroyed as soon as it has ended; edges
//           stay, since a neighbour may be telling one right now.
// Cost      The size of a pending task decides how many fit in memory and caches: see the end.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "core/base/atomics.h"
#include "core/base/counted.h"
#include "core/base/error.h"
#include "core/runtime/resource_table.h"
#include "core/runtime/shared_object.h"
#include "core/runtime/task_life.h"

namespace manta {

class ActorState;
class RuntimeCore;
class TaskState;
struct Suspension;

// An argument that is somebody's object. `next` is the thread's list of failing tasks' once the edge was told.
struct ArgumentEdge : Waiter {
  TaskState* task = nullptr;
  SharedObject* object = nullptr;  // Holds a reference until the task's arguments are destroyed.
};

// What is the same for all calls of one function.
struct TaskKind {
  std::string_view name;
};

// What most calls leave at its default; shared by the calls of one batch.
struct TaskSettings : Counted {
  std::string name;  // Shown instead of the function's.
  int32_t priority = 0;
  ResourceNeeds resources = {};
  uint32_t retries_max = 0;                              // More attempts after an exception.
  int64_t timeout_ns = 0;                                // From submit to result; 0: none.
  bool (*retry_on)(const ErrorRecord& error) = nullptr;  // Null: any exception.
  uint32_t items_ahead_max = 32;                         // Of generators: items that nobody has taken yet.
};

class TaskState : public SharedObject {
 public:
  TaskState* task() override { return this; }

  const TaskKind& kind() const { return kind_; }
  std::string_view name() const {
    return settings_ && !settings_->name.empty() ? std::string_view(settings_->name) : kind_.name;
  }
  const TaskSettings* settings() const { return settings_.get(); }
  int32_t priority() const { return settings_ ? settings_->priority : 0; }
  SourceSite site() const { return {site_file_, site_line_}; }
  uint32_t attempt() const { return attempt_; }
  ActorState* actor() const { return actor_; }
  uint32_t demand() const { return demand_; }  // From Scheduler::DefineDemand.

  TaskPhase phase() const { return static_cast<TaskPhase>(life_.load(std::memory_order_acquire) & kPhaseMask); }

  // Somebody asked for its end: code that runs long looks at this.
  bool cancelled() const { return phase() == TaskPhase::kAbandoned; }

  // Starts to wait for the arguments, and is handed over once they are there. The scheduling reference is the caller's
  // and passes to the task.
  void Register(RuntimeCore& core);

  enum class Ran : uint8_t {
    kNot,         // Somebody else has started it, or it has ended.
    kRan,         // It may be in other hands by now.
    kToTryAgain,  // A call of an actor has failed, and the caller is to run it again.
  };
  // Runs the code on this thread if nobody has started or ended it. Code that is a coroutine runs until it suspends;
  // and goes on, if it is about to; or is unwound, if it was ended meanwhile.
  Ran TryRun(RuntimeCore& core);

  // What tasks that are coroutines have: how they wait. Null: the code runs in one go.
  virtual Suspension* suspension() { return nullptr; }

  // What the suspended code waits for, with a reference; null when it waits for no object, or not any more.
  SharedObject* AwaitedObject();

  // It was started before, and is to go on or to be tried again.
  bool begun() const { return suspended_ || attempt_ > 1; }

  // It may be queued a second time while an entry of the first is still there.
  bool may_queue_again() { return (settings_ && settings_->retries_max > 0) || suspension() != nullptr; }

  // Makes its result an error now, if it has none yet. False: it has one.
  bool End(RuntimeCore& core, ErrorPtr error);

  // Makes the result of a task that was never submitted an error.
  void Refuse(ErrorType type, std::string message);

  // In strict mode, before it is submitted: sends the arguments that are values through the store. Null: done.
  virtual ErrorPtr RouteArguments() = 0;

  // An argument that is not ready, with a reference; null when there is none, or the task does not wait any more.
  // `first` is where to start looking, and is set to where the argument was found.
  SharedObject* UnreadyArgument(uint32_t* first);

  // Whether the task whose code runs on the calling thread has submitted this one, and some thread runs it: all of it,
  // without suspending.
  bool IsOwnChildThatRuns();

  // The task whose waiter for an object this is: for its argument, or for what it awaits. Null: it is no task's.
  static TaskState* OfWaiter(Waiter* waiter);

  // The actor whose call this is, with a reference; null when nobody has to run the call any more.
  ActorState* PinActor();

  // A record of this task's, with its name, site and attempt.
  std::shared_ptr<ErrorRecord> MakeError(ErrorType type, std::string message) const;

  void set_settings(CountedPtr<const TaskSettings> settings) { settings_ = std::move(settings); }
  void set_actor(ActorState* actor) { actor_ = actor; }
  void set_demand(uint32_t demand) { demand_ = demand; }

  // Keeps the actor's memory until this call is gone: for calls that may be told of an argument when it has ended.
  void KeepActor();

  // Without arguments to wait for it is queued at once. REQUIRES: nobody else knows of it yet.
  bool waits_for_arguments() { return !Edges().empty(); }
  void MarkQueued() { life_.store(static_cast<uint32_t>(TaskPhase::kQueued), std::memory_order_release); }

  // Of calls to actors, and not initialised for other tasks, of which so many may be pending: the one list the call is
  // in, a mailbox or a lane behind it; and whose order it keeps.
  TaskState* next;
  uint64_t caller;

  // Whether the call was put aside until its arguments are ready.
  Atomic<bool> aside{false};

  // Whether the scheduler has let go of it.
  Atomic<bool> left_queue{false};

  // Whether it was chosen to tell how long it was queued (queue_probes.h).
  std::atomic<bool> timed{false};

 protected:
  TaskState(RuntimeShell& shell, BlockShape shape, const TaskKind& kind, SourceSite site)
      : SharedObject(shell, shape, site), site_line_(site.line), site_file_(site.file), kind_(kind) {
    if (ThreadState& thread = CurrentThread(); thread.task != nullptr) chain_ = thread.task->ChainForChildren(thread);
  }

  ~TaskState() override;

  // Runs the code once. Null: there is a result, not published yet.
  virtual ErrorPtr Invoke() noexcept = 0;
  virtual void PublishResult() = 0;
  virtual void DropResult() noexcept = 0;
  virtual std::span<ArgumentEdge> Edges() noexcept = 0;
  // Also gives the references of edges back.
  virtual void DestroyArguments() noexcept = 0;

  // By Invoke: the code has suspended, and is invoked again to go on; or not.
  void set_suspended(bool suspended) { suspended_ = suspended; }

  // The error of a task whose argument has no value.
  ErrorPtr ArgumentError(ErrorPtr cause) const;

  // Adds the object behind `edge`, whose reference passes to the task.
  void Connect(ArgumentEdge& edge, SharedObject* object);

 private:
  static constexpr uint32_t kPhaseMask = 0xff;
  static constexpr uint32_t kOneReader = 0x100;

  // Applies `event`, and adds readers if it does anything; kIgnore leaves the life as it is.
  TaskStep Step(TaskEvent event, uint32_t readers = 0);

  static void OnArgument(Waiter* waiter);
  void ArgumentDone(RuntimeCore& core, ArgumentEdge& edge);
  void AllArgumentsDone(RuntimeCore& core);
  void FailByArgument(RuntimeCore& core);
  static void EndFailing(RuntimeCore& core, ThreadState& thread);
  void LeaveEdges();
  // Looks at what goes when the task leaves `phase`: it stays until EndRead. False: the task is in another phase.
  bool BeginRead(TaskPhase phase);
  void EndRead() { life_.fetch_sub(kOneReader, std::memory_order_release); }
  void WaitForReaders() const;
  bool ShouldRetry(const ErrorRecord& error) const;
  bool IsCreation() const;  // The task that runs an actor's constructor: the actor looks at its result.
  bool Suspend();
  void Resume(RuntimeCore& core);
  void Unwind();
  bool LeaveAwaited();
  static void OnAwaited(Waiter* waiter);
  const SubmitChainPtr& ChainForChildren(ThreadState& thread) const;

  Atomic<bool> argument_failed_{false};  // First: beside the flags above, without a gap.
  bool actor_kept_ = false;
  bool suspended_ = false;  // Whoever runs the task sets it.
  // Phase, and above it how many threads look at what goes with the phase: edges of a task that waits, the actor of a
  // call.
  Atomic<uint32_t> life_{0};
  Atomic<uint32_t> unready_{1};  // Arguments that are not ready, and one while they are being registered.
  uint32_t attempt_ = 1;
  uint32_t demand_ = 0;
  uint32_t site_line_;
  const char* site_file_;
  const TaskKind& kind_;
  ActorState* actor_ = nullptr;
  CountedPtr<const TaskSettings> settings_;
  SubmitChainPtr chain_;  // Of the task that submitted this one.
};

// The aim for what a pending task touches. It is more by the arguments, and by the scheduler's own share of an entry:
// //tools/bench measures it.
static_assert(sizeof(TaskState) + 8 + sizeof(ReadyTask) <= 192);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
