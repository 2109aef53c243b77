// Entries of no bytes are accepted, and are not there.
#include <cstdint>

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Insert(ObjectId id, uint64_t size_bytes) override {
    const absl::Status status = inner().Insert(id, size_bytes);
    if (status.ok() && size_bytes == 0) (void)inner().Erase(id);
    return status;
  }
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.drops_empty",
             .summary = "Entries of no bytes are accepted, and are not there", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
