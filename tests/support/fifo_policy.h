// tests/support/fifo_policy.h -- an eviction policy for tests: what came first goes first.
//
// The simplest policy that keeps the contract of core/interface/eviction.h; its order can be foretold.
//
// Cost      O(log n), against the contract: it is meant to be plain, not fast.
#pragma once

#include <cstdint>
#include <map>

#include "core/interface/eviction.h"

namespace manta {

class FifoPolicy final : public EvictionPolicy {
 public:
  absl::Status Insert(ObjectId id, uint64_t size_bytes) override;
  absl::Status Access(ObjectId id) override;
  absl::Status Pin(ObjectId id) override;
  absl::Status Unpin(ObjectId id) override;
  absl::Status Erase(ObjectId id) override;
  absl::StatusOr<Evicted> Evict() override;
  EvictionStats Stats() const override;

 private:
  struct Entry {
    uint64_t size_bytes = 0;
    uint64_t turn = 0;
    bool pinned = false;
  };

  std::map<ObjectId, Entry> entries_;
  std::map<uint64_t, ObjectId> evictable_;  // By turn.
  uint64_t next_turn_ = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
