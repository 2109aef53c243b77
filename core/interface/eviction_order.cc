#include "core/interface/eviction_order.h"

#include <utility>

#include "core/base/text.h"

namespace manta {

EvictionOrder::EvictionOrder(const Host& host, Counter& evicted_counter, std::unique_ptr<EvictionPolicy> policy)
    : host_(host), evicted_counter_(evicted_counter), policy_(std::move(policy)) {}

void EvictionOrder::Check(const absl::Status& status, std::string_view call) {
  if (status.ok()) return;
  trusted_ = false;
  stats_.evictable_bytes = 0;
  host_.Log(LogLevel::kError, "store.policy_failed",
            Concat("call=", call, " status=", Quoted(status.ToString()), " hint=\"nothing is evicted from now on\""));
}

void EvictionOrder::Insert(ObjectId id, uint64_t bytes, bool pinned) {
  MutexLock lock(mutex_);
  ++stats_.entry_count;
  stats_.entry_bytes += bytes;
  if (!trusted_) return;
  if (!pinned) stats_.evictable_bytes += bytes;
  Check(policy_->Insert(id, bytes), "insert");
  if (pinned && trusted_) Check(policy_->Pin(id), "pin");
}

void EvictionOrder::Erase(ObjectId id, uint64_t bytes, bool pinned) {
  MutexLock lock(mutex_);
  --stats_.entry_count;
  stats_.entry_bytes -= bytes;
  if (!trusted_) return;
  if (!pinned) stats_.evictable_bytes -= bytes;
  Check(policy_->Erase(id), "erase");
}

void EvictionOrder::Use(ObjectId id, uint64_t bytes, bool first_pin) {
  MutexLock lock(mutex_);
  if (!trusted_) return;
  Check(policy_->Access(id), "access");
  if (!first_pin || !trusted_) return;
  stats_.evictable_bytes -= bytes;
  Check(policy_->Pin(id), "pin");
}

void EvictionOrder::Unpin(ObjectId id, uint64_t bytes) {
  MutexLock lock(mutex_);
  if (!trusted_) return;
  stats_.evictable_bytes += bytes;
  Check(policy_->Unpin(id), "unpin");
}

std::optional<ObjectId> EvictionOrder::Choose() {
  MutexLock lock(mutex_);
  if (!trusted_ || stats_.evictable_bytes == 0) return std::nullopt;
  absl::StatusOr<manta::Evicted> chosen = policy_->Evict();
  Check(chosen.status(), "evict");
  if (!chosen.ok()) return std::nullopt;
  return chosen->id;
}

void EvictionOrder::Evicted(uint64_t bytes) {
  MutexLock lock(mutex_);
  --stats_.entry_count;
  stats_.entry_bytes -= bytes;
  stats_.evictable_bytes -= bytes;
  ++stats_.evicted_count;
  evicted_counter_.Add(1);
}

void EvictionOrder::Distrust(ObjectId chosen) {
  MutexLock lock(mutex_);
  Check(MakeStatus(absl::StatusCode::kInternal, "chose object ", chosen.ToHex(), ", which is not evictable"), "evict");
}

EvictionOrderStats EvictionOrder::Stats() {
  MutexLock lock(mutex_);
  return stats_;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
