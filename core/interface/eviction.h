// core/interface/eviction.h -- chooses which evictable object goes first.
//
// A store that is full must give something up, and which object it gives up decides how often it must be
// made again. The policy keeps the order; the store keeps the bytes.
//
//   absent --Insert--> evictable --Evict, Erase--> absent
//                       |     ^
//                      Pin  Unpin          (pinned: in use; never chosen)
//                       v     |
//                       pinned  --Erase--> absent
//
// Shapes    An entry is an id and its size. A policy may remember ids that are gone (to know them again).
// Units     Sizes are in bytes.
// Threads   [one-at-a-time]: the store calls under its own lock. No method blocks.
// Memory    At most a constant number of bytes per entry, and per entry remembered after it is gone; at most
//           as many ids are remembered as entries were held at the same time, plus kRememberedCountMin.
// Errors    Only the codes named below; the policy is unchanged by a call that fails.
// Cost      Every method is O(1), amortised.
//
// Source    docs/adr/0005-eviction.md.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"

namespace manta {

struct Evicted {
  ObjectId id;
  uint64_t size_bytes = 0;
};

struct EvictionStats {
  uint64_t entry_count = 0;  // Evictable and pinned.
  uint64_t evictable_count = 0;
  uint64_t entry_bytes = 0;  // Sizes of all entries.
  uint64_t evictable_bytes = 0;
};

class EvictionPolicy {
 public:
  static constexpr std::string_view kInterfaceName = "eviction";
  static constexpr uint32_t kInterfaceVersion = 1;

  static constexpr uint64_t kRememberedCountMin = 64;

  virtual ~EvictionPolicy() = default;

  // Adds an evictable entry.
  //   kAlreadyExists  id is an entry.
  virtual absl::Status Insert(ObjectId id, uint64_t size_bytes) = 0;

  // Records one use.
  //   kNotFound  id is no entry.
  virtual absl::Status Access(ObjectId id) = 0;

  // Keeps an entry from being chosen until Unpin.
  //   kNotFound            id is no entry.
  //   kFailedPrecondition  id is pinned already.
  virtual absl::Status Pin(ObjectId id) = 0;

  // Makes a pinned entry evictable again.
  //   kNotFound            id is no entry.
  //   kFailedPrecondition  id is not pinned.
  virtual absl::Status Unpin(ObjectId id) = 0;

  // Removes an entry, pinned or not, for a reason other than eviction (it was deleted, say).
  //   kNotFound  id is no entry.
  virtual absl::Status Erase(ObjectId id) = 0;

  // Chooses the evictable entry that goes first, and removes it.
  //   kNotFound  nothing is evictable.
  virtual absl::StatusOr<Evicted> Evict() = 0;

  virtual EvictionStats Stats() const = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
