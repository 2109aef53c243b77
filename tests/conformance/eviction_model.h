// tests/conformance/eviction_model.h -- knows what any eviction policy must answer, whatever its order.
//
// Shapes    Each call changes the model as it changes a right policy, and returns the code that policy returns. Which
//           entry Evict chooses is the policy's affair; the model says whether it may be chosen.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/interface/eviction.h"

namespace manta::conformance {

class EvictionModel {
 public:
  struct Entry {
    uint64_t size_bytes = 0;
    bool pinned = false;
  };

  absl::StatusCode Insert(ObjectId id, uint64_t size_bytes);
  absl::StatusCode Access(ObjectId id) const;
  absl::StatusCode Pin(ObjectId id) { return SetPinned(id, true); }
  absl::StatusCode Unpin(ObjectId id) { return SetPinned(id, false); }
  absl::StatusCode Erase(ObjectId id);

  // What is wrong with the policy's answer; "" when nothing is.
  std::string Evict(const absl::StatusOr<Evicted>& answer);

  EvictionStats Stats() const;
  const std::map<ObjectId, Entry>& entries() const { return entries_; }

 private:
  absl::StatusCode SetPinned(ObjectId id, bool pinned);

  std::map<ObjectId, Entry> entries_;
};

// "entry_count 3, evictable_count 2, ...".
std::string Describe(const EvictionStats& stats);

bool Equal(const EvictionStats& a, const EvictionStats& b);

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
