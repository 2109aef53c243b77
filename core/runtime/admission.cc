#include "core/runtime/admission.h"

#include <algorithm>

#include "core/base/fence.h"
#include "core/interface/clock.h"
#include "core/runtime/thread_state.h"

namespace manta {

Admission::Admission(Executor& executor, const AdmissionLimits& limits)
    : executor_(executor),
      limits_{.count_max = std::min(limits.count_max, kCountMax / std::max(limits.hard_factor, 1u)),
              .bytes_max = std::min(limits.bytes_max, kBytesMax / std::max(limits.hard_factor, 1u)),
              .hard_factor = limits.hard_factor},
      look_every_(limits.count_max < kLookEvery * kShardCount * 4 ? 1 : kLookEvery) {}

Admission::Totals Admission::totals() const {
  uint64_t sum = 0;
  for (const Shard& shard : shards_) sum += shard.pending.load(std::memory_order_acquire);
  const Tally tally = Tally::Of(sum);
  return {.pending_count = tally.count, .pending_bytes = tally.steps * static_cast<int64_t>(kStepBytes)};
}

Admission::Room Admission::Look() const {
  const Totals now = totals();
  const auto count = static_cast<uint64_t>(std::max<int64_t>(now.pending_count, 0));
  const auto bytes = static_cast<uint64_t>(std::max<int64_t>(now.pending_bytes, 0));
  if (count <= limits_.count_max && bytes <= limits_.bytes_max) return Room::kFree;
  if (count <= limits_.count_max * limits_.hard_factor && bytes <= limits_.bytes_max * limits_.hard_factor) {
    return Room::kFull;
  }
  return Room::kNone;
}

Admission::Room Admission::Submitted(uint32_t shard_index, uint64_t size_bytes) {
  Shard& shard = shards_[shard_index % kShardCount];
  shard.pending.fetch_add(Tally::WordOf(size_bytes, kStepBytes), std::memory_order_relaxed);
  const uint32_t submits = shard.submits.load(std::memory_order_relaxed) + 1;
  shard.submits.store(submits, std::memory_order_relaxed);  // Approximate where threads share the shard.
  if (submits % look_every_ == 0) {
    shard.room.store(static_cast<uint8_t>(Look()), std::memory_order_relaxed);
  } else if (static_cast<Room>(shard.room.load(std::memory_order_relaxed)) != Room::kFree) {
    shard.room.store(static_cast<uint8_t>(Look()), std::memory_order_relaxed);
  }
  return static_cast<Room>(shard.room.load(std::memory_order_relaxed));
}

void Admission::Ended(uint32_t shard_index, uint64_t size_bytes) {
  Shard& shard = shards_[shard_index % kShardCount];
  // Sequentially consistent, as are the count and the look of one who waits: one of both sees the other.
  shard.pending.fetch_sub(Tally::WordOf(size_bytes, kStepBytes), std::memory_order_seq_cst);
  if (waiting_count_.load(std::memory_order_seq_cst) > 0) WakeIfRoom();
}

void Admission::WakeIfRoom() {
  if (Look() != Room::kFree) return;
  std::vector<ThreadId> woken;
  {
    MutexLock lock(mutex_);
    woken.swap(waiting_);
    waiting_count_.fetch_sub(static_cast<uint32_t>(woken.size()), std::memory_order_relaxed);
  }
  for (const ThreadId thread : woken) executor_.Unpark(thread);
}

void Admission::WaitForRoom() {
  const ThreadId self = executor_.Self();
  while (!stopped_.load(std::memory_order_acquire) && Look() != Room::kFree) {
    {
      MutexLock lock(mutex_);
      if (std::find(waiting_.begin(), waiting_.end(), self) == waiting_.end()) {
        waiting_.push_back(self);
        waiting_count_.fetch_add(1, std::memory_order_seq_cst);
      }
    }
    FullFence();
    if (stopped_.load(std::memory_order_acquire) || Look() == Room::kFree) break;
    ParkThread(executor_, kNever);
  }
  MutexLock lock(mutex_);
  if (std::erase(waiting_, self) > 0) waiting_count_.fetch_sub(1, std::memory_order_relaxed);
}

void Admission::Stop() {
  std::vector<ThreadId> woken;
  {
    MutexLock lock(mutex_);
    stopped_.store(true, std::memory_order_release);
    woken = waiting_;
  }
  for (const ThreadId thread : woken) executor_.Unpark(thread);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
