// An entry takes as much memory as the object has bytes, up to a page.
#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Insert(ObjectId id, uint64_t size_bytes) override {
    const absl::Status status = inner().Insert(id, size_bytes);
    if (status.ok()) bytes_[id].resize(std::min(size_bytes, uint64_t{4096}));
    return status;
  }
  absl::StatusOr<Evicted> Evict() override {
    absl::StatusOr<Evicted> evicted = inner().Evict();
    if (evicted.ok()) bytes_.erase(evicted->id);
    return evicted;
  }
  absl::Status Erase(ObjectId id) override {
    bytes_.erase(id);
    return inner().Erase(id);
  }

 private:
  std::map<ObjectId, std::vector<char>> bytes_;
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.keeps_the_bytes",
             .summary = "An entry takes as much memory as the object has bytes, up to a page",
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
