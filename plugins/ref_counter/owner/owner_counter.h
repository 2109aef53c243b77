// plugins/ref_counter/owner/owner_counter.h -- keeps an object until no process that is alive needs it, by the
// ownership protocol.
//
// Threads   [one-at-a-time].
// Memory    As core/ownership/participant.h.
// Errors    As ref_counter.h. What other processes tell and cannot be is logged as ref_counter.contradiction, with the
//           object's past, and changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "absl/status/status.h"
#include "core/interface/host.h"
#include "core/interface/ref_counter.h"
#include "core/ownership/history.h"
#include "core/ownership/participant.h"

namespace manta {

class OwnerCounter final : public RefCounter {
 public:
  // REQUIRES: host outlives the counter.
  explicit OwnerCounter(const Host& host) : host_(host) {}

  absl::Status Start(uint64_t worker) override;
  absl::Status Observe(std::span<const RefEvent> events) override;
  uint64_t ObserveOneIn() const override { return 0; }
  uint64_t TakeDecisions(std::span<RefDecision> decisions) override;
  uint64_t List(std::span<RefFact> facts) const override;
  RefCounterStats Stats() const override;

 private:
  const Host& host_;
  History history_;
  std::optional<Participant> participant_;  // Start.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
