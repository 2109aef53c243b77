// The n-th entry takes n / 8 bytes of bookkeeping.
#include <cstdint>
#include <vector>

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Insert(ObjectId id, uint64_t size_bytes) override {
    const absl::Status status = inner().Insert(id, size_bytes);
    if (status.ok()) tables_.emplace_back(tables_.size() / 8);
    return status;
  }
  absl::StatusOr<Evicted> Evict() override {
    absl::StatusOr<Evicted> evicted = inner().Evict();
    if (evicted.ok()) tables_.pop_back();
    return evicted;
  }
  absl::Status Erase(ObjectId id) override {
    const absl::Status status = inner().Erase(id);
    if (status.ok()) tables_.pop_back();
    return status;
  }

 private:
  std::vector<std::vector<char>> tables_;
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.grows_per_entry",
             .summary = "The n-th entry takes n / 8 bytes of bookkeeping", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
