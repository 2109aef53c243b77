// RuntimeView::Tasks: finds tasks from those that run and those that are waited for, and in the queue.
#include <algorithm>
#include <deque>
#include <unordered_map>
#include <utility>

#include "core/base/text.h"
#include "core/runtime/actor_state.h"
#include "core/runtime/queued_tasks.h"
#include "core/runtime/running_tasks.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/runtime_view.h"
#include "core/runtime/thread_record.h"

namespace manta {
namespace {

// Entries of the queue that may be looked at besides those that are shown: tasks that have ended, and actors.
constexpr uint64_t kTombstonesMax = 1'000;

std::string_view StateName(TaskPhase phase) {
  switch (phase) {
    case TaskPhase::kNew:
      return "new";
    case TaskPhase::kWaiting:
      return "waiting";
    case TaskPhase::kQueued:
    case TaskPhase::kResuming:
      return "queued";
    case TaskPhase::kRunning:
      return "running";
    case TaskPhase::kAbandoned:
      return "abandoned";
    case TaskPhase::kFinished:
      return "finished";
    case TaskPhase::kSuspended:
      return "suspended";
    case TaskPhase::kUnwinding:
      return "unwinding";
  }
  return "unknown";
}

std::string Brief(SharedObject& object) {
  if (const TaskState* task = object.task(); task != nullptr) {
    return Concat("task ", task->name(), " (", StateName(task->phase()), ")");
  }
  return Concat("object ", object.id().ToHex(), ", which is promised or comes from a queue");
}

std::string LocationOf(const RunningTasks::Running& running) {
  return running.worker == ThreadRecord::kNoWorker ? Concat("thread ", running.thread)
                                                   : Concat("worker ", running.worker);
}

// A thread that waits: for an object, with a reference, or for what `what` says.
struct Wait {
  TaskState* task = nullptr;  // Whose code waits, with a reference; null: the program's.
  SharedObject* object = nullptr;
  const char* what = "";

  std::string Because() const { return object != nullptr ? Concat("Get of ", Brief(*object)) : std::string(what); }
};

}  // namespace

class RuntimeView::TaskSearch {
 public:
  TaskSearch(uint64_t limit, TasksView& view) : limit_(limit), view_(view) {}
  ~TaskSearch() {
    for (const auto& [task, row] : rows_) task->Release();
  }

  // Makes a row of it unless there is one. Takes the reference over. Null: there is no room.
  TaskRow* Add(TaskState* task) {
    if (const auto found = rows_.find(task); found != rows_.end()) {
      task->Release();
      return &view_.tasks[found->second];
    }
    if (view_.tasks.size() >= limit_) {
      view_.more = true;
      task->Release();
      return nullptr;
    }
    rows_.emplace(task, view_.tasks.size());
    next_.push_back(task);
    view_.tasks.push_back({.id = task->id(),
                           .name = std::string(task->name()),
                           .state = std::string(StateName(task->phase())),
                           .submitted_at = task->site().file != nullptr ? task->site().ToString() : "",
                           .attempt = task->attempt()});
    return &view_.tasks.back();
  }

  // The task that makes the object, if there is one.
  void AddMaker(SharedObject& object) {
    TaskState* const maker = object.task();
    if (maker == nullptr || object.ready()) return;
    maker->Retain();
    Add(maker);
  }

  void Follow() {
    while (!next_.empty()) {
      TaskState* const task = next_.front();
      next_.pop_front();
      Explain(*task, rows_.at(task));
      std::vector<TaskState*> dependents;
      task->waiters().Each([&](Waiter* waiter) {
        TaskState* const dependent = TaskState::OfWaiter(waiter);
        if (dependent == nullptr) return true;
        dependent->Retain();
        dependents.push_back(dependent);
        return dependents.size() <= limit_;
      });
      for (TaskState* dependent : dependents) Add(dependent);
    }
  }

 private:
  void Explain(TaskState& task, size_t row) {
    std::string because;
    std::string actor;
    switch (task.phase()) {
      case TaskPhase::kWaiting: {
        uint32_t first = 0;
        if (SharedObject* const argument = task.UnreadyArgument(&first); argument != nullptr) {
          because = Concat("its argument, the result of ", Brief(*argument));
          AddMaker(*argument);
          argument->Release();
        }
        if (task.actor() != nullptr) actor = task.actor()->name();  // Such a call keeps its actor.
        break;
      }
      case TaskPhase::kSuspended:
        if (SharedObject* const awaited = task.AwaitedObject(); awaited != nullptr) {
          because = Concat("co_await of ", Brief(*awaited));
          AddMaker(*awaited);
          awaited->Release();
        }
        if (task.actor() != nullptr) actor = task.actor()->name();
        break;
      case TaskPhase::kQueued:
      case TaskPhase::kResuming:
        because = task.demand() != 0 ? "a worker, and its resources" : "a worker";
        if (ActorState* const pinned = task.PinActor(); pinned != nullptr) {
          actor = pinned->name();
          because = Concat("its turn at actor ", actor);
          pinned->Release();
        }
        break;
      default:
        break;
    }
    TaskRow& found = view_.tasks[row];
    if (found.because.empty()) found.because = std::move(because);
    if (found.actor.empty()) found.actor = std::move(actor);
  }

  const uint64_t limit_;
  TasksView& view_;
  std::unordered_map<TaskState*, size_t> rows_;  // Each with a reference.
  std::deque<TaskState*> next_;
};

TasksView RuntimeView::Tasks(uint64_t limit) {
  TasksView view;
  view.counts = core_.counts();
  view.queued_count = queued_count();
  std::vector<Wait> waits;
  view.waiting_threads = core_.blocked_.Each([&](ThreadWaiter& waiter) {
    if (waits.size() >= limit) return false;
    if (waiter.task != nullptr) waiter.task->Retain();
    if (waiter.object != nullptr) waiter.object->Retain();
    waits.push_back({waiter.task, waiter.object, waiter.what});
    return true;
  });
  {
    const RunningTasks running(core_.shell());
    view.running_count = running.tasks().size();
    view.complete_knowledge = running.known();
    TaskSearch search(limit, view);
    std::string inner;  // What the thread runs meanwhile.
    for (const RunningTasks::Running& each : running.tasks()) {
      each.task->Retain();
      if (TaskRow* const row = search.Add(each.task); row != nullptr) {
        row->location = LocationOf(each);
        if (each.actor != nullptr) row->actor = each.actor->name();
        // A constructor that runs once more has ended before.
        if (row->state == StateName(TaskPhase::kFinished)) row->state = StateName(TaskPhase::kRunning);
        if (!each.innermost) {
          row->state = "waiting";
          row->because = Concat("a result; its thread runs task ", inner, " meanwhile");
        }
      }
      inner = each.task->name();
    }
    for (const Wait& wait : waits) {
      if (wait.task == nullptr) {
        if (view.tasks.size() < limit) {
          view.tasks.push_back({.name = "(the program)", .state = "waiting", .because = wait.Because()});
        } else {
          view.more = true;
        }
      } else {
        wait.task->Retain();
        if (TaskRow* const row = search.Add(wait.task); row != nullptr) {
          row->state = "waiting";
          row->because = wait.Because();
        }
      }
      if (wait.object != nullptr) search.AddMaker(*wait.object);
    }
    search.Follow();
    const uint64_t room = limit - std::min<uint64_t>(limit, view.tasks.size());
    const QueuedTasks queued(core_, std::min(view.queued_count, room + kTombstonesMax));
    for (TaskState* const task : queued.tasks()) {
      if (task->phase() != TaskPhase::kQueued && task->phase() != TaskPhase::kResuming) continue;
      task->Retain();
      search.Add(task);
    }
    view.more = view.more || view.queued_count > room + kTombstonesMax;
    search.Follow();
  }
  for (const Wait& wait : waits) {
    if (wait.object != nullptr) wait.object->Release();
    if (wait.task != nullptr) wait.task->Release();
  }
  return view;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
