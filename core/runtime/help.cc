#include "core/runtime/help.h"

#include <cstdint>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/runtime/actor_state.h"
#include "core/runtime/queue_entry.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/task_state.h"
#include "core/runtime/thread_record.h"

namespace manta {

// What a program's thread keeps while it helps, as Worker::tombstones.
struct HelperTombstones {
  const RuntimeCore* core;
  std::vector<uint64_t> entries = {};
};

namespace {

// Tasks between the one that is awaited and the one that is looked at, each with a reference.
class Path {
 public:
  struct Step {
    TaskState* task;
    uint32_t argument = 0;  // Where to look on.
  };

  ~Path() {
    while (!steps_.empty()) Pop();
  }

  bool empty() const { return steps_.empty(); }
  Step& top() { return steps_.back(); }

  // Takes the caller's reference over. Not twice for one task: where arguments are shared, the ways to them multiply.
  // False: it was here before.
  bool Push(TaskState* task) {
    if (steps_.empty() || seen_.insert(task).second) {
      steps_.push_back({task});
      return true;
    }
    task->Release();
    return false;
  }

  void Pop() {
    steps_.back().task->Release();
    steps_.pop_back();
  }

 private:
  std::vector<Step> steps_;
  std::unordered_set<TaskState*> seen_;  // Besides the first. An address that is used again costs a chance to help.
};

// Takes an entry that this thread is about to run, or has run, out of the end of the queue where its own pushes go.
// False: it is not there.
bool TakeBack(RuntimeCore& core, const Worker* worker, QueueEntry entry) {
  const uint32_t from = worker != nullptr ? worker->index() : Scheduler::kOutside;
  if (!core.scheduler().TakeBack(from, entry.handle())) return false;
  entry.Left();
  if (worker == nullptr) CurrentThread().pushes.TakenBack();
  return true;
}

// The worker of `core` that this thread is; null: it is none.
Worker* WorkerOf(const RuntimeCore& core) {
  Worker* const worker = CurrentThread().worker;
  return worker != nullptr && &worker->pool() == &core.pool() ? worker : nullptr;
}

// Where this thread keeps its tombstones; null: it keeps none. A program's thread does while it runs tasks that wait
// for others: those lie at the queue's end, one upon the other, as a worker's do.
std::vector<uint64_t>* TombstonesOf(const RuntimeCore& core, Worker* worker) {
  if (worker != nullptr) return &worker->tombstones;
  const ThreadState& thread = CurrentThread();
  const bool nested = thread.task != nullptr && thread.tombstones != nullptr && thread.tombstones->core == &core;
  return nested ? &thread.tombstones->entries : nullptr;
}

// What this thread pushed and then ran itself lies at the end of its queue: takes it out again.
void TakeTombstonesBack(RuntimeCore& core, const Worker* worker, std::vector<uint64_t>& tombstones) {
  while (!tombstones.empty()) {
    const QueueEntry entry(tombstones.back());
    if (entry.queued()) {
      if (!TakeBack(core, worker, entry)) return;
      // It may have been another entry of the actor's, which has calls to run again.
      if (entry.is_actor() && entry.actor().scheduled()) {
        core.EnqueueActor(&entry.actor());  // With the entry's reference.
        return;
      }
      ThreadRecord::LetLookersFinish();
      entry.Release();  // The queue's.
    }
    tombstones.pop_back();
    entry.Release();
  }
}

// Runs a queued task on this thread.
void RunQueued(RuntimeCore& core, TaskState& task) {
  uint32_t acquired = 0;
  if (task.demand() != 0 && !core.AcquireFor(task.demand(), &acquired)) return;
  Worker* const worker = WorkerOf(core);
  std::vector<uint64_t>* const tombstones = TombstonesOf(core, worker);
  if (TakeBack(core, worker, QueueEntry(task))) {
    core.RunTask(&task, acquired);
    task.Release();  // The queue's.
  } else {
    task.Retain();  // The queue's reference goes with the entry, the tombstone's with what the task waits for itself.
    if (tombstones != nullptr && !task.may_queue_again()) {  // Else its next entry could be taken for this one.
      task.Retain();
      tombstones->push_back(QueueEntry(task).handle());
    }
    core.RunTask(&task, acquired);
    task.Release();
  }
  if (tombstones != nullptr) TakeTombstonesBack(core, worker, *tombstones);
}

// Runs the calls of an actor before `call`, and `call`, if nobody else is about to. Takes over a reference to the
// actor.
void RunCalls(RuntimeCore& core, ActorState& actor, const TaskState& call) {
  Worker* const worker = WorkerOf(core);
  std::vector<uint64_t>* const tombstones = TombstonesOf(core, worker);
  // Before others see it, if it is at the end.
  const bool taken_back =
      actor.queue_entries.load(std::memory_order_relaxed) > 0 && TakeBack(core, worker, QueueEntry(actor));
  const bool had_turn = actor.TakeTurn(core, &call);
  if (taken_back) {
    if (!had_turn && actor.scheduled()) {
      core.EnqueueActor(&actor);  // With the entry's reference: it was another one's.
    } else {
      ThreadRecord::LetLookersFinish();
      actor.Release();  // The queue's.
    }
  }
  if (tombstones == nullptr) {
    actor.Release();
    return;
  }
  if (had_turn && actor.queue_entries.load(std::memory_order_relaxed) > 0) {
    tombstones->push_back(QueueEntry(actor).handle());  // With the reference.
  } else {
    actor.Release();
  }
  TakeTombstonesBack(core, worker, *tombstones);
}

void HelpWith(RuntimeCore& core, SharedObject& object, TaskState* awaited) {
  if (awaited->actor() == nullptr && awaited->phase() == TaskPhase::kQueued) {
    if (core.executor().StackBytesLeft() >= core.limits().help_stack_bytes_min) RunQueued(core, *awaited);
    if (const TaskPhase now = awaited->phase(); now != TaskPhase::kSuspended && now != TaskPhase::kResuming) return;
  }
  Path path;
  awaited->Retain();
  path.Push(awaited);
  while (!path.empty() && !object.ready() && !core.stopping()) {
    Path::Step& step = path.top();
    TaskState& task = *step.task;
    switch (task.phase()) {
      case TaskPhase::kQueued:
      case TaskPhase::kResuming:
        if (core.executor().StackBytesLeft() < core.limits().help_stack_bytes_min) return;
        if (task.actor() != nullptr) {
          if (ActorState* const actor = task.PinActor(); actor != nullptr) RunCalls(core, *actor, task);
        } else {
          RunQueued(core, task);
        }
        if (task.phase() != TaskPhase::kSuspended) path.Pop();
        break;
      case TaskPhase::kSuspended: {
        SharedObject* const waits_for = task.AwaitedObject();
        if (waits_for == nullptr) {
          if (task.phase() == TaskPhase::kSuspended) path.Pop();
          break;
        }
        TaskState* const producer = waits_for->task();
        if (producer != nullptr) producer->Retain();
        waits_for->Release();
        if (producer == nullptr || !path.Push(producer)) path.Pop();
        break;
      }
      case TaskPhase::kWaiting: {
        SharedObject* const argument = task.UnreadyArgument(&step.argument);
        if (argument == nullptr) {
          // All are ready, or in other hands. If the last one has just come, the task is queued by now.
          if (task.phase() != TaskPhase::kQueued) path.Pop();
          break;
        }
        ++step.argument;  // One try for each.
        if (TaskState* const producer = argument->task(); producer != nullptr) {
          producer->Retain();
          path.Push(producer);
        }
        argument->Release();
        break;
      }
      default:
        path.Pop();  // Somebody runs it, or it has ended.
    }
  }
}

}  // namespace

void Help(RuntimeCore& core, SharedObject& object) {
  TaskState* const awaited = object.task();
  if (awaited == nullptr || core.stopping()) return;
  ThreadState& thread = CurrentThread();
  if (thread.worker != nullptr || (thread.tombstones != nullptr && thread.tombstones->core == &core)) {
    return HelpWith(core, object, awaited);
  }
  HelperTombstones own = {.core = &core};
  HelperTombstones* const outer = std::exchange(thread.tombstones, &own);
  HelpWith(core, object, awaited);
  thread.tombstones = outer;
  for (const uint64_t entry : own.entries) QueueEntry(entry).Release();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
