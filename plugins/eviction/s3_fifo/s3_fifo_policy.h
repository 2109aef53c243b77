// plugins/eviction/s3_fifo/s3_fifo_policy.h -- evicts entries that were not used soon after they came, first.
//
// Most objects are used once, or a few times at once, and never again. A small queue holds newcomers and lets these
// pass by; only what is used again gets into the main queue, where it goes round until it was unused for a while.
//
//             used twice or more                      used since the last round
//   Insert --> [small] ----------> [main] <----------+
//     |           |                 ^  |             |
//     |           | else: evicted   |  +-------------+
//     |           v                 |  +--> evicted, forgotten
//     |        [ghosts: ids only]   |
//     +---------- known id ---------+
//
// An entry's uses are counted up to three: two bits, and no move on Access. Pinned entries are in no queue; Unpin
// puts them at the young end of the one they left, with their uses.
//
// Shapes    Queues are measured in bytes, since objects differ in size; ghosts in ids.
// Memory    A node per entry and per ghost, and a hash table that shrinks with them. Ghosts are at most as many as
//           entries are held now, plus kRememberedCountMin.
//
// Source    Yang, Zhang, Qiu, Yue, Rashmi: "FIFO Queues are All You Need for Cache Eviction", SOSP 2023.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/base/intrusive_list.h"
#include "core/interface/eviction.h"

namespace manta {

struct S3FifoOptions {
  uint64_t small_percent = 10;   // Of the evictable bytes.
  uint64_t ghost_percent = 100;  // Of the entry count plus kRememberedCountMin.
};

class S3FifoPolicy final : public EvictionPolicy {
 public:
  // REQUIRES: small_percent in [1, 99], ghost_percent in [0, 100].
  explicit S3FifoPolicy(const S3FifoOptions& options = {});

  absl::Status Insert(ObjectId id, uint64_t size_bytes) override;
  absl::Status Access(ObjectId id) override;
  absl::Status Pin(ObjectId id) override;
  absl::Status Unpin(ObjectId id) override;
  absl::Status Erase(ObjectId id) override;
  absl::StatusOr<Evicted> Evict() override;
  EvictionStats Stats() const override { return stats_; }

 private:
  enum class Place : uint8_t { kSmall, kMain, kGhost };

  // Linked unless pinned. Ghosts are no entries for the caller.
  struct Entry : ListLink {
    ObjectId id;
    uint64_t size_bytes = 0;
    Place place = Place::kSmall;
    uint8_t use_count = 0;  // Up on Access, down by one per round in main, zero on entering small or main.
  };
  using EntryMap = absl::flat_hash_map<ObjectId, std::unique_ptr<Entry>>;

  Entry* Find(ObjectId id) const;  // Null for ghosts, too.
  void Link(Entry& entry);         // Into the queue of its place, as evictable.
  void Unlink(Entry& entry);       // Out of it.
  bool SmallIsNext() const;
  Evicted MakeGhost(Entry& entry);
  Evicted Forget(Entry& entry);
  void LimitGhosts();
  void Delete(Entry& entry);

  const S3FifoOptions options_;
  EntryMap entries_;  // Entries and ghosts.
  IntrusiveList<Entry> small_;
  IntrusiveList<Entry> main_;
  IntrusiveList<Entry> ghosts_;
  uint64_t small_bytes_ = 0;  // Of the entries in small_.
  uint64_t ghost_count_ = 0;
  EvictionStats stats_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
