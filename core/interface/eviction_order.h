// core/interface/eviction_order.h -- knows which objects may go, and which of them goes first, for authors of stores.
//
// An eviction policy behind a lock of its own, with the sums that stores need. A policy that breaks its contract is not
// called again: from then on nothing is chosen, and the store stays right.
//
// Units     Bytes are charges (ObjectStore::ChargeBytes).
// Threads   All methods are [any-thread]; of one object they are called under a lock of the store's, so they come in
// order.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "core/base/ids.h"
#include "core/base/mutex.h"
#include "core/interface/eviction.h"
#include "core/interface/host.h"

namespace manta {

struct EvictionOrderStats {
  uint64_t entry_count = 0;
  uint64_t entry_bytes = 0;
  uint64_t evictable_bytes = 0;  // Of entries without pins.
  uint64_t evicted_count = 0;    // Ever.
};

class EvictionOrder {
 public:
  // `evicted_counter` counts what Evicted hears of. Host and counter outlive the order.
  EvictionOrder(const Host& host, Counter& evicted_counter, std::unique_ptr<EvictionPolicy> policy);

  void Insert(ObjectId id, uint64_t bytes, bool pinned);
  void Erase(ObjectId id, uint64_t bytes, bool pinned);
  void Use(ObjectId id, uint64_t bytes, bool first_pin);  // Get.
  void Unpin(ObjectId id, uint64_t bytes);                // The last Release.

  // Has the policy choose the object that goes first and forget it; nothing when none is evictable. The store looks
  // whether it may go, and answers with one of the next two. REQUIRES: no other call of the store's until then.
  std::optional<ObjectId> Choose();
  void Evicted(uint64_t bytes);
  void Distrust(ObjectId chosen);

  EvictionOrderStats Stats();

 private:
  // Looks at what the policy answered; after the first error the policy is out of use.
  void Check(const absl::Status& status, std::string_view call) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Host& host_;
  Counter& evicted_counter_;
  Mutex mutex_{"eviction_order"};
  std::unique_ptr<EvictionPolicy> policy_ ABSL_GUARDED_BY(mutex_);
  bool trusted_ ABSL_GUARDED_BY(mutex_) = true;
  EvictionOrderStats stats_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
