// plugins/ref_counter/none/none_counter.h -- lets an object die with this process's last reference to it.
//
// Threads   [one-at-a-time].
// Memory    16 bytes for each decision that nobody has taken; it keeps nothing else.
// Errors    As ref_counter.h.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "core/base/ids.h"
#include "core/interface/ref_counter.h"

namespace manta {

class NoneCounter final : public RefCounter {
 public:
  absl::Status Start(uint64_t worker) override;
  absl::Status Observe(std::span<const RefEvent> events) override;
  uint64_t ObserveOneIn() const override { return 0; }
  uint64_t TakeDecisions(std::span<RefDecision> decisions) override;
  uint64_t List(std::span<RefFact>) const override { return 0; }  // It knows of decisions alone.
  RefCounterStats Stats() const override;

 private:
  std::vector<ObjectId> decided_;  // The oldest first.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
