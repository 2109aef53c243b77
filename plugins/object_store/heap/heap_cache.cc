#include "plugins/object_store/heap/heap_cache.h"

#include <utility>

#include "core/base/text.h"

namespace manta {

HeapCache::HeapCache(const Host& host, std::unique_ptr<EvictionPolicy> policy)
    : host_(host),
      evicted_counter_(host.metrics().GetCounter(
          {.name = "store.evicted", .help = "Cached objects that heap stores gave up for room", .unit = "1"})),
      policy_(std::move(policy)) {}

void HeapCache::Check(const absl::Status& status, std::string_view call) {
  if (status.ok()) return;
  trusted_ = false;
  stats_.evictable_bytes = 0;
  host_.Log(LogLevel::kError, "store.policy_failed",
            Concat("call=", call, " status=", Quoted(status.ToString()), " hint=\"nothing is evicted from now on\""));
}

void HeapCache::Insert(ObjectId id, uint64_t bytes, bool pinned) {
  MutexLock lock(mutex_);
  ++stats_.cached_count;
  stats_.cached_bytes += bytes;
  if (!trusted_) return;
  if (!pinned) stats_.evictable_bytes += bytes;
  Check(policy_->Insert(id, bytes), "insert");
  if (pinned && trusted_) Check(policy_->Pin(id), "pin");
}

void HeapCache::Erase(ObjectId id, uint64_t bytes, bool pinned) {
  MutexLock lock(mutex_);
  --stats_.cached_count;
  stats_.cached_bytes -= bytes;
  if (!trusted_) return;
  if (!pinned) stats_.evictable_bytes -= bytes;
  Check(policy_->Erase(id), "erase");
}

void HeapCache::Use(ObjectId id, uint64_t bytes, bool first_pin) {
  MutexLock lock(mutex_);
  if (!trusted_) return;
  Check(policy_->Access(id), "access");
  if (!first_pin || !trusted_) return;
  stats_.evictable_bytes -= bytes;
  Check(policy_->Pin(id), "pin");
}

void HeapCache::Unpin(ObjectId id, uint64_t bytes) {
  MutexLock lock(mutex_);
  if (!trusted_) return;
  stats_.evictable_bytes += bytes;
  Check(policy_->Unpin(id), "unpin");
}

std::optional<ObjectId> HeapCache::Choose() {
  MutexLock lock(mutex_);
  if (!trusted_ || stats_.evictable_bytes == 0) return std::nullopt;
  absl::StatusOr<manta::Evicted> chosen = policy_->Evict();
  Check(chosen.status(), "evict");
  if (!chosen.ok()) return std::nullopt;
  return chosen->id;
}

void HeapCache::Evicted(uint64_t bytes) {
  MutexLock lock(mutex_);
  --stats_.cached_count;
  stats_.cached_bytes -= bytes;
  stats_.evictable_bytes -= bytes;
  ++stats_.evicted_count;
  evicted_counter_.Add(1);
}

void HeapCache::Distrust(ObjectId chosen) {
  MutexLock lock(mutex_);
  Check(MakeStatus(absl::StatusCode::kInternal, "chose object ", chosen.ToHex(), ", which is not evictable"), "evict");
}

HeapCacheStats HeapCache::Stats() {
  MutexLock lock(mutex_);
  return stats_;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
