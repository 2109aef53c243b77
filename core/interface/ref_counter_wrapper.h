// core/interface/ref_counter_wrapper.h -- forwards every call to another ref counter.
//
// Faults, metrics and traces go around any counter by overriding the one method they are about.
//
// Threads   As the inner counter.
// Memory    The inner counter is not owned, and outlives the wrapper.
#pragma once

#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "core/interface/ref_counter.h"

namespace manta {

class RefCounterWrapper : public RefCounter {
 public:
  explicit RefCounterWrapper(RefCounter& inner) : inner_(inner) {}

  absl::Status Start(uint64_t worker) override { return inner_.Start(worker); }
  absl::Status Observe(std::span<const RefEvent> events) override { return inner_.Observe(events); }
  uint64_t ObserveOneIn() const override { return inner_.ObserveOneIn(); }
  uint64_t TakeDecisions(std::span<RefDecision> decisions) override { return inner_.TakeDecisions(decisions); }
  uint64_t List(std::span<RefFact> facts) const override { return inner_.List(facts); }
  RefCounterStats Stats() const override { return inner_.Stats(); }

 protected:
  RefCounter& inner() const { return inner_; }

 private:
  RefCounter& inner_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
