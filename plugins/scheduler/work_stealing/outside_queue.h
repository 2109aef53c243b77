// plugins/scheduler/work_stealing/outside_queue.h -- keeps plain tasks, which need and prefer nothing, in the order
// they came.
//
// A thread of the program fills this queue while workers empty it. So the two ends know of each other no more than they
// must: each has its own lock and its own variables, and who pushes meets who pops at one word, `tail_`, alone.
//
//   oldest chunk -> chunk -> newest chunk        handles, a page at a time
//   [head lock]              [tail lock]
//
// Why it is correct:
// - What lies between head_ and tail_ is queued. tail_ is changed under the tail lock and stored with seq_cst after the
//   handles; head_ is changed under the head lock. Who takes loads tail_ under the head lock, and so sees the handles,
//   the chunks that hold them, and what their pushers wrote before.
// - A chunk is left by the head when all of it is taken and more is queued: those who push are in a later one by then.
//   It comes back to them through `emptied_`, of which they take all that is there at once.
// - TakeBack of the newest holds both locks, so that nobody takes it meanwhile. It alone lowers tail_, never below
// head_.
// - A worker that announced its sleep by a seq_cst store, and then finds head_ = tail_, loaded a tail_ from before a
//   push that it misses; then its announcement comes before what that pusher loads with seq_cst after Push. It loads
//   head_ first, which is never above a tail_ of later.
//
// Shapes    Handles alone, 8 bytes per task. Tasks with a demand or a priority lie elsewhere.
// Threads   [any-thread]. Locks are held for a few instructions.
// Memory    8 bytes per task in chunks of a page; keeps what it has grown to.
// Cost      Push: a lock, and one more locked instruction. PopSome: a lock for all it takes.
//
// Source    M. Michael, M. Scott: Simple, fast, and practical non-blocking and blocking concurrent queue algorithms,
//           PODC 1996 (the one with two locks). Checked in outside_queue_relacy_test.cc.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "core/base/atomics.h"
#include "core/base/fence.h"
#include "core/base/mutex.h"
#include "core/interface/scheduler.h"

namespace manta {

// A mutex whose holders are about to go: who finds it held looks a few times before it sleeps.
class BriefMutex {
 public:
  void Lock() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    for (int i = 0; i < 32; ++i) {
      if (mutex_.TryLock()) return;
      Relax();
    }
    mutex_.Lock();
  }
  void Unlock() ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex_.Unlock(); }

 private:
  Mutex mutex_{"work_stealing_outside"};
};

template <class Atomics = StdAtomics, class Lock = BriefMutex, uint32_t kChunkCount = 511>
class BasicOutsideQueue {
 public:
  BasicOutsideQueue() = default;
  BasicOutsideQueue(const BasicOutsideQueue&) = delete;
  BasicOutsideQueue& operator=(const BasicOutsideQueue&) = delete;
  ~BasicOutsideQueue() {
    DeleteAll(oldest_ != nullptr ? oldest_ : first_);
    DeleteAll(free_);
    DeleteAll(emptied_.load(std::memory_order_relaxed));
  }

  static bool IsPlain(const ReadyTask& task) { return task.demand == 0 && task.priority == 0; }

  // False: no memory, and nothing has changed. REQUIRES: all are plain.
  bool Push(std::span<const ReadyTask> tasks) {
    const Held held(tail_lock_);
    if (tasks.size() > Room() && !MakeRoom(tasks.size())) return false;
    for (const ReadyTask& task : tasks) {
      if (newest_used_ == kChunkCount) {
        newest_ = newest_->next;
        newest_used_ = 0;
      }
      newest_->tasks[newest_used_++].Set(task.task);
    }
    pushed_count_ += tasks.size();
    tail_.store(tail_.load(std::memory_order_relaxed) + tasks.size(), std::memory_order_seq_cst);
    return true;
  }

  // Takes the oldest task, and as many more as `more_max(queued)` says, kMoreMax at most, which `place` gets under the
  // lock. Whoever looks here, and then where they went, misses none.
  static constexpr uint64_t kMoreMax = 32;
  template <typename MoreMax, typename Place>
  bool PopSome(ReadyTask* task, const MoreMax& more_max, const Place& place) {
    if (IsEmpty()) return false;
    const Held held(head_lock_);
    const uint64_t head = head_.load(std::memory_order_relaxed);
    const uint64_t queued = tail_.load(std::memory_order_acquire) - head;
    if (queued == 0) return false;
    *task = {.task = TakeOldest()};
    const uint64_t count = queued > 1 ? std::min({queued - 1, kMoreMax, uint64_t{more_max(queued - 1)}}) : 0;
    if (count > 0) {
      std::array<ReadyTask, kMoreMax> more;
      for (uint64_t i = 0; i < count; ++i) more[i] = {.task = TakeOldest()};
      place(std::span<const ReadyTask>(more).first(count));
    }
    head_.store(head + 1 + count, std::memory_order_release);
    return true;
  }

  // Takes `task` if it is the newest or the oldest.
  bool TakeBack(uint64_t task) {
    if (IsEmpty()) return false;
    const Held tail_held(tail_lock_);
    const Held head_held(head_lock_);
    const uint64_t head = head_.load(std::memory_order_relaxed);
    const uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (head == tail) return false;
    // When all that came into the newest chunk was taken back, nobody knows where the one before it is.
    if (newest_used_ > 0 && newest_->tasks[newest_used_ - 1].Get() == task) {
      --newest_used_;
      tail_.store(tail - 1, std::memory_order_seq_cst);
      return true;
    }
    if (PeekOldest() != task) return false;
    TakeOldest();
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

  // Copies queued tasks, as many as there is room for; returns how many.
  uint64_t List(std::span<ReadyTask> tasks) {
    const Held tail_held(tail_lock_);
    const Held head_held(head_lock_);
    const uint64_t queued = tail_.load(std::memory_order_relaxed) - head_.load(std::memory_order_relaxed);
    const uint64_t count = std::min<uint64_t>(queued, tasks.size());
    Chunk* chunk = oldest_ != nullptr ? oldest_ : first_;
    uint32_t place = oldest_first_;
    for (uint64_t i = 0; i < count; ++i) {
      if (place == kChunkCount) {
        chunk = chunk->next;
        place = 0;
      }
      tasks[i] = {.task = chunk->tasks[place++].Get()};
    }
    return count;
  }

  // Adds its tasks to `stats`.
  void Count(SchedulerStats& stats) {
    const Held tail_held(tail_lock_);
    const Held head_held(head_lock_);
    stats.queued_count += tail_.load(std::memory_order_relaxed) - head_.load(std::memory_order_relaxed);
    stats.pushed_count += pushed_count_;
  }

 private:
  template <typename T>
  using Atomic = typename Atomics::template Atomic<T>;

  struct Chunk {
    Chunk* next = nullptr;
    std::array<typename Atomics::template Plain<uint64_t>, kChunkCount> tasks;
  };

  class Held {
   public:
    explicit Held(Lock& lock) : lock_(lock) { lock_.Lock(); }
    ~Held() { lock_.Unlock(); }

   private:
    Lock& lock_;
  };

  bool IsEmpty() const {
    const uint64_t head = head_.load(std::memory_order_acquire);
    return head == tail_.load(std::memory_order_seq_cst);
  }

  static void DeleteAll(Chunk* chunk) {
    while (chunk != nullptr) delete std::exchange(chunk, chunk->next);
  }

  // Of who holds the tail lock.
  uint64_t Room() const { return newest_ == nullptr ? 0 : kChunkCount - newest_used_; }

  // Links as many empty chunks behind the newest as `count` tasks need. False: no memory.
  bool MakeRoom(uint64_t count) {
    Chunk* added = nullptr;
    for (uint64_t room = Room(); room < count; room += kChunkCount) {
      if (free_ == nullptr) free_ = emptied_.exchange(nullptr, std::memory_order_acquire);
      Chunk* const chunk = free_ != nullptr ? std::exchange(free_, free_->next) : new (std::nothrow) Chunk;
      if (chunk == nullptr) {
        DeleteAll(added);
        return false;
      }
      chunk->next = std::exchange(added, chunk);
    }
    if (newest_ == nullptr) {
      first_ = newest_ = added;
    } else {
      newest_->next = added;
    }
    return true;
  }

  // Of who holds the head lock. REQUIRES: something is queued.
  uint64_t PeekOldest() {
    if (oldest_ == nullptr) oldest_ = first_;
    if (oldest_first_ == kChunkCount) {
      Chunk* const emptied = std::exchange(oldest_, oldest_->next);
      oldest_first_ = 0;
      emptied->next = emptied_.load(std::memory_order_relaxed);
      while (!emptied_.compare_exchange_weak(emptied->next, emptied, std::memory_order_release,
                                             std::memory_order_relaxed)) {
      }
    }
    return oldest_->tasks[oldest_first_].Get();
  }
  uint64_t TakeOldest() {
    const uint64_t task = PeekOldest();
    ++oldest_first_;
    return task;
  }

  alignas(Atomics::kApartBytes) Atomic<uint64_t> tail_{0};  // How many were pushed and not taken back.

  alignas(Atomics::kApartBytes) Lock tail_lock_;
  Chunk* newest_ = nullptr;
  Chunk* free_ = nullptr;
  uint64_t pushed_count_ = 0;
  uint32_t newest_used_ = 0;
  Chunk* first_ = nullptr;  // Of all. Written once, before anything is queued.

  alignas(Atomics::kApartBytes) Atomic<uint64_t> head_{0};  // How many were taken.
  Lock head_lock_;
  Chunk* oldest_ = nullptr;  // Null: nothing has been taken yet.
  uint32_t oldest_first_ = 0;

  alignas(Atomics::kApartBytes) Atomic<Chunk*> emptied_{nullptr};
};

using OutsideQueue = BasicOutsideQueue<>;

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
