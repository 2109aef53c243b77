#include "core/kernel/system/thread_table.h"

#include <glog/logging.h>

#include <bit>
#include <limits>

namespace manta {
namespace {

// Tags tell executors of one process apart; after 4095 of them the next is like the first.
uint64_t NextTag() {
  static constinit std::atomic<uint64_t> made = 0;
  return made.fetch_add(1, std::memory_order_relaxed) % 4095 + 1;
}

}  // namespace

ThreadTable::ThreadTable() : tag_(NextTag()) {}

ThreadTable::~ThreadTable() {
  for (std::atomic<ThreadSlot*>& chunk : chunks_) delete[] chunk.load(std::memory_order_relaxed);
}

ThreadSlot* ThreadTable::At(uint32_t index) const {
  const uint32_t chunk_index = static_cast<uint32_t>(std::bit_width(index >> kFirstChunkBits));
  ThreadSlot* const chunk = chunks_[chunk_index].load(std::memory_order_acquire);
  if (chunk == nullptr) return nullptr;
  const uint32_t first = chunk_index == 0 ? 0 : uint32_t{1} << (kFirstChunkBits + chunk_index - 1);
  return chunk + (index - first);
}

ThreadSlot* ThreadTable::Take() {
  MutexLock lock(mutex_);
  ThreadSlot* slot;
  if (!free_.empty()) {
    slot = free_.back();
    free_.pop_back();
  } else {
    if (slot_count_ >> kIndexBits != 0) return nullptr;
    const uint32_t index = slot_count_++;
    if (At(index) == nullptr) {
      const uint32_t chunk_index = static_cast<uint32_t>(std::bit_width(index >> kFirstChunkBits));
      const uint32_t size = uint32_t{1} << (kFirstChunkBits + (chunk_index == 0 ? 0 : chunk_index - 1));
      chunks_[chunk_index].store(new ThreadSlot[size], std::memory_order_release);
    }
    slot = At(index);
    slot->index = index;
  }
  slot->permit.Clear();
  return slot;
}

void ThreadTable::Release(ThreadSlot& slot) {
  MutexLock lock(mutex_);
  const uint32_t generation = slot.generation.load(std::memory_order_relaxed);
  CHECK_LT(generation, std::numeric_limits<uint32_t>::max()) << "a thread slot is released twice";
  slot.generation.store(generation + 1, std::memory_order_relaxed);
  // The last generation is never used: its ids would come again. Such a slot rests for good.
  if (generation + 1 < std::numeric_limits<uint32_t>::max()) free_.push_back(&slot);
}

ThreadId ThreadTable::IdOf(const ThreadSlot& slot) const {
  return {tag_ << kTagShift | uint64_t{slot.index} << 32 | slot.generation.load(std::memory_order_relaxed)};
}

ThreadSlot* ThreadTable::Find(ThreadId thread) const {
  CHECK(Made(thread)) << "thread " << thread.value << " is of another executor";
  ThreadSlot* const slot = At(static_cast<uint32_t>(thread.value >> 32) & ((uint32_t{1} << kIndexBits) - 1));
  const auto generation = static_cast<uint32_t>(thread.value);
  if (slot == nullptr || slot->generation.load(std::memory_order_relaxed) != generation) return nullptr;
  return slot;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
