// Remembers every id that was ever erased.
#include <vector>

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Erase(ObjectId id) override {
    gone_.push_back(id);
    return inner().Erase(id);
  }

 private:
  std::vector<ObjectId> gone_;
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.remembers_erased",
             .summary = "Remembers every id that was ever erased", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
