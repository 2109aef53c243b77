// Remembers every id that was ever evicted.
#include <set>

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::StatusOr<Evicted> Evict() override {
    absl::StatusOr<Evicted> evicted = inner().Evict();
    if (evicted.ok()) gone_.insert(evicted->id);
    return evicted;
  }

 private:
  std::set<ObjectId> gone_;
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.never_forgets",
             .summary = "Remembers every id that was ever evicted", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
