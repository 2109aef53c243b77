#include "plugins/eviction/lru/lru_policy.h"

#include <cassert>
#include <utility>

#include "core/base/text.h"

namespace manta {
namespace {

absl::Status NoEntry(ObjectId id) {
  return MakeStatus(absl::StatusCode::kNotFound, "object ", id.ToHex(), " is no entry: Insert it first");
}

}  // namespace

absl::Status LruPolicy::Insert(ObjectId id, uint64_t size_bytes) {
  const auto [position, inserted] = entries_.try_emplace(id);
  if (!inserted) {
    return MakeStatus(absl::StatusCode::kAlreadyExists, "object ", id.ToHex(), " is an entry of ",
                      position->second->size_bytes, " bytes already: Erase it first");
  }
  position->second = std::make_unique<Entry>();
  Entry& entry = *position->second;
  entry.id = id;
  entry.size_bytes = size_bytes;
  ++stats_.entry_count;
  stats_.entry_bytes += size_bytes;
  Link(entry);
  return absl::OkStatus();
}

absl::Status LruPolicy::Access(ObjectId id) {
  const auto position = entries_.find(id);
  if (position == entries_.end()) return NoEntry(id);
  Entry& entry = *position->second;
  if (!entry.linked()) return absl::OkStatus();  // Pinned: Unpin will make it the newest anyway.
  by_use_.Remove(entry);
  by_use_.PushFront(entry);
  return absl::OkStatus();
}

absl::Status LruPolicy::Pin(ObjectId id) {
  const auto position = entries_.find(id);
  if (position == entries_.end()) return NoEntry(id);
  if (!position->second->linked()) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition, "object ", id.ToHex(),
                      " is pinned already: pins do not nest, Unpin it first");
  }
  Unlink(*position->second);
  return absl::OkStatus();
}

absl::Status LruPolicy::Unpin(ObjectId id) {
  const auto position = entries_.find(id);
  if (position == entries_.end()) return NoEntry(id);
  if (position->second->linked()) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition, "object ", id.ToHex(), " is not pinned: Pin it first");
  }
  Link(*position->second);
  return absl::OkStatus();
}

absl::Status LruPolicy::Erase(ObjectId id) {
  const auto position = entries_.find(id);
  if (position == entries_.end()) return NoEntry(id);
  if (position->second->linked()) Unlink(*position->second);
  Forget(position);
  return absl::OkStatus();
}

absl::StatusOr<Evicted> LruPolicy::Evict() {
  if (by_use_.empty()) {
    return MakeStatus(absl::StatusCode::kNotFound, "nothing is evictable among ", stats_.entry_count,
                      " entries: Unpin or Insert one first");
  }
  Entry& oldest = by_use_.back();
  const Evicted evicted = {.id = oldest.id, .size_bytes = oldest.size_bytes};
  Unlink(oldest);
  Forget(entries_.find(evicted.id));
  return evicted;
}

void LruPolicy::Link(Entry& entry) {
  by_use_.PushFront(entry);
  ++stats_.evictable_count;
  stats_.evictable_bytes += entry.size_bytes;
}

void LruPolicy::Unlink(Entry& entry) {
  by_use_.Remove(entry);
  --stats_.evictable_count;
  stats_.evictable_bytes -= entry.size_bytes;
}

void LruPolicy::Forget(EntryMap::iterator position) {
  assert(position != entries_.end() && !position->second->linked());
  --stats_.entry_count;
  stats_.entry_bytes -= position->second->size_bytes;
  entries_.erase(position);
  // The table grew by doubling; it is halved when seven eighths are idle. Each rehash is paid for by the calls that
  // grew or emptied the table since the last one.
  constexpr size_t kCapacityMin = 127;
  if (entries_.capacity() > kCapacityMin && entries_.size() < entries_.capacity() / 8) {
    entries_.rehash(entries_.size() * 2);
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
