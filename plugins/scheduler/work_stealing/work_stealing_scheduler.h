// plugins/scheduler/work_stealing/work_stealing_scheduler.h -- each worker runs what it pushed itself, newest first.
//
// What a task has just made is in this core's cache, and its own children finish it soonest; who has nothing takes the
// oldest from somebody else, which is often a large piece of work.
//
//   worker's own deque  <- its pushes; pops take the newest, thieves the oldest
//   outside queue       <- plain pushes from outside; first come, first served (outside_queue.h)
//   demand queue        <- all tasks with demands, and those from outside with priorities; the same
//
// Pop looks into the own deque, then into the two queues, then into the deques of all who ever pushed, starting at a
// random one. Who takes from the outside queue takes some more along, to its own deque. Every kFairEvery-th pop looks
// first into one of these places in turn, the next one each time, whoever pops.
//
// Why no task is overlooked: tasks move from the outside queue to a deque and never back, and they are in the deque
// before that queue shows that they are gone. So who looks in this order sees a task in the one or the other.
//
// Why it is fair: nothing is put before a task at the old end of its queue. With D deques each place has its turn once
// in (D + 2) * kFairEvery pops, and every turn takes one task from its old end.
//
// Threads   As scheduler.h. Own pushes and pops use no lock; the two queues have one each.
// Memory    About 400 bytes for each worker that ever called, and 16 per task; deques do not shrink. From outside: 8.
// Cost      Push and Pop of an own task: one locked instruction each.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/mutex.h"
#include "core/interface/basic_scheduler.h"
#include "core/interface/fifo_order.h"
#include "core/interface/random.h"
#include "core/interface/scheduler.h"
#include "plugins/scheduler/work_stealing/outside_queue.h"

namespace manta {

class WorkStealingScheduler final : public Scheduler {
 public:
  static constexpr uint32_t kFairEvery = 64;

  // `random` is asked once, by Start, for the seed of all victims' order.
  explicit WorkStealingScheduler(Random& random);
  ~WorkStealingScheduler() override;

  absl::Status Start(const SchedulerSetup& setup) override;
  absl::StatusOr<uint32_t> DefineDemand(std::span<const ResourceAmount> amounts) override;
  absl::Status Push(uint32_t from_worker, std::span<const ReadyTask> tasks) override;
  bool Pop(uint32_t worker, ReadyTask* task) override;
  bool TakeBack(uint32_t worker, uint64_t task) override;
  bool Acquire(uint32_t demand) override { return demands_.Acquire(demand); }
  uint64_t Return(uint32_t demand) override { return demands_.Return(demand); }
  uint64_t Drain(std::span<ReadyTask> tasks) override;
  uint64_t List(std::span<ReadyTask> tasks) override;
  SchedulerStats Stats() override;

 private:
  struct Worker;

  // Its state, made on its first call; null if there is no memory.
  Worker* FindOrMake(uint32_t worker);
  Worker* Make(uint32_t worker);

  // Makes room in its deque, and others look there from now on. False: no memory.
  bool OpenDeque(Worker& worker, uint64_t count);

  absl::Status PushOutside(std::span<const ReadyTask> tasks);
  absl::Status PushOwn(Worker& worker, std::span<const ReadyTask> tasks);
  absl::Status PushMixed(Worker& worker, std::span<const ReadyTask> tasks);

  bool PopInTurn(Worker& worker, ReadyTask* task);
  bool PopOutside(Worker* worker, ReadyTask* task);
  bool Steal(Worker* worker, ReadyTask* task);
  bool StealFrom(Worker& victim, Worker* thief, ReadyTask* task);

  Random& random_;
  uint32_t worker_count_max_ = 0;
  uint64_t seed_ = 0;
  std::unique_ptr<std::atomic<Worker*>[]> workers_;  // By number; owned.
  std::atomic<uint32_t> met_count_ = 0;              // Above the numbers of all who ever called.
  std::unique_ptr<std::atomic<Worker*>[]> pushers_;  // Those with a deque, in the order of their first push.
  alignas(128) std::atomic<uint32_t> pusher_count_ = 0;
  Mutex pushers_mutex_{"work_stealing_pushers"};
  alignas(128) std::atomic<uint32_t> turn_ = 0;
  alignas(128) OutsideQueue outside_;
  alignas(128) BasicScheduler<FifoOrder> demands_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
