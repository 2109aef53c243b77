// Unpin of an entry that is not pinned is ok.

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Unpin(ObjectId id) override {
    const absl::Status status = inner().Unpin(id);
    return status.code() == absl::StatusCode::kFailedPrecondition ? absl::OkStatus() : status;
  }
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.unpin_unpinned_ok",
             .summary = "Unpin of an entry that is not pinned is ok", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
