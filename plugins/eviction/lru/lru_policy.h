// plugins/eviction/lru/lru_policy.h -- evicts the entry that was used longest ago.
//
// A list in order of use, newest in front, and a hash map to find an entry in it. Pinned entries are outside the
// list, so that Evict never walks over them; Unpin puts them in front, since their use ends just then.
//
// Memory    A list node per entry, and a hash table that shrinks with them. Remembers no ids.
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

class LruPolicy final : public EvictionPolicy {
 public:
  absl::Status Insert(ObjectId id, uint64_t size_bytes) override;
  absl::Status Access(ObjectId id) override;
  absl::Status Pin(ObjectId id) override;
  absl::Status Unpin(ObjectId id) override;
  absl::Status Erase(ObjectId id) override;
  absl::StatusOr<Evicted> Evict() override;
  EvictionStats Stats() const override { return stats_; }

 private:
  // Linked while evictable, and only then.
  struct Entry : ListLink {
    ObjectId id;
    uint64_t size_bytes = 0;
  };
  using EntryMap = absl::flat_hash_map<ObjectId, std::unique_ptr<Entry>>;

  void Link(Entry& entry);    // On Insert, Unpin.
  void Unlink(Entry& entry);  // On Pin, Erase, Evict.
  void Forget(EntryMap::iterator position);

  EntryMap entries_;
  IntrusiveList<Entry> by_use_;  // Newest in front.
  EvictionStats stats_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
