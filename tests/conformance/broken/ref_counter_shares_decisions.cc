// What one counter has decided is counted by all.
#include "tests/conformance/broken/reference_ref_counter.h"

namespace {

using namespace manta;
using namespace manta::conformance;

class Broken final : public ReferenceRefCounter {
 public:
  ~Broken() override { Share(0); }
  absl::Status Observe(std::span<const RefEvent> events) override {
    absl::Status status = ReferenceRefCounter::Observe(events);
    Share(decided_.size());
    return status;
  }
  uint64_t TakeDecisions(std::span<RefDecision> decisions) override {
    const uint64_t count = ReferenceRefCounter::TakeDecisions(decisions);
    Share(decided_.size());
    return count;
  }
  RefCounterStats Stats() const override {
    RefCounterStats stats = ReferenceRefCounter::Stats();
    stats.decided_count = decided_by_all_;
    return stats;
  }

 private:
  void Share(uint64_t decided_count) {
    decided_by_all_ += decided_count - shared_count_;
    shared_count_ = decided_count;
  }

  inline static uint64_t decided_by_all_ = 0;
  uint64_t shared_count_ = 0;
};

}  // namespace

MANTA_PLUGIN(manta::RefCounter, manta::conformance::MakeRefCounter<Broken>, .name = "test.ref_counter.shares_decisions",
             .summary = "What one counter has decided is counted by all",
             .capabilities = manta::conformance::kReferenceCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
