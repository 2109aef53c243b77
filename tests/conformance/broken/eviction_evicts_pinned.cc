// Evict takes a pinned entry when no other is left.
#include <set>

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Pin(ObjectId id) override {
    const absl::Status status = inner().Pin(id);
    if (status.ok()) pinned_.insert(id);
    return status;
  }
  absl::Status Unpin(ObjectId id) override {
    pinned_.erase(id);
    return inner().Unpin(id);
  }
  absl::Status Erase(ObjectId id) override {
    pinned_.erase(id);
    return inner().Erase(id);
  }
  absl::StatusOr<Evicted> Evict() override {
    if (inner().Stats().evictable_count == 0 && !pinned_.empty()) (void)Unpin(*pinned_.begin());
    return inner().Evict();
  }

 private:
  std::set<ObjectId> pinned_;
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.evicts_pinned",
             .summary = "Evict takes a pinned entry when no other is left", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
