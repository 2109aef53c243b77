// Pins nest: the second is ok, and owes a second Unpin.
#include <cstdint>
#include <map>

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Pin(ObjectId id) override {
    const absl::Status status = inner().Pin(id);
    if (status.code() != absl::StatusCode::kFailedPrecondition) return status;
    ++more_pins_[id];
    return absl::OkStatus();
  }
  absl::Status Unpin(ObjectId id) override {
    const auto more = more_pins_.find(id);
    if (more == more_pins_.end()) return inner().Unpin(id);
    if (--more->second == 0) more_pins_.erase(more);
    return absl::OkStatus();
  }
  absl::Status Erase(ObjectId id) override {
    more_pins_.erase(id);
    return inner().Erase(id);
  }

 private:
  std::map<ObjectId, uint64_t> more_pins_;
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.pins_nest",
             .summary = "Pins nest: the second is ok, and owes a second Unpin",
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
