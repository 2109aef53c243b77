#include "tests/support/fifo_policy.h"

#include "core/base/text.h"

namespace manta {
namespace {

absl::Status NoEntry(ObjectId id) {
  return MakeStatus(absl::StatusCode::kNotFound, "object ", id.ToHex(), " is no entry");
}

}  // namespace

absl::Status FifoPolicy::Insert(ObjectId id, uint64_t size_bytes) {
  if (!entries_.try_emplace(id, Entry{size_bytes, next_turn_, false}).second) {
    return MakeStatus(absl::StatusCode::kAlreadyExists, "object ", id.ToHex(), " is an entry");
  }
  evictable_.emplace(next_turn_++, id);
  return absl::OkStatus();
}

absl::Status FifoPolicy::Access(ObjectId id) { return entries_.contains(id) ? absl::OkStatus() : NoEntry(id); }

absl::Status FifoPolicy::Pin(ObjectId id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return NoEntry(id);
  if (found->second.pinned) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition, "object ", id.ToHex(), " is pinned already");
  }
  found->second.pinned = true;
  evictable_.erase(found->second.turn);
  return absl::OkStatus();
}

absl::Status FifoPolicy::Unpin(ObjectId id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return NoEntry(id);
  if (!found->second.pinned) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition, "object ", id.ToHex(), " is not pinned");
  }
  found->second.pinned = false;
  evictable_.emplace(found->second.turn, id);
  return absl::OkStatus();
}

absl::Status FifoPolicy::Erase(ObjectId id) {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return NoEntry(id);
  evictable_.erase(found->second.turn);
  entries_.erase(found);
  return absl::OkStatus();
}

absl::StatusOr<Evicted> FifoPolicy::Evict() {
  if (evictable_.empty()) return MakeStatus(absl::StatusCode::kNotFound, "nothing is evictable");
  const ObjectId id = evictable_.begin()->second;
  const Evicted evicted{id, entries_.at(id).size_bytes};
  evictable_.erase(evictable_.begin());
  entries_.erase(id);
  return evicted;
}

EvictionStats FifoPolicy::Stats() const {
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

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
