// What it held stays on the heap when it is destroyed.
#include <vector>

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  ~BrokenPolicy() override {
    static auto* const left = new std::vector<std::vector<char>>();
    left->emplace_back(100 * inner().Stats().entry_count);
  }
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.outlives_itself",
             .summary = "What it held stays on the heap when it is destroyed", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
