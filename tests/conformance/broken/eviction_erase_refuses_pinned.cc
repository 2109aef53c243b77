// Erase of a pinned entry is refused.

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Erase(ObjectId id) override {
    if (inner().Unpin(id).ok()) {  // It was pinned.
      (void)inner().Pin(id);
      return absl::FailedPreconditionError("pinned: Unpin it first");
    }
    return inner().Erase(id);
  }
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>,
             .name = "test.eviction.erase_refuses_pinned", .summary = "Erase of a pinned entry is refused",
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
