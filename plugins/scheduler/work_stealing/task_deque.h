// plugins/scheduler/work_stealing/task_deque.h -- one worker pushes and pops at the bottom, all others take from the
// top.
//
// Why it is correct:
// - `top_` only grows, and whoever moves it from t to t + 1 has taken task t: no task is taken from the top twice.
// - The owner takes task b without a compare-exchange only when after its seq_cst store bottom_ = b it loads top_ < b.
//   A thief loads top_ and then bottom_, both seq_cst. So either the thief sees bottom_ = b and does not want b, or the
//   owner sees the thief's top_; when both may want b, which is then the last task, both compare-exchange top_.
// - A slot is written again only when the owner has seen top_ beyond it. A thief that still reads it reads something
//   else, and then its compare-exchange fails, since top_ is 64 bits and never returns to a value.
// - Growing copies what is queued and publishes the new buffer before any task that is in it alone. Old buffers live as
//   long as the deque: a thief may read one, and what it takes there was copied unchanged.
// - List shows what lies between top_ and bottom_. It loads bottom_ first, then the buffer, which holds everything
// below
//   that bottom_ and not taken when it was made, and top_ last: so it looks at no slot that was never written. A slot
//   that is written again meanwhile shows what is about to be pushed; it is stored with release for that.
// - Push stores bottom_ with seq_cst after the slots. So who sees the task sees what was written before Push; and a
//   worker that announced its sleep by a seq_cst store and then found the deque empty is seen by a seq_cst load after
//   Push.
//
// Shapes    Owner: Reserve, Push, Pop, PopIf. Thieves: Steal. Any: List, size.
// Threads   As the shapes say. Steal and Pop are lock-free: a retry means that another one got a task.
// Memory    16 bytes per task, twice the most there were at most, and as much again for old buffers.
// Cost      Push and Pop: one locked instruction each.
//
// Source    D. Chase, Y. Lev: Dynamic circular work-stealing deque, SPAA 2005; N. M. Lê, A. Pop, A. Cohen, F. Zappa
//           Nardelli: Correct and efficient work-stealing for weak memory models, PPoPP 2013. Here without fences,
//           which ThreadSanitizer cannot see. Checked in task_deque_relacy_test.cc.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <utility>
#include <vector>

#include "core/base/atomics.h"
#include "core/interface/scheduler.h"

namespace manta {

template <class Atomics = StdAtomics>
class TaskDeque {
 public:
  explicit TaskDeque(uint64_t capacity_first = 256) : capacity_first_(capacity_first) {}
  TaskDeque(const TaskDeque&) = delete;
  TaskDeque& operator=(const TaskDeque&) = delete;

  // Makes room for `count` more tasks. False: no memory, nothing has changed.
  bool Reserve(uint64_t count) {
    const uint64_t bottom = bottom_.load(std::memory_order_relaxed);
    if (bottom - top_seen_ + count <= capacity_) return true;
    top_seen_ = top_.load(std::memory_order_acquire);
    return bottom - top_seen_ + count <= capacity_ || Grow(bottom, count);
  }

  // REQUIRES: Reserve made room for them.
  void Push(std::span<const ReadyTask> tasks) {
    const uint64_t bottom = bottom_.load(std::memory_order_relaxed);
    Buffer* const buffer = buffer_.load(std::memory_order_relaxed);
    for (uint64_t i = 0; i < tasks.size(); ++i) buffer->Write(bottom + i, tasks[i]);
    bottom_.store(bottom + tasks.size(), std::memory_order_seq_cst);
  }

  // Takes the newest task.
  bool Pop(ReadyTask* task) {
    const uint64_t bottom = bottom_.load(std::memory_order_relaxed);
    uint64_t top = top_.load(std::memory_order_relaxed);
    if (top == bottom) return false;
    const uint64_t last = bottom - 1;
    if (top == last) return TakeLast(top, task);  // Thieves decide about the last one anyway: bottom_ can stay.
    bottom_.store(last, std::memory_order_seq_cst);
    top = top_.load(std::memory_order_seq_cst);
    if (top < last) {
      buffer_.load(std::memory_order_relaxed)->Read(last, task);
      return true;
    }
    bottom_.store(bottom, std::memory_order_relaxed);
    return top == last && TakeLast(top, task);
  }

  // Takes the newest task if it is this one.
  bool PopIf(uint64_t task) {
    const uint64_t bottom = bottom_.load(std::memory_order_relaxed);
    if (top_.load(std::memory_order_relaxed) == bottom) return false;
    ReadyTask newest;
    buffer_.load(std::memory_order_relaxed)->Read(bottom - 1, &newest);
    return newest.task == task && Pop(&newest);
  }

  // Takes the oldest task. False: there was a moment without any.
  bool Steal(ReadyTask* task) {
    uint64_t top = top_.load(std::memory_order_seq_cst);
    for (;;) {
      const uint64_t bottom = bottom_.load(std::memory_order_seq_cst);
      if (top >= bottom) return false;
      buffer_.load(std::memory_order_acquire)->Read(top, task);
      if (top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst, std::memory_order_seq_cst)) return true;
    }
  }

  // Copies queued tasks, as many as there is room for; returns how many.
  uint64_t List(std::span<ReadyTask> tasks) const {
    const uint64_t bottom = bottom_.load(std::memory_order_seq_cst);
    const Buffer* const buffer = buffer_.load(std::memory_order_acquire);
    const uint64_t top = top_.load(std::memory_order_seq_cst);
    if (top >= bottom) return 0;
    const uint64_t count = std::min<uint64_t>(bottom - top, tasks.size());
    for (uint64_t i = 0; i < count; ++i) buffer->Read(top + i, &tasks[i], std::memory_order_acquire);
    return count;
  }

  // Exact when no other call is running.
  uint64_t size() const {
    const uint64_t top = top_.load(std::memory_order_relaxed);
    const uint64_t bottom = bottom_.load(std::memory_order_relaxed);
    return bottom > top ? bottom - top : 0;
  }

 private:
  template <typename T>
  using Atomic = typename Atomics::template Atomic<T>;

  // Thieves read slots that are being written, so their words are atomic.
  struct Slot {
    Atomic<uint64_t> task{0};
    Atomic<uint64_t> facts{0};  // Priority and demand.
  };

  class Buffer {
   public:
    explicit Buffer(uint64_t capacity) : slots_(new Slot[capacity]), mask_(capacity - 1) {}

    void Write(uint64_t i, const ReadyTask& task) {
      Slot& slot = slots_[i & mask_];
      slot.facts.store(uint64_t{task.demand} << 32 | static_cast<uint32_t>(task.priority), std::memory_order_relaxed);
      slot.task.store(task.task, std::memory_order_release);
    }

    void Read(uint64_t i, ReadyTask* task, std::memory_order order = std::memory_order_relaxed) const {
      const Slot& slot = slots_[i & mask_];
      task->task = slot.task.load(order);
      const uint64_t facts = slot.facts.load(std::memory_order_relaxed);
      task->priority = static_cast<int32_t>(static_cast<uint32_t>(facts));
      task->demand = static_cast<uint32_t>(facts >> 32);
    }

   private:
    const std::unique_ptr<Slot[]> slots_;
    const uint64_t mask_;
  };

  // Takes task `top`, the last one, unless a thief does.
  bool TakeLast(uint64_t top, ReadyTask* task) {
    if (!top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed)) return false;
    buffer_.load(std::memory_order_relaxed)->Read(top, task);
    return true;
  }

  bool Grow(uint64_t bottom, uint64_t count) {
    const uint64_t capacity = std::bit_ceil(std::max(bottom - top_seen_ + count, capacity_first_));
    try {
      auto larger = std::make_unique<Buffer>(capacity);
      buffers_.reserve(buffers_.size() + 1);
      ReadyTask task;
      for (uint64_t i = top_seen_; i != bottom; ++i) {
        buffers_.back()->Read(i, &task);
        larger->Write(i, task);
      }
      buffers_.push_back(std::move(larger));
    } catch (const std::bad_alloc&) {
      return false;
    }
    buffer_.store(buffers_.back().get(), std::memory_order_release);
    capacity_ = capacity;
    return true;
  }

  alignas(Atomics::kApartBytes) Atomic<uint64_t> top_{0};  // On each Steal, and Pop of the last task.

  // Written by the owner alone.
  alignas(Atomics::kApartBytes) Atomic<uint64_t> bottom_{0};
  Atomic<Buffer*> buffer_{nullptr};
  uint64_t top_seen_ = 0;  // At most top_.
  uint64_t capacity_ = 0;
  const uint64_t capacity_first_;
  std::vector<std::unique_ptr<Buffer>> buffers_;  // The last one is in use.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
