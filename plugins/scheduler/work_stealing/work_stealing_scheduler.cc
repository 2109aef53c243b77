#include "plugins/scheduler/work_stealing/work_stealing_scheduler.h"

#include <algorithm>
#include <new>
#include <vector>

#include "core/base/split_mix.h"
#include "glog/logging.h"
#include "plugins/scheduler/work_stealing/task_deque.h"

namespace manta {
namespace {

// A count that one thread writes and others read.
class OwnCount {
 public:
  void Add(uint64_t more) { count_.store(get() + more, std::memory_order_relaxed); }
  uint64_t get() const { return count_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> count_ = 0;
};

}  // namespace

struct WorkStealingScheduler::Worker {
  explicit Worker(uint64_t seed) : random(seed) {}

  TaskDeque<> deque;
  SplitMix random;
  uint32_t pops_since_turn = 0;
  bool in_pushers = false;
  OwnCount pushed;
  OwnCount stolen;
};

WorkStealingScheduler::WorkStealingScheduler(Random& random) : random_(random) {}

WorkStealingScheduler::~WorkStealingScheduler() {
  for (uint32_t i = 0; i < worker_count_max_; ++i) delete workers_[i].load(std::memory_order_relaxed);
}

absl::Status WorkStealingScheduler::Start(const SchedulerSetup& setup) {
  const absl::Status status = demands_.Start(setup);
  if (!status.ok()) return status;
  seed_ = random_.Next();
  workers_ = std::make_unique<std::atomic<Worker*>[]>(setup.worker_count_max);
  pushers_ = std::make_unique<std::atomic<Worker*>[]>(setup.worker_count_max);
  worker_count_max_ = setup.worker_count_max;
  return status;
}

absl::StatusOr<uint32_t> WorkStealingScheduler::DefineDemand(std::span<const ResourceAmount> amounts) {
  return demands_.DefineDemand(amounts);
}

WorkStealingScheduler::Worker* WorkStealingScheduler::FindOrMake(uint32_t worker) {
  CHECK_LT(worker, worker_count_max_) << "no such worker";
  Worker* const known = workers_[worker].load(std::memory_order_relaxed);
  return known != nullptr ? known : Make(worker);
}

WorkStealingScheduler::Worker* WorkStealingScheduler::Make(uint32_t worker) {
  Worker* const made = new (std::nothrow) Worker(SplitMix(seed_ + worker).Next());
  workers_[worker].store(made, std::memory_order_release);  // Stats looks there.
  uint32_t met_count = met_count_.load(std::memory_order_relaxed);
  while (met_count <= worker && !met_count_.compare_exchange_weak(met_count, worker + 1, std::memory_order_relaxed)) {
  }
  return made;
}

bool WorkStealingScheduler::OpenDeque(Worker& worker, uint64_t count) {
  if (!worker.deque.Reserve(count)) return false;
  if (worker.in_pushers) return true;
  worker.in_pushers = true;
  MutexLock lock(pushers_mutex_);
  const uint32_t place = pusher_count_.load(std::memory_order_relaxed);
  pushers_[place].store(&worker, std::memory_order_relaxed);
  pusher_count_.store(place + 1, std::memory_order_seq_cst);
  return true;
}

absl::Status WorkStealingScheduler::Push(uint32_t from_worker, std::span<const ReadyTask> tasks) {
  if (from_worker == kOutside) return PushOutside(tasks);
  Worker* const worker = FindOrMake(from_worker);
  if (worker == nullptr) return PushOutside(tasks);
  const bool any_demand =
      std::any_of(tasks.begin(), tasks.end(), [](const ReadyTask& task) { return task.demand != 0; });
  return any_demand ? PushMixed(*worker, tasks) : PushOwn(*worker, tasks);
}

// A batch stays together: all or nothing of it is queued.
absl::Status WorkStealingScheduler::PushOutside(std::span<const ReadyTask> tasks) {
  if (!std::all_of(tasks.begin(), tasks.end(), &OutsideQueue::IsPlain)) return demands_.Push(kOutside, tasks);
  return outside_.Push(tasks) ? absl::OkStatus() : NoMemoryToQueue(tasks.size(), Stats().queued_count);
}

absl::Status WorkStealingScheduler::PushOwn(Worker& worker, std::span<const ReadyTask> tasks) {
  if (!OpenDeque(worker, tasks.size())) {
    return NoMemoryToQueue(tasks.size(), Stats().queued_count);
  }
  worker.deque.Push(tasks);
  worker.pushed.Add(tasks.size());
  return absl::OkStatus();
}

// Those with demands go to their own queue: they may have to wait there until they fit.
absl::Status WorkStealingScheduler::PushMixed(Worker& worker, std::span<const ReadyTask> tasks) try {
  std::vector<ReadyTask> own;
  std::vector<ReadyTask> demanding;
  for (const ReadyTask& task : tasks) (task.demand == 0 ? own : demanding).push_back(task);
  if (!OpenDeque(worker, own.size())) throw std::bad_alloc();
  const absl::Status status = demands_.Push(kOutside, demanding);
  return !status.ok() || own.empty() ? status : PushOwn(worker, own);  // Room is made: it cannot fail.
} catch (const std::bad_alloc&) {
  return NoMemoryToQueue(tasks.size(), Stats().queued_count);
}

bool WorkStealingScheduler::Pop(uint32_t worker_number, ReadyTask* task) {
  Worker* const worker = FindOrMake(worker_number);
  if (worker != nullptr) {
    if (++worker->pops_since_turn >= kFairEvery && PopInTurn(*worker, task)) return true;
    if (worker->deque.Pop(task)) return true;
  }
  return PopOutside(worker, task) || demands_.Pop(kOutside, task) || Steal(worker, task);
}

bool WorkStealingScheduler::PopInTurn(Worker& worker, ReadyTask* task) {
  worker.pops_since_turn = 0;
  const uint32_t pusher_count = pusher_count_.load(std::memory_order_seq_cst);
  const uint32_t place = turn_.fetch_add(1, std::memory_order_relaxed) % (pusher_count + 2);
  if (place == pusher_count) return PopOutside(nullptr, task);
  if (place > pusher_count) return demands_.Pop(kOutside, task);
  return StealFrom(*pushers_[place].load(std::memory_order_relaxed), &worker, task);
}

bool WorkStealingScheduler::PopOutside(Worker* worker, ReadyTask* task) {
  // Half of its share comes along, to make the lock cheap and leave something to those who come next.
  const auto more_max = [&](uint64_t queued_count) -> uint64_t {
    if (worker == nullptr) return 0;
    const uint64_t share = queued_count / (uint64_t{pusher_count_.load(std::memory_order_relaxed)} + 1);
    const uint64_t count = std::min(share / 2, OutsideQueue::kMoreMax);
    return count > 0 && OpenDeque(*worker, count) ? count : 0;
  };
  return outside_.PopSome(task, more_max, [&](std::span<const ReadyTask> more) { worker->deque.Push(more); });
}

bool WorkStealingScheduler::Steal(Worker* worker, ReadyTask* task) {
  const uint32_t count = pusher_count_.load(std::memory_order_seq_cst);
  if (count == 0) return false;
  uint32_t place = worker == nullptr ? 0 : static_cast<uint32_t>(worker->random.Below(count));
  for (uint32_t i = 0; i < count; ++i) {
    Worker& victim = *pushers_[place].load(std::memory_order_relaxed);
    if (&victim != worker && StealFrom(victim, worker, task)) return true;
    if (++place == count) place = 0;
  }
  return false;
}

bool WorkStealingScheduler::StealFrom(Worker& victim, Worker* thief, ReadyTask* task) {
  if (!victim.deque.Steal(task)) return false;
  if (thief != nullptr && thief != &victim) thief->stolen.Add(1);
  return true;
}

bool WorkStealingScheduler::TakeBack(uint32_t worker, uint64_t task) {
  if (worker == kOutside) return outside_.TakeBack(task);
  Worker* const owner = FindOrMake(worker);
  return owner != nullptr && owner->deque.PopIf(task);
}

uint64_t WorkStealingScheduler::Drain(std::span<ReadyTask> tasks) {
  uint64_t count = demands_.Drain(tasks);
  while (count < tasks.size() && PopOutside(nullptr, &tasks[count])) ++count;
  const uint32_t pusher_count = pusher_count_.load(std::memory_order_seq_cst);
  for (uint32_t i = 0; i < pusher_count; ++i) {
    Worker& worker = *pushers_[i].load(std::memory_order_relaxed);
    while (count < tasks.size() && worker.deque.Steal(&tasks[count])) ++count;
  }
  return count;
}

// In the order in which tasks move.
uint64_t WorkStealingScheduler::List(std::span<ReadyTask> tasks) {
  uint64_t count = demands_.List(tasks);
  count += outside_.List(tasks.subspan(count));
  const uint32_t pusher_count = pusher_count_.load(std::memory_order_seq_cst);
  for (uint32_t i = 0; i < pusher_count; ++i) {
    count += pushers_[i].load(std::memory_order_relaxed)->deque.List(tasks.subspan(count));
  }
  return count;
}

SchedulerStats WorkStealingScheduler::Stats() {
  SchedulerStats stats = demands_.Stats();
  outside_.Count(stats);
  const uint32_t met_count = met_count_.load(std::memory_order_relaxed);
  for (uint32_t i = 0; i < met_count; ++i) {
    const Worker* const worker = workers_[i].load(std::memory_order_acquire);
    if (worker == nullptr) continue;
    stats.queued_count += worker->deque.size();
    stats.pushed_count += worker->pushed.get();
    stats.stolen_count += worker->stolen.get();
  }
  return stats;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
