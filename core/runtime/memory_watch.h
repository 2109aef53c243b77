// core/runtime/memory_watch.h -- is a memory budget that knows how short memory is, and wakes those who wait for room.
//
// All that takes much memory asks one budget, and gives back to it. So this is where pressure is seen: when the high
// mark is reached, when the low one is, when somebody waits. The marks lie apart, so that one value that comes and goes
// does not ring a bell each time.
//
//   Reserve, Release: as the inner budget's, and a look at the marks
//   Join --Release, RoomMade--> notified, again and again --Leave--> gone
//
// Threads   [any-thread]. The watch's own lock is a leaf: it is taken with locks of stores held.
// Memory    The inner budget outlives the watch; a waiter lives until Leave.
// Cost      Reserve and Release: one or two looks at lines that are rarely written. Changes: a lock.
//
// Why nobody sleeps through what he waits for: who joins is counted before he tries, and who frees looks at the count
// after he has freed; both in one order of all threads (seq_cst), or under the store's lock. So one of both sees the
// other. The same holds for the marks: who changes the state looks at the budget once more afterwards.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "core/base/atomics.h"
#include "core/base/fence.h"
#include "core/base/mutex.h"
#include "core/interface/executor.h"
#include "core/interface/memory_budget_wrapper.h"
#include "core/runtime/memory_pressure.h"
#include "core/runtime/waiter_list.h"

namespace manta {

struct MemoryMarks {
  uint32_t high_percent = 80;  // Of the limit, 1 to 100. Pressure is high from here on,
  uint32_t low_percent = 60;   // until no more than this is used. Below high_percent.
};

class MemoryWatch final : public MemoryBudgetWrapper {
 public:
  // REQUIRES: the inner budget's calls are sequentially consistent, or locked.
  explicit MemoryWatch(MemoryBudget& inner, const MemoryMarks& marks = {});

  absl::Status Reserve(uint64_t bytes) override {
    absl::Status reserved = inner().Reserve(bytes);
    if (!reserved.ok()) [[unlikely]]
      return reserved;
    const uint64_t used = inner().used_bytes();
    if (used > peak_bytes_.load(std::memory_order_relaxed)) [[unlikely]]
      RaisePeak(used);
    if (used >= high_bytes_ && !high_.load(std::memory_order_seq_cst)) [[unlikely]]
      Look();
    return reserved;
  }

  void Release(uint64_t bytes) override {
    inner().Release(bytes);
    if (waiting_count_.load(std::memory_order_seq_cst) > 0) [[unlikely]]
      NotifyAll();
    if (high_.load(std::memory_order_seq_cst) && inner().used_bytes() <= low_bytes_) [[unlikely]]
      Look();
  }

  // A store has room that it had not, whether the budget was told or not.
  void RoomMade() {
    FullFence();  // Stores may free by means of their own.
    if (waiting_count_.load(std::memory_order_seq_cst) > 0) [[unlikely]]
      NotifyAll();
  }

  MemoryState state() const;
  MemoryPressure pressure() const { return pressure_.load(std::memory_order_acquire); }
  uint32_t waiting_count() const { return waiting_count_.load(std::memory_order_relaxed); }

  // Notifies `waiter` whenever there may be room, until Leave. After Leave it is not touched any more.
  void Join(Waiter& waiter);
  void Leave(Waiter& waiter);

  // Unparks a thread at each change of pressure; null: nobody, and after the call returns nobody is unparked any more.
  void RingFor(Executor* executor, ThreadId thread);

 private:
  void RaisePeak(uint64_t used_bytes);
  void NotifyAll();
  void Look();
  void LookAtMarks() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Tell() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const uint64_t high_bytes_;
  const uint64_t low_bytes_;
  Atomic<uint64_t> peak_bytes_{0};
  Atomic<uint32_t> waiting_count_{0};
  Atomic<bool> high_{false};
  Atomic<MemoryPressure> pressure_{MemoryPressure::kLow};

  Mutex mutex_{"memory_watch"};
  std::vector<Waiter*> waiters_ ABSL_GUARDED_BY(mutex_);
  Executor* executor_ ABSL_GUARDED_BY(mutex_) = nullptr;
  ThreadId thread_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
