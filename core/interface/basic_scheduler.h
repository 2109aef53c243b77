// core/interface/basic_scheduler.h -- a scheduler with one shared queue: an author says the order, and nothing else.
//
//   struct NewestFirst {
//     class Queue {  // The tasks of one demand.
//      public:
//       void Reserve(uint64_t more_count) { tasks_.reserve(...); }  // May throw std::bad_alloc, changing nothing.
//       void Push(const QueuedTask& task) { tasks_.push_back(task); }
//       ReadyTask Pop();                   // REQUIRES: size() > 0.
//       bool TakeBack(uint64_t task);      // Takes it if that is cheap.
//       uint64_t size() const;
//       const ReadyTask& at(uint64_t index) const;  // Below size(), in any order.
//       ...
//     };
//     // Which of the queues, none of them empty, is popped next. If that turns out not to fit it is asked `again`.
//     size_t Choose(std::span<Queue* const> queues, bool again);
//   };
//   using NewestFirstScheduler = BasicScheduler<NewestFirst>;
//
// Tasks are queued by demand. A demand that was found not to fit is set aside, with all its tasks, until something is
// returned; so nobody looks at tasks that cannot run.
//
// Shapes    Sequence numbers count pushes, from 1.
// Threads   One lock around all but the look at an empty queue.
// Memory    What its queues keep. They need not shrink.
// Errors    As scheduler.h.
// Cost      Push and Pop: the lock and what the order costs, and one step for each demand of queued tasks.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/mutex.h"
#include "core/interface/resource_ledger.h"
#include "core/interface/scheduler.h"

namespace manta {

struct QueuedTask {
  ReadyTask ready;
  uint64_t sequence = 0;
};

// What Start, and Push of a task whose demand is not defined or for which there is no memory, return.
absl::Status CheckSchedulerSetup(const SchedulerSetup& setup);
absl::Status UndefinedDemand(const ReadyTask& task);
absl::Status NoMemoryToQueue(uint64_t task_count, uint64_t queued_count);

template <class Order>
class BasicScheduler final : public Scheduler {
 public:
  BasicScheduler() = default;
  explicit BasicScheduler(Order order) : order_(std::move(order)) {}

  absl::Status Start(const SchedulerSetup& setup) override {
    const absl::Status status = CheckSchedulerSetup(setup);
    if (!status.ok()) return status;
    MutexLock lock(mutex_);
    ledger_.Start(setup.capacities_milli);
    slots_.push_back(std::make_unique<Slot>());
    return status;
  }

  absl::StatusOr<uint32_t> DefineDemand(std::span<const ResourceAmount> amounts) override {
    MutexLock lock(mutex_);
    absl::StatusOr<uint32_t> demand = ledger_.Define(amounts);
    if (demand.ok() && *demand == slots_.size()) {
      slots_.push_back(std::make_unique<Slot>());
      slots_.back()->demand = *demand;
    }
    return demand;
  }

  absl::Status Push(uint32_t, std::span<const ReadyTask> tasks) override {
    MutexLock lock(mutex_);
    for (const ReadyTask& task : tasks) {
      if (task.demand < slots_.size()) continue;
      return UndefinedDemand(task);
    }
    try {
      Reserve(tasks);
    } catch (const std::bad_alloc&) {
      return NoMemoryToQueue(tasks.size(), queued_count_);
    }
    for (const ReadyTask& task : tasks) {
      Slot& slot = *slots_[task.demand];
      slot.Push({.ready = task, .sequence = ++pushed_count_});
      if (slot.list == nullptr) Join(slot, fitting_);
      last_ = &slot;
    }
    queued_count_ += tasks.size();
    TellWhetherEmpty();
    return absl::OkStatus();
  }

  bool Pop(uint32_t, ReadyTask* task) override {
    return PopSome(
        task, [](uint64_t) { return 0; }, [](std::span<const ReadyTask>) {});
  }

  // Pops one task, and then further ones without a demand as long as no other comes before them: `more_max(queued)` of
  // them, kMoreMax at most, which `place` gets under the lock. Whoever looks here, and then where they went, misses
  // none.
  static constexpr uint64_t kMoreMax = 32;
  template <typename MoreMax, typename Place>
  bool PopSome(ReadyTask* task, const MoreMax& more_max, const Place& place) {
    if (!any_fits_.load(std::memory_order_seq_cst)) return false;
    MutexLock lock(mutex_);
    bool popped = false;
    for (bool again = false; !popped && !fitting_.empty(); again = true) {
      Slot& slot = Chosen(again);
      popped = ledger_.Acquire(slot.demand);
      if (popped) {
        *task = Take(slot);
      } else {
        Leave(slot);
        Join(slot, waiting_);
      }
    }
    const uint64_t left = popped ? std::min<uint64_t>(more_max(queued_count_), kMoreMax) : 0;
    if (left > 0) {
      std::array<ReadyTask, kMoreMax> more;
      uint64_t count = 0;
      while (count < left && !fitting_.empty()) {
        Slot& slot = Chosen(false);
        if (slot.demand != 0) break;
        more[count++] = Take(slot);
      }
      place(std::span<const ReadyTask>(more).first(count));
    }
    TellWhetherEmpty();
    return popped;
  }

  bool TakeBack(uint32_t, uint64_t task) override {
    MutexLock lock(mutex_);
    if (last_ == nullptr || last_->size() == 0 || !last_->TakeBack(task)) return false;
    Took(*last_);
    TellWhetherEmpty();
    return true;
  }

  bool Acquire(uint32_t demand) override {
    if (demand == 0) return true;
    MutexLock lock(mutex_);
    return ledger_.Acquire(demand);
  }

  uint64_t Return(uint32_t demand) override {
    if (demand == 0) return 0;
    MutexLock lock(mutex_);
    ledger_.Return(demand);
    for (size_t i = waiting_.size(); i-- > 0;) {
      Slot& slot = *static_cast<Slot*>(waiting_[i]);
      if (ledger_.FitCount(slot.demand) == 0) continue;
      Leave(slot);
      Join(slot, fitting_);
    }
    uint64_t fit_count = 0;
    for (const auto* queue : fitting_) {
      const Slot& slot = *static_cast<const Slot*>(queue);
      if (ledger_.Meet(slot.demand, demand)) fit_count += std::min(slot.size(), ledger_.FitCount(slot.demand));
    }
    TellWhetherEmpty();
    return fit_count;
  }

  uint64_t Drain(std::span<ReadyTask> tasks) override {
    MutexLock lock(mutex_);
    uint64_t count = 0;
    for (QueueList* list : {&fitting_, &waiting_}) {
      while (!list->empty() && count < tasks.size()) tasks[count++] = Take(*static_cast<Slot*>(list->back()));
    }
    TellWhetherEmpty();
    return count;
  }

  uint64_t List(std::span<ReadyTask> tasks) override {
    MutexLock lock(mutex_);
    uint64_t count = 0;
    for (const QueueList* list : {&fitting_, &waiting_}) {
      for (const Queue* queue : *list) {
        const uint64_t shown = std::min<uint64_t>(queue->size(), tasks.size() - count);
        for (uint64_t i = 0; i < shown; ++i) tasks[count++] = queue->at(i);
      }
    }
    return count;
  }

  SchedulerStats Stats() override {
    MutexLock lock(mutex_);
    return {.queued_count = queued_count_, .pushed_count = pushed_count_};
  }

 private:
  using Queue = typename Order::Queue;
  using QueueList = std::vector<Queue*>;

  // The tasks of one demand; in a list while there are any.
  struct Slot : Queue {
    uint32_t demand = 0;
    QueueList* list = nullptr;  // fitting_ or waiting_.
    size_t place = 0;           // In it.
    uint64_t incoming = 0;      // During Reserve.
  };

  // Makes room for `tasks`. Throws std::bad_alloc, and nothing has changed then.
  void Reserve(std::span<const ReadyTask> tasks) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    fitting_.reserve(slots_.size());
    waiting_.reserve(slots_.size());
    for (const ReadyTask& task : tasks) ++slots_[task.demand]->incoming;
    bool reserved = true;
    for (const ReadyTask& task : tasks) {
      const uint64_t incoming = std::exchange(slots_[task.demand]->incoming, 0);
      if (incoming == 0 || !reserved) continue;
      try {
        slots_[task.demand]->Reserve(incoming);
      } catch (const std::bad_alloc&) {
        reserved = false;  // And go on: all counts must be 0 again.
      }
    }
    if (!reserved) throw std::bad_alloc();
  }

  Slot& Chosen(bool again) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return *static_cast<Slot*>(fitting_[order_.Choose(std::span<Queue* const>(fitting_), again)]);
  }

  ReadyTask Take(Slot& slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const ReadyTask task = slot.Pop();
    Took(slot);
    return task;
  }

  void Took(Slot& slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    --queued_count_;
    if (slot.size() == 0) Leave(slot);
  }

  void Join(Slot& slot, QueueList& list) {
    slot.list = &list;
    slot.place = list.size();
    list.push_back(&slot);  // Reserved.
  }

  void Leave(Slot& slot) {
    Slot& last = *static_cast<Slot*>(slot.list->back());
    (*slot.list)[slot.place] = &last;
    last.place = slot.place;
    slot.list->pop_back();
    slot.list = nullptr;
  }

  // Stores only what changes: it is a fence, and between two empty moments there are many pushes.
  void TellWhetherEmpty() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (any_fits_.load(std::memory_order_relaxed) == fitting_.empty()) any_fits_.store(!fitting_.empty());
  }

  std::atomic<bool> any_fits_ = false;  // Whether fitting_ has any; changes under the lock.
  Mutex mutex_{"basic_scheduler"};
  Order order_ ABSL_GUARDED_BY(mutex_);
  ResourceLedger ledger_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Slot>> slots_ ABSL_GUARDED_BY(mutex_);  // By demand.
  QueueList fitting_ ABSL_GUARDED_BY(mutex_);                         // Those that may fit.
  QueueList waiting_ ABSL_GUARDED_BY(mutex_);                         // Those that do not, before the next Return.
  Slot* last_ ABSL_GUARDED_BY(mutex_) = nullptr;                      // Where the last push went.
  uint64_t queued_count_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t pushed_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
