#include "plugins/eviction/s3_fifo/s3_fifo_policy.h"

#include <cassert>
#include <utility>

#include "core/base/text.h"

namespace manta {
namespace {

constexpr uint8_t kUseCountMax = 3;
constexpr uint8_t kPromoteUseCount = 2;  // Uses in small that lead to main.

absl::Status NoEntry(ObjectId id) {
  return MakeStatus(absl::StatusCode::kNotFound, "object ", id.ToHex(), " is no entry: Insert it first");
}

}  // namespace

S3FifoPolicy::S3FifoPolicy(const S3FifoOptions& options) : options_(options) {
  assert(options.small_percent >= 1 && options.small_percent <= 99);
  assert(options.ghost_percent <= 100);
}

absl::Status S3FifoPolicy::Insert(ObjectId id, uint64_t size_bytes) {
  const auto [position, is_new] = entries_.try_emplace(id);
  if (is_new) {
    position->second = std::make_unique<Entry>();
    position->second->id = id;
  }
  Entry& entry = *position->second;
  if (is_new) {
    entry.place = Place::kSmall;
  } else if (entry.place == Place::kGhost) {  // It was given up too early last time.
    ghosts_.Remove(entry);
    --ghost_count_;
    entry.place = Place::kMain;
  } else {
    return MakeStatus(absl::StatusCode::kAlreadyExists, "object ", id.ToHex(), " is an entry of ", entry.size_bytes,
                      " bytes already: Erase it first");
  }
  entry.size_bytes = size_bytes;
  entry.use_count = 0;
  ++stats_.entry_count;
  stats_.entry_bytes += size_bytes;
  Link(entry);
  return absl::OkStatus();
}

absl::Status S3FifoPolicy::Access(ObjectId id) {
  Entry* const entry = Find(id);
  if (entry == nullptr) return NoEntry(id);
  if (entry->use_count < kUseCountMax) ++entry->use_count;
  return absl::OkStatus();
}

absl::Status S3FifoPolicy::Pin(ObjectId id) {
  Entry* const entry = Find(id);
  if (entry == nullptr) return NoEntry(id);
  if (!entry->linked()) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition, "object ", id.ToHex(),
                      " is pinned already: pins do not nest, Unpin it first");
  }
  Unlink(*entry);
  return absl::OkStatus();
}

absl::Status S3FifoPolicy::Unpin(ObjectId id) {
  Entry* const entry = Find(id);
  if (entry == nullptr) return NoEntry(id);
  if (entry->linked()) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition, "object ", id.ToHex(), " is not pinned: Pin it first");
  }
  Link(*entry);
  return absl::OkStatus();
}

absl::Status S3FifoPolicy::Erase(ObjectId id) {
  Entry* const entry = Find(id);
  if (entry == nullptr) return NoEntry(id);
  if (entry->linked()) Unlink(*entry);
  Forget(*entry);
  return absl::OkStatus();
}

// Amortised O(1). A turn of the loop either ends it, or moves an entry from small to main, which happens to an entry
// once in its life and is paid for by its Insert; or it takes one use from an entry in main, which is paid for by the
// Access that counted it. Ghosts dropped were made by one Evict each.
absl::StatusOr<Evicted> S3FifoPolicy::Evict() {
  if (stats_.evictable_count == 0) {
    return MakeStatus(absl::StatusCode::kNotFound, "nothing is evictable among ", stats_.entry_count,
                      " entries: Unpin or Insert one first");
  }
  while (true) {
    if (SmallIsNext()) {
      Entry& oldest = small_.back();
      Unlink(oldest);
      if (oldest.use_count < kPromoteUseCount) return MakeGhost(oldest);
      oldest.place = Place::kMain;
      oldest.use_count = 0;
      Link(oldest);
    } else {
      Entry& oldest = main_.back();
      Unlink(oldest);
      if (oldest.use_count == 0) return Forget(oldest);
      --oldest.use_count;
      Link(oldest);
    }
  }
}

// The policy does not know the store's capacity; but Evict is called when the store is full, so what is held now is
// as good.
bool S3FifoPolicy::SmallIsNext() const {
  if (main_.empty()) return true;
  if (small_.empty()) return false;
  using Wide = unsigned __int128;
  return Wide{small_bytes_} * 100 > Wide{stats_.evictable_bytes} * options_.small_percent;
}

S3FifoPolicy::Entry* S3FifoPolicy::Find(ObjectId id) const {
  const auto position = entries_.find(id);
  if (position == entries_.end() || position->second->place == Place::kGhost) return nullptr;
  return position->second.get();
}

void S3FifoPolicy::Link(Entry& entry) {
  assert(entry.place != Place::kGhost);
  if (entry.place == Place::kSmall) {
    small_.PushFront(entry);
    small_bytes_ += entry.size_bytes;
  } else {
    main_.PushFront(entry);
  }
  ++stats_.evictable_count;
  stats_.evictable_bytes += entry.size_bytes;
}

void S3FifoPolicy::Unlink(Entry& entry) {
  assert(entry.place != Place::kGhost);
  if (entry.place == Place::kSmall) small_bytes_ -= entry.size_bytes;
  small_.Remove(entry);
  --stats_.evictable_count;
  stats_.evictable_bytes -= entry.size_bytes;
}

// Keeps an unlinked entry's id only.
Evicted S3FifoPolicy::MakeGhost(Entry& entry) {
  const Evicted evicted = {.id = entry.id, .size_bytes = entry.size_bytes};
  --stats_.entry_count;
  stats_.entry_bytes -= entry.size_bytes;
  entry.place = Place::kGhost;
  ghosts_.PushFront(entry);
  ++ghost_count_;
  LimitGhosts();
  return evicted;
}

// Removes an unlinked entry.
Evicted S3FifoPolicy::Forget(Entry& entry) {
  const Evicted evicted = {.id = entry.id, .size_bytes = entry.size_bytes};
  --stats_.entry_count;
  stats_.entry_bytes -= entry.size_bytes;
  Delete(entry);
  LimitGhosts();
  return evicted;
}

void S3FifoPolicy::LimitGhosts() {
  const uint64_t ghost_count_max = (stats_.entry_count + kRememberedCountMin) * options_.ghost_percent / 100;
  while (ghost_count_ > ghost_count_max) {
    Entry& oldest = ghosts_.back();
    ghosts_.Remove(oldest);
    --ghost_count_;
    Delete(oldest);
  }
}

void S3FifoPolicy::Delete(Entry& entry) {
  assert(!entry.linked());
  entries_.erase(entries_.find(entry.id));
  // The table grew by doubling; it is halved when seven eighths are idle. Each rehash is paid for by the calls that
  // grew or emptied the table since the last one.
  constexpr size_t kCapacityMin = 127;
  if (entries_.capacity() > kCapacityMin && entries_.size() < entries_.capacity() / 8) {
    entries_.rehash(entries_.size() * 2);
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
