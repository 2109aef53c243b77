#include "core/runtime/runtime_core.h"

#include <utility>

#include "core/base/fence.h"
#include "core/base/text.h"
#include "core/runtime/core_visit.h"
#include "core/runtime/help.h"
#include "core/runtime/name_table.h"
#include "core/runtime/queue_entry.h"
#include "core/runtime/reference_watch.h"
#include "core/runtime/task_timeout.h"
#include "core/runtime/thread_record.h"
#include "glog/logging.h"

namespace manta {
namespace {

// Of queued tasks: one that waits for its actor's resources. The actor runs it.
bool IsCreation(const TaskState& task) { return task.demand() != 0 && task.actor() != nullptr; }

// Whether `error` says that the task was dropped by Shutdown, itself or with what it waited for.
bool DroppedByShutdown(const ErrorRecord& error) {
  if (error.attempt != 0) return false;
  return error.type == ErrorType::kShutdown || (error.cause != nullptr && error.cause->type == ErrorType::kShutdown);
}

}  // namespace

absl::StatusOr<std::unique_ptr<RuntimeCore>> RuntimeCore::Start(const RuntimeParts& parts,
                                                                const RuntimeLimits& limits) {
  auto resources = std::make_unique<ResourceTable>(limits.resources, limits.workers.worker_count);
  const absl::Status started = parts.scheduler.Start(
      {.worker_count_max = limits.workers.thread_count_max, .capacities_milli = resources->capacities_milli()});
  if (!started.ok()) return started;
  std::unique_ptr<RuntimeCore> core(new RuntimeCore(parts, limits, std::move(resources)));
  core->pool_.StartWorkers();
  parts.executor.StackBytesLeft();  // The first look at the stack of a program's first thread reads a file.
  return core;
}

RuntimeCore::RuntimeCore(const RuntimeParts& parts, const RuntimeLimits& limits,
                         std::unique_ptr<ResourceTable> resources)
    : parts_(parts),
      limits_(limits),
      resources_(std::move(resources)),
      shell_(RuntimeShell::Take(this, parts.worker_id)),
      pool_(shell_, parts.executor, parts.clock, parts.scheduler, *this, limits.workers),
      admission_(parts.executor, limits.pending),
      timers_(parts.executor, parts.clock),
      probes_(parts.clock, parts.metrics) {
  BlockPool::Prepare();
  if (parts_.router != nullptr) parts_.router->Attach(shell_);
  if (parts_.watch != nullptr) shell_.set_watch(parts_.watch.get(), parts_.watch->observe_one_in());
}

RuntimeCore::~RuntimeCore() {
  Stop();
  if (parts_.router != nullptr) parts_.router->Detach();
  shell_.Leave();
}

void RuntimeCore::Submit(TaskState* task) {
  ThreadState& thread = CurrentThread();
  if (stopping()) {
    Refuse(task, ErrorType::kShutdown, "was not run, since the runtime was shut down");
    return;
  }
  if (shell_.strict()) [[unlikely]] {
    if (const ErrorPtr error = task->RouteArguments(); error != nullptr) {
      Refuse(task, error->type, error->message);
      return;
    }
  }
  if (const TaskSettings* const settings = task->settings(); settings != nullptr && !settings->resources.empty()) {
    if (!FindDemand(*task)) return;
  }
  const Admission::Room room = admission_.Submitted(thread.shard, task->size_bytes());
  if (room != Admission::Room::kFree) [[unlikely]] {
    if (thread.worker == nullptr && thread.task == nullptr) {
      admission_.WaitForRoom();
    } else if (room == Admission::Room::kNone) {
      admission_.Ended(thread.shard, task->size_bytes());
      Refuse(task, ErrorType::kPendingCallsLimit,
             Concat("was not accepted: more than ", admission_.limits().count_max * admission_.limits().hard_factor,
                    " tasks or ", admission_.limits().bytes_max * admission_.limits().hard_factor,
                    " bytes of them are pending; wait for some, or raise pending_tasks_max"));
      return;
    }
  }
  const bool timed = task->settings() != nullptr && task->settings()->timeout_ns > 0;
  const bool kept = timed || room != Admission::Room::kFree;
  if (kept) task->Retain();
  ActorState* const actor = task->actor();
  if (actor == nullptr) {
    task->Register(*this);
  } else {
    if (!task->waits_for_arguments()) {
      task->MarkQueued();
    } else {
      task->KeepActor();
      task->Retain();  // The mailbox's; the caller's goes with the registration.
      task->Register(*this);
    }
    actor->Call(task);
  }
  if (kept) [[unlikely]] {
    // Not earlier: who is not registered cannot be ended, and the timeout would come to nothing.
    if (timed) StartTimeout(*this, *task);
    // Inside a task nobody waits for room: the room may depend on this very task.
    if (room != Admission::Room::kFree && actor == nullptr && thread.task != nullptr) Help(*this, *task);
    task->Release();
  }
}

// False: it has been refused.
bool RuntimeCore::FindDemand(TaskState& task) {
  if (task.actor() != nullptr) {
    Refuse(&task, ErrorType::kTaskUnschedulable,
           "was not run, since a call of an actor has no resources of its own: give them to the actor");
    return false;
  }
  const absl::StatusOr<uint32_t> demand = resources_->DemandOf(parts_.scheduler, task.settings()->resources);
  if (!demand.ok()) {
    Refuse(&task, ErrorType::kTaskUnschedulable, std::string(ToStd(demand.status().message())));
    return false;
  }
  task.set_demand(*demand);
  return true;
}

void RuntimeCore::SubmitCreation(ActorState& actor, TaskState* creation) {
  const absl::StatusOr<uint32_t> demand = resources_->DemandOf(parts_.scheduler, actor.settings().resources);
  admission_.Submitted(CurrentThread().shard, creation->size_bytes());
  creation->Retain();  // The actor's.
  actor.SetCreation(creation);
  if (demand.ok()) {
    actor.set_demand(*demand);
    creation->set_demand(*demand);
  }
  ErrorPtr refused = shell_.strict() ? creation->RouteArguments() : nullptr;
  if (!demand.ok()) {
    refused = creation->MakeError(ErrorType::kActorUnschedulable,
                                  Concat("actor ", actor.name(), " ", ToStd(demand.status().message())));
  }
  if (refused == nullptr && (creation->waits_for_arguments() || *demand != 0)) creation->KeepActor();
  if (refused != nullptr) {
    TaskEnded(*creation, refused.get());
    creation->Refuse(refused->type, refused->message);
    actor.CallReady(creation);
  } else if (creation->waits_for_arguments()) {
    creation->Register(*this);
  } else {
    creation->MarkQueued();
    Enqueue(creation);
  }
  // Only now: what Stop finds it can end.
  AddActor(actor);
}

void RuntimeCore::Refuse(TaskState* task, ErrorType type, std::string message) {
  Counters& counters = counters_[CurrentThread().shard % kShardCount];
  (type == ErrorType::kShutdown ? counters.dropped : counters.failed).fetch_add(1, std::memory_order_relaxed);
  task->Refuse(type, std::move(message));
  task->Release();
}

void RuntimeCore::Push(QueueEntry entry, int32_t priority, uint32_t demand) {
  entry.Entered();
  ThreadState& thread = CurrentThread();
  if (thread.record->queued.Chosen()) [[unlikely]]
    Probe(entry, *thread.record);
  Worker* const worker = thread.worker;
  const bool mine = worker != nullptr && &worker->pool() == &pool_;
  const ReadyTask ready{.task = entry.handle(), .priority = priority, .demand = demand};
  const absl::Status pushed = parts_.scheduler.Push(mine ? worker->index() : Scheduler::kOutside, std::span(&ready, 1));
  CHECK(pushed.ok()) << "a task could not be queued: " << pushed;
  worker == nullptr ? pool_.PushedFromOutside(thread.pushes) : pool_.Pushed();
}

void RuntimeCore::Probe(QueueEntry entry, ThreadRecord& record) {
  if (!observed()) return record.queued.Off(ThreadRecord::kAskAgain);
  const int64_t now_ns = parts_.clock.NowNs();
  record.queued.Take(now_ns);
  if (!entry.is_actor()) probes_.Queued(entry.task(), now_ns);
}

void RuntimeCore::Enqueue(TaskState* task) {
  if (ActorState* const actor = task->actor(); actor != nullptr && task->demand() == 0) {
    actor->CallReady(task);
    return;
  }
  Push(QueueEntry(*task), task->priority(), task->demand());
}

void RuntimeCore::EnqueueOverlapping(TaskState* call) { Push(QueueEntry(*call), call->priority(), /*demand=*/0); }

void RuntimeCore::EnqueueActor(ActorState* actor) {
  if (stopping()) {
    actor->EndLate(*this);  // Stop looks at those that have not ended.
    ThreadRecord::LetLookersFinish();
    actor->Release();
    return;
  }
  Push(QueueEntry(*actor), /*priority=*/0, /*demand=*/0);
}

void RuntimeCore::RunReady(const ReadyTask& ready) {
  const QueueEntry entry(ready.task);
  entry.Left();
  if (entry.is_actor()) {
    entry.actor().TakeTurn(*this, nullptr);
    ThreadRecord::LetLookersFinish();
    entry.Release();
    return;
  }
  TaskState* const task = &entry.task();
  if (IsCreation(*task)) {
    task->actor()->Granted();
    ThreadRecord::LetLookersFinish();
    task->Release();
    return;
  }
  const TaskState::Ran ran = RunTask(task, ready.demand);
  if (ActorState* const actor = task->actor(); actor != nullptr) {
    if (ran == TaskState::Ran::kToTryAgain) return EnqueueOverlapping(task);
    actor->OverlappingCallDone();
  }
  task->Release();
}

TaskState::Ran RuntimeCore::RunTask(TaskState* task, uint32_t acquired) {
  return task->demand() == 0 ? task->TryRun(*this) : RunHolding(task, acquired);
}

TaskState::Ran RuntimeCore::RunHolding(TaskState* task, uint32_t acquired) {
  ThreadState& thread = CurrentThread();
  const HeldResources held = resources_->HeldWith(task->demand(), thread.held);
  const HeldResources* const outer = std::exchange(thread.held, &held);
  const TaskState::Ran ran = task->TryRun(*this);
  thread.held = outer;
  ReturnDemand(acquired);
  return ran;
}

bool RuntimeCore::AcquireFor(uint32_t demand, uint32_t* acquired) {
  const absl::StatusOr<uint32_t> rest = resources_->RestOf(parts_.scheduler, demand, CurrentThread().held);
  if (!rest.ok() || !parts_.scheduler.Acquire(*rest)) return false;
  *acquired = *rest;
  return true;
}

void RuntimeCore::ReturnDemand(uint32_t demand) {
  if (demand != 0 && parts_.scheduler.Return(demand) > 0) pool_.Pushed();
}

void RuntimeCore::TaskEnded(TaskState& task, const ErrorRecord* error) {
  const uint32_t shard = CurrentThread().shard;
  Counters& counters = counters_[shard % kShardCount];
  if (error == nullptr) {
    counters.done.fetch_add(1, std::memory_order_relaxed);
  } else if (DroppedByShutdown(*error)) {
    counters.dropped.fetch_add(1, std::memory_order_relaxed);
  } else {
    counters.failed.fetch_add(1, std::memory_order_relaxed);
  }
  admission_.Ended(shard, task.size_bytes());
}

ErrorPtr RuntimeCore::StoppedError(const std::string& what) const {
  auto error = std::make_shared<ErrorRecord>();
  error->type = ErrorType::kShutdown;
  error->message = Concat("the runtime was shut down before ", what, " was ready");
  return error;
}

ErrorPtr RuntimeCore::Wait(SharedObject& object, int64_t deadline_ns) {
  if (object.ready()) return nullptr;
  if (deadline_ns == kNever) {  // A task takes the time it takes: who has a deadline does not start one.
    Help(*this, object);
    if (object.ready()) return nullptr;
    if (ErrorPtr error = SelfWaitError(object); error != nullptr) return object.ready() ? nullptr : error;
  }
  ThreadWaiter waiter(parts_.executor, &object);
  if (!object.waiters().Add(&waiter)) return nullptr;
  ErrorPtr error;
  if (Park(waiter, deadline_ns, &error)) return nullptr;
  if (object.waiters().Remove(&waiter)) {
    if (error != nullptr) return error;
    auto timeout = std::make_shared<ErrorRecord>();
    timeout->type = ErrorType::kGetTimeout;
    timeout->message = Concat(DescribeObject(&object), " was not ready in time; it may still come: ask again");
    return timeout;
  }
  // It has just become ready, and somebody is about to say so.
  while (!waiter.notified.load(std::memory_order_acquire)) ParkThread(parts_.executor, kNever);
  return nullptr;
}

// A method that waits for a call of its own actor: that one cannot run before the method returns and gives the turn
// back.
ErrorPtr RuntimeCore::SelfWaitError(SharedObject& object) {
  const TaskState* const running = CurrentThread().task;
  const TaskState* const awaited = object.task();
  if (running == nullptr || awaited == nullptr || running->actor() == nullptr || awaited->actor() != running->actor() ||
      running->actor()->settings().concurrency_max > 1) {
    return nullptr;
  }
  auto error = std::make_shared<ErrorRecord>();
  error->type = ErrorType::kDeadlock;
  error->message =
      Concat(DescribeTask(running), " waits for ", DescribeTask(awaited),
             ", another call of its own actor, which runs one at a time: call the method directly, co_await"
             " it, or raise concurrency_max");
  return error;
}

ErrorPtr RuntimeCore::DeadlockError(const WorkerPool& pool, const ThreadWaiter& waiter) {
  auto error = std::make_shared<ErrorRecord>();
  error->type = ErrorType::kDeadlock;
  error->message =
      Concat("all ", pool.thread_count(), " threads wait, and no more may be started: ", DescribeTask(waiter.task),
             " cannot wait for ", waiter.object != nullptr ? DescribeObject(waiter.object) : std::string(waiter.what),
             " as well; others: ", blocked_.Describe(16), "; raise the limit of threads, or wait for less");
  return error;
}

bool RuntimeCore::Park(ThreadWaiter& waiter, int64_t deadline_ns, ErrorPtr* error) {
  const auto notified = [&waiter] { return waiter.notified.load(std::memory_order_acquire); };
  if (deadline_ns != kNever && parts_.clock.NowNs() >= deadline_ns) return notified();
  Worker* const worker = CurrentThread().worker;
  TaskState* const awaited = waiter.object != nullptr ? waiter.object->task() : nullptr;
  const bool may_be_child = worker != nullptr && &worker->pool() == &pool_ && awaited != nullptr;
  const BlockedOn what = may_be_child && awaited->IsOwnChildThatRuns() ? BlockedOn::kOwnChild : BlockedOn::kOther;
  if (worker != nullptr && !worker->pool().EnterBlocked(*worker, what)) {
    *error = DeadlockError(worker->pool(), waiter);
    return notified();
  }
  if (worker == nullptr) pool_.DoNotDoze(CurrentThread().pushes);
  bool is_notified = pool_.SpinUntil(notified);
  if (!is_notified) {
    if (blocked_.Add(waiter)) {
      if (worker != nullptr && &worker->pool() == &pool_) pool_.LookForStall();
      const int64_t begin_ns = parts_.clock.NowNs();
      const int64_t slow_ns = DeadlineAfter(begin_ns, limits_.slow_wait_ns);
      while (!(is_notified = notified()) && !waiter.aborted.load(std::memory_order_acquire)) {
        const int64_t next_ns =
            waiter.told.load(std::memory_order_relaxed) ? deadline_ns : std::min(deadline_ns, slow_ns);
        if (ParkThread(parts_.executor, next_ns) == WakeReason::kUnparked) continue;
        if (next_ns == deadline_ns && parts_.clock.NowNs() >= deadline_ns) {
          is_notified = notified();
          break;
        }
        TellSlowWait(waiter);
      }
      blocked_.Remove(waiter);
      if (observed()) RecordWait(waiter, begin_ns);
    } else {
      is_notified = notified();
    }
    if (!is_notified && stopping()) {
      *error = StoppedError(waiter.object != nullptr ? DescribeObject(waiter.object) : waiter.what);
    } else if (!is_notified && waiter.aborted.load(std::memory_order_acquire)) {
      *error = DeadlockError(pool_, waiter);
    }
  }
  if (worker != nullptr) worker->pool().LeaveBlocked(*worker, what);
  return is_notified;
}

void RuntimeCore::RecordWait(const ThreadWaiter& waiter, int64_t begin_ns) {
  const TaskState* const made_by = waiter.object != nullptr ? waiter.object->task() : nullptr;
  CurrentThread().record->events.Add({.begin_ns = begin_ns,
                                      .duration_ns = parts_.clock.NowNs() - begin_ns,
                                      .kind = TimelineEvent::Kind::kWait,
                                      .name = made_by != nullptr ? NameTable::NumberOf(made_by->name()) : 0});
}

void RuntimeCore::TellSlowWait(ThreadWaiter& waiter) {
  const std::string what = blocked_.TellSlow(waiter);
  if (what.empty()) return;
  LOG(WARNING) << "manta wait.slow " << DescribeTask(waiter.task) << " has waited for "
               << limits_.slow_wait_ns / 1'000'000'000 << " s for " << what;
}

bool RuntimeCore::Cancel(SharedObject& object, ErrorType type, std::string message) {
  TaskState* const task = object.task();
  return task != nullptr && task->End(*this, task->MakeError(type, std::move(message)));
}

void RuntimeCore::AddActor(ActorState& actor) {
  MutexLock lock(mutex_);
  if (actor.ended()) return;
  actors_.PushFront(actor);
  ++actor_count_;
}

void RuntimeCore::RemoveActor(ActorState& actor) {
  if (!actor.settings().registered_name.empty()) actor_names_.Remove(actor);
  MutexLock lock(mutex_);
  if (!actor.linked()) return;
  IntrusiveList<ActorState>::Remove(actor);
  --actor_count_;
}

void RuntimeCore::AddPromise(SharedObject& object) {
  MutexLock lock(mutex_);
  promises_.insert(&object);
}

bool RuntimeCore::RemovePromise(SharedObject& object) {
  MutexLock lock(mutex_);
  return promises_.erase(&object) > 0;
}

void RuntimeCore::Stop() {
  if (stopping_.exchange(true, std::memory_order_seq_cst)) return;
  FullFence();
  admission_.Stop();
  timers_.Stop();
  blocked_.AbortAll();
  pool_.Stop();
  // The program's threads may be running tasks for which they wait, or be about to submit some.
  CoreVisit::EndAll(shell_, parts_.executor);
  DropAll();
  if (parts_.router != nullptr) parts_.router->SettleBlocks();
}

// Everything that will not run any more gets its error. Nobody else is inside, so that nothing is added but by what is
// destroyed here.
void RuntimeCore::DropAll() {
  for (;;) {
    DropQueued();
    SharedObject* promise = nullptr;
    ActorState* actor = nullptr;
    {
      MutexLock lock(mutex_);
      if (!promises_.empty()) {
        promise = *promises_.begin();
        promises_.erase(promises_.begin());
      } else if (!actors_.empty()) {
        actor = &actors_.front();
        IntrusiveList<ActorState>::Remove(*actor);
        --actor_count_;
      } else {
        break;
      }
    }
    if (promise != nullptr) {
      promise->PublishError(StoppedError(DescribeObject(promise)));
      promise->Release();
    }
    if (actor != nullptr) actor->ShutDown(*this);
  }
}

void RuntimeCore::DropQueued() {
  std::array<ReadyTask, 256> tasks;
  while (const uint64_t count = parts_.scheduler.Drain(tasks)) {
    ThreadRecord::LetLookersFinish();
    for (const ReadyTask& ready : std::span(tasks).first(count)) {
      const QueueEntry entry(ready.task);
      if (entry.is_actor()) {
        entry.Left();
        entry.actor().EndLate(*this);
        entry.Release();
        continue;
      }
      TaskState* const task = &entry.task();
      if (IsCreation(*task)) {
        task->Release();
        continue;
      }
      std::shared_ptr<ErrorRecord> error = task->MakeError(
          ErrorType::kShutdown,
          Concat(task->begun() ? "had not ended" : "had not been started", " when the runtime was shut down"));
      if (!task->begun()) error->attempt = 0;
      task->End(*this, std::move(error));
      task->TryRun(*this);  // One that was suspended is unwound.
      if (ActorState* const actor = task->actor(); actor != nullptr) actor->OverlappingCallDone();
      task->Release();
    }
  }
}

RuntimeCounts RuntimeCore::counts() const {
  RuntimeCounts counts;
  for (const Counters& counters : counters_) {
    counts.done_count += counters.done.load(std::memory_order_acquire);
    counts.failed_count += counters.failed.load(std::memory_order_acquire);
    counts.dropped_count += counters.dropped.load(std::memory_order_acquire);
  }
  counts.dropped_count += shell_.refused_count();
  counts.pending_count = admission_.totals().pending_count;
  counts.object_count = shell_.live_count();
  counts.native_bytes = static_cast<int64_t>(shell_.live_bytes());
  if (parts_.router != nullptr) {
    const RoutingCounts routing = parts_.router->counts();
    counts.native_bytes += static_cast<int64_t>(routing.charged_bytes);
    counts.stored_count = routing.stored_count;
    counts.stored_bytes = routing.stored_bytes;
    counts.migrated_count = routing.migrated_count;
    counts.restored_count = routing.restored_count;
  }
  counts.thread_count = pool_.thread_count();
  return counts;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
