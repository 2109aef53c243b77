// core/interface/eviction_wrapper.h -- forwards every call to another policy.
//
// Faults, metrics and traces go around any policy by overriding the one method they are about.
//
// Threads   As the inner policy.
// Memory    The inner policy is not owned, and outlives the wrapper.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/interface/eviction.h"

namespace manta {

class EvictionPolicyWrapper : public EvictionPolicy {
 public:
  explicit EvictionPolicyWrapper(EvictionPolicy& inner) : inner_(inner) {}

  absl::Status Insert(ObjectId id, uint64_t size_bytes) override { return inner_.Insert(id, size_bytes); }
  absl::Status Access(ObjectId id) override { return inner_.Access(id); }
  absl::Status Pin(ObjectId id) override { return inner_.Pin(id); }
  absl::Status Unpin(ObjectId id) override { return inner_.Unpin(id); }
  absl::Status Erase(ObjectId id) override { return inner_.Erase(id); }
  absl::StatusOr<Evicted> Evict() override { return inner_.Evict(); }
  EvictionStats Stats() const override { return inner_.Stats(); }

 protected:
  EvictionPolicy& inner() const { return inner_; }

 private:
  EvictionPolicy& inner_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
