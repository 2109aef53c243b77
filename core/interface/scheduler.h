// core/interface/scheduler.h -- decides which ready task runs next, and on which worker of this process.
//
// The runtime pushes a task when its arguments are ready; workers that have nothing to do pop. Everything else
// (starting threads, sleeping, waking, waiting, cancelling) is the runtime's.
//
//   absent --Push--> queued --Pop--> popped             the scheduler forgets it; its demand is acquired
//                       \---TakeBack--> absent          nothing is acquired
//
// A task that was cancelled, or that a waiter ran itself, may stay queued as a tombstone: the runtime drops it when
// it is popped. A scheduler never learns of it and never needs to.
//
// Shapes    A task is an opaque handle with the facts that matter for its order. Workers are numbered from 0; a push
//           from any other thread comes from kOutside. Resources are counted in thousandths (one GPU is 1,000).
// Threads   Push, Acquire, Return, DefineDemand, List and Stats are [any-thread], as is TakeBack of kOutside. Pop and
//           TakeBack of a worker, and Push from it, are called by one thread at a time, its own. Start comes first.
//           Drain comes last: no worker calls any more, other threads may still push, and one thread drains at a time.
//           Nothing blocks.
// Memory    Handles are kept, never what they point to.
// Errors    Only the codes named below. Messages say which task or resource, which limit, what to do.
// Crashes   REQUIRES on destruction: nothing is queued (Drain) and no call is running.
// Cost      Push and Pop are O(1), or O(log queued) where tasks are ordered, and O(demands of queued tasks); no lock
//           that all workers share is needed for a task without a demand that its own worker pushes and pops. Stats is
//           a few loads for each worker that has pushed; List is O(listed), and may hold up others for that long.
//
// Fairness  While workers keep popping, a task that fits and that no queued task exceeds in priority (where priorities
//           are known) is popped after at most (tasks queued when it was pushed + 1) * (workers that push or pop + 1) *
//           kOvertakeFactorMax pops.
//
// Source    docs/adr/0012-scheduler.md; List: docs/adr/0025-queued-tasks-are-listed.md.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace manta {

struct ReadyTask {
  uint64_t task = 0;     // Opaque; unique while queued.
  int32_t priority = 0;  // Higher first, where the plugin declares kCapabilityPriorities.
  uint32_t demand = 0;   // From DefineDemand: what it needs besides a worker. 0: nothing.
};
static_assert(sizeof(ReadyTask) == 16);

// An amount of a resource, by its index in SchedulerSetup::capacities_milli.
struct ResourceAmount {
  uint32_t resource = 0;
  uint32_t amount_milli = 0;
};

struct SchedulerSetup {
  uint32_t worker_count_max = 1;                    // Workers are numbered below it; 1 to kWorkerCountMax.
  std::span<const uint64_t> capacities_milli = {};  // Of each resource of this process; copied.
};

struct SchedulerStats {
  uint64_t queued_count = 0;  // Pushed, not yet popped or taken back. Exact when no call is running.
  uint64_t pushed_count = 0;  // Since Start.
  uint64_t stolen_count = 0;  // Taken from another worker's queue; 0 where workers share one queue.
};

class Scheduler {
 public:
  static constexpr std::string_view kInterfaceName = "scheduler";
  static constexpr uint32_t kInterfaceVersion = 2;

  static constexpr uint32_t kWorkerCountMax = 1024;
  static constexpr uint32_t kOutside = UINT32_MAX;
  static constexpr uint32_t kDemandCountMax = 1 << 16;
  static constexpr uint64_t kOvertakeFactorMax = 256;

  // Capabilities a plugin declares in its manifest.
  static constexpr uint64_t kCapabilityPriorities =
      1;                                          // Pops no task while one of higher priority that fits is queued.
  static constexpr uint64_t kCapabilityFifo = 2;  // Pops tasks of equal priority that fit in the order of Push.

  virtual ~Scheduler() = default;

  // Comes before every other call, once.
  //   kInvalidArgument  worker_count_max is 0 or above kWorkerCountMax.
  virtual absl::Status Start(const SchedulerSetup& setup) = 0;

  // Names a set of resources that tasks will need, each resource at most once. Equal sets may share a name.
  //   kInvalidArgument     a resource is unknown or named twice, or an amount is 0 or above its capacity (it would
  //                        never fit).
  //   kResourceExhausted   kDemandCountMax sets are named.
  virtual absl::StatusOr<uint32_t> DefineDemand(std::span<const ResourceAmount> amounts) = 0;

  // Queues tasks in the order given, for any worker to pop. All or nothing.
  //   kInvalidArgument    a demand was not defined.
  //   kResourceExhausted  no memory; the message says how many are queued.
  virtual absl::Status Push(uint32_t from_worker, std::span<const ReadyTask> tasks) = 0;

  // Takes the task that `worker` is to run next and acquires its demand. False means: of the tasks that were queued
  // when the call began, and fitted all the while, others have taken or are taking each. Push and Pop are sequentially
  // consistent: a worker that announces its sleep by a seq_cst store and then sees false misses no push, if whoever
  // pushes looks for sleepers by a seq_cst load after Push.
  virtual bool Pop(uint32_t worker, ReadyTask* task) = 0;

  // Takes `task` out of the queue where that is cheap, e.g. when it is the last that `worker` pushed; or, for kOutside,
  // that came from outside. False leaves it queued; an implementation that always returns false is correct.
  virtual bool TakeBack(uint32_t worker, uint64_t task) = 0;

  // Takes a demand from what is free, for a task that is run without having been popped; all or nothing.
  // Demand 0 always fits.  REQUIRES: `demand` is defined.
  virtual bool Acquire(uint32_t demand) = 0;

  // Gives an acquired demand back, and returns how many queued tasks may fit now that did not before (an estimate from
  // above; 0 for demand 0, and when no queued task needs any of its resources). REQUIRES: it was acquired.
  virtual uint64_t Return(uint32_t demand) = 0;

  // Takes tasks out of the queue, in any order and whatever they need, as many as `tasks` has room for; returns how
  // many. Nothing is acquired.
  virtual uint64_t Drain(std::span<ReadyTask> tasks) = 0;

  // Shows to tools what is queued: copies tasks, in any order, as many as `tasks` has room for; returns how many. All
  // of them, if there is room and no call is running. What is pushed or taken meanwhile is shown or not, or twice; what
  // was taken before is not shown.
  virtual uint64_t List(std::span<ReadyTask> tasks) = 0;

  // Sees pushes as Pop does.
  virtual SchedulerStats Stats() = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
