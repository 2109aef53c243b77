#include "tests/conformance/eviction_model.h"

#include "core/base/text.h"

namespace manta::conformance {

absl::StatusCode EvictionModel::Insert(ObjectId id, uint64_t size_bytes) {
  const bool inserted = entries_.try_emplace(id, Entry{.size_bytes = size_bytes}).second;
  return inserted ? absl::StatusCode::kOk : absl::StatusCode::kAlreadyExists;
}

absl::StatusCode EvictionModel::Access(ObjectId id) const {
  return entries_.contains(id) ? absl::StatusCode::kOk : absl::StatusCode::kNotFound;
}

absl::StatusCode EvictionModel::Erase(ObjectId id) {
  return entries_.erase(id) == 1 ? absl::StatusCode::kOk : absl::StatusCode::kNotFound;
}

absl::StatusCode EvictionModel::SetPinned(ObjectId id, bool pinned) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return absl::StatusCode::kNotFound;
  if (found->second.pinned == pinned) return absl::StatusCode::kFailedPrecondition;
  found->second.pinned = pinned;
  return absl::StatusCode::kOk;
}

std::string EvictionModel::Evict(const absl::StatusOr<Evicted>& answer) {
  if (Stats().evictable_count == 0) {
    if (answer.status().code() == absl::StatusCode::kNotFound) return "";
    return Concat("nothing is evictable, and Evict returned ", answer.status().ToString());
  }
  if (!answer.ok()) return Concat("something is evictable, and Evict returned ", answer.status().ToString());
  const auto found = entries_.find(answer->id);
  if (found == entries_.end()) return Concat("Evict chose ", answer->id.ToHex(), ", which is no entry");
  const Entry entry = found->second;
  if (entry.pinned) return Concat("Evict chose ", answer->id.ToHex(), ", which is pinned");
  if (entry.size_bytes != answer->size_bytes) {
    return Concat("Evict chose ", answer->id.ToHex(), " with ", answer->size_bytes, " bytes; it was inserted with ",
                  entry.size_bytes);
  }
  entries_.erase(found);
  return "";
}

EvictionStats EvictionModel::Stats() const {
  EvictionStats stats;
  for (const auto& [id, entry] : entries_) {
    ++stats.entry_count;
    stats.entry_bytes += entry.size_bytes;
    if (entry.pinned) continue;
    ++stats.evictable_count;
    stats.evictable_bytes += entry.size_bytes;
  }
  return stats;
}

std::string Describe(const EvictionStats& stats) {
  return Concat("entry_count ", stats.entry_count, ", evictable_count ", stats.evictable_count, ", entry_bytes ",
                stats.entry_bytes, ", evictable_bytes ", stats.evictable_bytes);
}

bool Equal(const EvictionStats& a, const EvictionStats& b) {
  return a.entry_count == b.entry_count && a.evictable_count == b.evictable_count && a.entry_bytes == b.entry_bytes &&
         a.evictable_bytes == b.evictable_bytes;
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
