// core/runtime/queue_entry.h -- is what the scheduler queues: a task, or an actor with calls to run, in one word.
//
// Whoever pushes an entry gives it a reference, which whoever takes it out of the queue gives back. A waiter may run
// what is queued itself; then the entry stays as a tombstone until it is popped, or taken back.
//
// Threads   [any-thread].
#pragma once

#include <atomic>
#include <cstdint>

#include "core/runtime/actor_state.h"
#include "core/runtime/task_state.h"

namespace manta {

class QueueEntry {
 public:
  explicit QueueEntry(TaskState& task) : handle_(reinterpret_cast<uint64_t>(&task)) {}
  explicit QueueEntry(ActorState& actor) : handle_(reinterpret_cast<uint64_t>(&actor) | kActorBit) {}
  explicit QueueEntry(uint64_t handle) : handle_(handle) {}

  uint64_t handle() const { return handle_; }

  bool is_actor() const { return (handle_ & kActorBit) != 0; }
  TaskState& task() const { return *reinterpret_cast<TaskState*>(handle_); }                  // REQUIRES: !is_actor().
  ActorState& actor() const { return *reinterpret_cast<ActorState*>(handle_ & ~kActorBit); }  // REQUIRES: is_actor().

  void Release() const { is_actor() ? actor().Release() : task().Release(); }

  // An actor may be queued more than once: as a tombstone, and because it has calls again.
  void Entered() const {
    if (is_actor()) {
      actor().queue_entries.fetch_add(1, std::memory_order_relaxed);
    } else {
      task().left_queue.store(false, std::memory_order_relaxed);
    }
  }
  void Left() const {
    if (is_actor()) {
      actor().queue_entries.fetch_sub(1, std::memory_order_release);
    } else {
      task().left_queue.store(true, std::memory_order_release);
    }
  }
  bool queued() const {
    return is_actor() ? actor().queue_entries.load(std::memory_order_acquire) > 0
                      : !task().left_queue.load(std::memory_order_acquire);
  }

 private:
  static constexpr uint64_t kActorBit = 1;

  uint64_t handle_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
