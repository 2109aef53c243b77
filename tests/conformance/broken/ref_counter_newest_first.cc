// Decisions are given the newest first.
#include "tests/conformance/broken/reference_ref_counter.h"

namespace {

using namespace manta;
using namespace manta::conformance;

class Broken final : public ReferenceRefCounter {
 public:
  uint64_t TakeDecisions(std::span<RefDecision> decisions) override {
    std::reverse(decided_.begin(), decided_.end());
    const uint64_t count = ReferenceRefCounter::TakeDecisions(decisions);
    std::reverse(decided_.begin(), decided_.end());
    return count;
  }
};

}  // namespace

MANTA_PLUGIN(manta::RefCounter, manta::conformance::MakeRefCounter<Broken>, .name = "test.ref_counter.newest_first",
             .summary = "Decisions are given the newest first",
             .capabilities = manta::conformance::kReferenceCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
