// core/runtime/runtime_core.h -- runs the tasks and actors of one process.
//
// A task is submitted, waits for its arguments, is queued with the scheduler and run by a worker, or by whoever waits
// for it. Everything that happens is the consequence of an event; nothing looks again and again.
//
//   Submit -> arguments ready -> Enqueue -> Scheduler::Push -> a worker, or a waiter -> TaskState::TryRun -> Publish
//
// Waiting    Wait without a deadline first runs what the awaited object needs and nobody has started (help.h), and
//            nothing else. Then the thread gives its slot back, spins for a bounded time, and parks.
// Shutdown   New tasks fail at once; those that have not started are dropped, each with a typed error; every
// outstanding
//            wait ends with one; code that runs is waited for.
//
// Threads   Start and Stop [one-at-a-time]; the rest [any-thread] by the runtime's own threads and by visitors
//           (CoreVisit).
// Memory    Objects outlive the core (runtime_shell.h).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/atomics.h"
#include "core/base/intrusive_list.h"
#include "core/base/mutex.h"
#include "core/interface/clock.h"
#include "core/interface/executor.h"
#include "core/interface/metrics.h"
#include "core/interface/scheduler.h"
#include "core/runtime/actor_names.h"
#include "core/runtime/actor_state.h"
#include "core/runtime/admission.h"
#include "core/runtime/blocked_waits.h"
#include "core/runtime/queue_probes.h"
#include "core/runtime/resource_table.h"
#include "core/runtime/runtime_counts.h"
#include "core/runtime/shared_object.h"
#include "core/runtime/task_state.h"
#include "core/runtime/timer_queue.h"
#include "core/runtime/value_router.h"
#include "core/runtime/worker_pool.h"

namespace manta {

class QueueEntry;
class ReferenceWatch;

struct RuntimeParts {
  Executor& executor;
  Clock& clock;
  Scheduler& scheduler;
  uint64_t worker_id = 0;  // The first half of the ids of this process's objects.
  std::shared_ptr<ValueRouter> router =
      nullptr;                 // This runtime's alone. Null: every value is native, and none charged.
  Metrics* metrics = nullptr;  // Null: nothing is measured, and no events are kept.
  std::shared_ptr<ReferenceWatch> watch = nullptr;  // This runtime's alone. Null: nobody is told of references.
};

struct RuntimeLimits {
  WorkerPoolLimits workers = {};
  AdmissionLimits pending = {};
  uint64_t help_stack_bytes_min = 128 << 10;  // Whoever waits helps as long as this much stack is left.
  std::vector<NamedResource> resources = {};  // What tasks can ask for besides a worker (resource_table.h).
  int64_t slow_wait_ns = 10'000'000'000;      // A wait that takes longer says once what it waits for.
};

class RuntimeCore final : private ReadyRunner {
 public:
  // The parts outlive the core. Starts no thread yet.
  static absl::StatusOr<std::unique_ptr<RuntimeCore>> Start(const RuntimeParts& parts, const RuntimeLimits& limits);
  RuntimeCore(const RuntimeCore&) = delete;
  RuntimeCore& operator=(const RuntimeCore&) = delete;
  ~RuntimeCore();  // Stops.

  // Takes over a new task and one reference to it. Once stopping, or when too much is pending, the task's result is
  // an error at once. May run the task, or wait for room (admission.h).
  void Submit(TaskState* task);

  // The same for the task that runs an actor's constructor.
  void SubmitCreation(ActorState& actor, TaskState* creation);

  // Waits until the object is ready. Null: it is. kGetTimeout, kShutdown or kDeadlock otherwise.
  ErrorPtr Wait(SharedObject& object, int64_t deadline_ns);

  // Waits until `waiter` is notified; it has been added wherever its thread wants to be told. False: not within the
  // deadline, or aborted: the caller takes the waiter out again.
  bool Park(ThreadWaiter& waiter, int64_t deadline_ns, ErrorPtr* error);

  // Gives the object an error if it is a task's and has no result yet. Code that runs sees cancelled().
  bool Cancel(SharedObject& object, ErrorType type, std::string message);

  // Ends everything; a second call does nothing.
  void Stop();
  bool stopping() const { return stopping_.load(std::memory_order_acquire); }

  RuntimeCounts counts() const;

  // Times are measured, and events kept.
  bool observed() const { return probes_.on(); }
  QueueProbes& probes() { return probes_; }

  RuntimeShell& shell() const { return shell_; }
  Executor& executor() const { return parts_.executor; }
  Clock& clock() const { return parts_.clock; }
  Scheduler& scheduler() const { return parts_.scheduler; }
  WorkerPool& pool() { return pool_; }
  const WorkerPool& pool() const { return pool_; }
  const RuntimeLimits& limits() const { return limits_; }

  // For tasks and actors only.
  void EnqueueOverlapping(TaskState* call);  // A call that may run beside others; the mailbox's reference goes.
  void Enqueue(TaskState* task);             // Its arguments are ready; the scheduling reference goes with it.
  void EnqueueActor(ActorState* actor);      // Its mailbox is not empty; a reference goes with it.
  void TaskEnded(TaskState& task, const ErrorRecord* error);
  TaskState::Ran RunTask(TaskState* task, uint32_t acquired);  // Claims and runs it; gives the demand `acquired` back.

  // Acquires what a task with `demand` needs besides what this thread holds. False: it is not free.
  bool AcquireFor(uint32_t demand, uint32_t* acquired);
  void ReturnDemand(uint32_t demand);
  void RemoveActor(ActorState& actor);
  TimerQueue& timers() { return timers_; }
  ActorNames& actor_names() { return actor_names_; }
  uint64_t NextActorNumber() { return last_actor_number_.fetch_add(1, std::memory_order_relaxed) + 1; }

  // An object that only the program can make ready (a promise): Stop breaks it.
  void AddPromise(SharedObject& object);
  bool RemovePromise(SharedObject& object);  // False: Stop has broken it.

 private:
  friend class RuntimeView;  // Shows what is in here, for tools.

  RuntimeCore(const RuntimeParts& parts, const RuntimeLimits& limits, std::unique_ptr<ResourceTable> resources);

  void AddActor(ActorState& actor);

  void RunReady(const ReadyTask& ready) override;
  void Stalled() override { blocked_.AbortOne(pool_); }
  ErrorPtr DeadlockError(const WorkerPool& pool, const ThreadWaiter& waiter);
  static ErrorPtr SelfWaitError(SharedObject& object);
  void Probe(QueueEntry entry, ThreadRecord& record);
  void Push(QueueEntry entry, int32_t priority, uint32_t demand);
  bool FindDemand(TaskState& task);
  TaskState::Ran RunHolding(TaskState* task, uint32_t acquired);
  void DropQueued();
  void DropAll();
  void Refuse(TaskState* task, ErrorType type, std::string message);
  void RecordWait(const ThreadWaiter& waiter, int64_t begin_ns);
  void TellSlowWait(ThreadWaiter& waiter);
  ErrorPtr StoppedError(const std::string& what) const;

  struct alignas(64) Counters {
    Atomic<uint64_t> done{0};
    Atomic<uint64_t> failed{0};
    Atomic<uint64_t> dropped{0};
  };
  static constexpr uint32_t kShardCount = 16;

  const RuntimeParts parts_;
  const RuntimeLimits limits_;
  const std::unique_ptr<ResourceTable> resources_;
  RuntimeShell& shell_;
  Atomic<bool> stopping_{false};
  WorkerPool pool_;
  Admission admission_;
  BlockedWaits blocked_;
  TimerQueue timers_;
  ActorNames actor_names_;
  Atomic<uint64_t> last_actor_number_{0};
  QueueProbes probes_;
  std::array<Counters, kShardCount> counters_;

  Mutex mutex_{"runtime_core"};
  IntrusiveList<ActorState> actors_ ABSL_GUARDED_BY(mutex_);
  uint64_t actor_count_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_set<SharedObject*> promises_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
