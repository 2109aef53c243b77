// Evict chooses an entry and keeps it.

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::StatusOr<Evicted> Evict() override {
    absl::StatusOr<Evicted> evicted = inner().Evict();
    if (evicted.ok()) (void)inner().Insert(evicted->id, evicted->size_bytes);
    return evicted;
  }
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.evict_keeps_entry",
             .summary = "Evict chooses an entry and keeps it", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
