// A second Insert is ok and does nothing.
#include <cstdint>

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Insert(ObjectId id, uint64_t size_bytes) override {
    if (inner().Access(id).ok()) return absl::OkStatus();
    return inner().Insert(id, size_bytes);
  }
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.double_insert_ok",
             .summary = "A second Insert is ok and does nothing", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
