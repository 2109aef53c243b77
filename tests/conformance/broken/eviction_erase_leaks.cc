// Erase of a pinned entry leaves its bytes in the statistics.
#include <cstdint>
#include <map>

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Insert(ObjectId id, uint64_t size_bytes) override {
    const absl::Status status = inner().Insert(id, size_bytes);
    if (status.ok()) sizes_[id] = size_bytes;
    return status;
  }
  absl::StatusOr<Evicted> Evict() override {
    absl::StatusOr<Evicted> evicted = inner().Evict();
    if (evicted.ok()) sizes_.erase(evicted->id);
    return evicted;
  }
  absl::Status Erase(ObjectId id) override {
    const uint64_t evictable_count = inner().Stats().evictable_count;
    const absl::Status status = inner().Erase(id);
    if (!status.ok()) return status;
    if (inner().Stats().evictable_count == evictable_count) leaked_bytes_ += sizes_[id];  // It was pinned.
    sizes_.erase(id);
    return status;
  }
  EvictionStats Stats() const override {
    EvictionStats stats = inner().Stats();
    stats.entry_bytes += leaked_bytes_;
    return stats;
  }

 private:
  std::map<ObjectId, uint64_t> sizes_;
  uint64_t leaked_bytes_ = 0;
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.erase_leaks",
             .summary = "Erase of a pinned entry leaves its bytes in the statistics",
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
