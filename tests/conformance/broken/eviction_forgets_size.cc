// Evict says that every entry had one byte.

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::StatusOr<Evicted> Evict() override {
    absl::StatusOr<Evicted> evicted = inner().Evict();
    if (evicted.ok()) evicted->size_bytes = 1;
    return evicted;
  }
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.forgets_size",
             .summary = "Evict says that every entry had one byte", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
