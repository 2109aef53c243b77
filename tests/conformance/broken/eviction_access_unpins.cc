// Access to a pinned entry makes it evictable.

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Access(ObjectId id) override {
    const absl::Status status = inner().Access(id);
    if (status.ok()) (void)inner().Unpin(id);
    return status;
  }
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.access_unpins",
             .summary = "Access to a pinned entry makes it evictable", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
