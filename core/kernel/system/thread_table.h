// core/kernel/system/thread_table.h -- finds a thread's permit by its id, without a lock.
//
// An id names a slot and the generation of its use, so slots are used again and ids are not. A slot's memory stays
// until the table dies: giving a permit to a thread that has ended touches a slot that is free, or is another thread's
// by now, for which it is a spurious wake.
//
// Shapes    id = table's tag (12 bits), slot index (20), generation (32, from 1); so 0 is no id.
// Threads   Find is [any-thread] [no-alloc] and takes no lock; Take and Release take one.
// Memory    128 bytes for each of the most threads that lived at the same time.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"
#include "core/interface/executor.h"
#include "core/kernel/system/permit.h"

namespace manta {

struct alignas(64) ThreadSlot {
  Permit permit;
  std::atomic<uint32_t> generation = 1;  // Grows when the slot is released.
  uint32_t index = 0;
};

class ThreadTable {
 public:
  ThreadTable();
  ThreadTable(const ThreadTable&) = delete;
  ThreadTable& operator=(const ThreadTable&) = delete;
  ~ThreadTable();

  // A slot for a new thread, without a permit; null when a million threads live.
  ThreadSlot* Take();

  // Ends the life of the slot's id.
  void Release(ThreadSlot& slot);

  ThreadId IdOf(const ThreadSlot& slot) const;

  // True if this table made the id, whether its thread lives or not.
  bool Made(ThreadId thread) const { return thread.value >> kTagShift == tag_; }

  // The slot of a living thread, or null. REQUIRES: Made(thread).
  ThreadSlot* Find(ThreadId thread) const;

 private:
  static constexpr uint32_t kIndexBits = 20;
  static constexpr uint32_t kTagShift = 32 + kIndexBits;
  static constexpr uint32_t kFirstChunkBits = 6;
  static constexpr uint32_t kChunkCount = kIndexBits - kFirstChunkBits + 1;

  // The slot of an index; null if it was never taken.
  ThreadSlot* At(uint32_t index) const;

  const uint64_t tag_;
  // Chunk 0 holds slots [0, 64), chunk i > 0 holds [32 * 2^i, 64 * 2^i). Set once, then immutable.
  std::array<std::atomic<ThreadSlot*>, kChunkCount> chunks_ = {};
  Mutex mutex_{"thread_table"};
  uint32_t slot_count_ ABSL_GUARDED_BY(mutex_) = 0;  // Slots ever taken.
  std::vector<ThreadSlot*> free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
