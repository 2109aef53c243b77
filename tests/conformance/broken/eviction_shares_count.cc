// Counts the entries of all policies of the process in its statistics.
#include <atomic>
#include <cstdint>

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Insert(ObjectId id, uint64_t size_bytes) override {
    const absl::Status status = inner().Insert(id, size_bytes);
    if (status.ok()) ++entry_count_;
    return status;
  }
  absl::Status Erase(ObjectId id) override {
    const absl::Status status = inner().Erase(id);
    if (status.ok()) --entry_count_;
    return status;
  }
  absl::StatusOr<Evicted> Evict() override {
    absl::StatusOr<Evicted> evicted = inner().Evict();
    if (evicted.ok()) --entry_count_;
    return evicted;
  }
  ~BrokenPolicy() override { entry_count_ -= inner().Stats().entry_count; }
  EvictionStats Stats() const override {
    EvictionStats stats = inner().Stats();
    stats.entry_count = entry_count_;
    return stats;
  }

 private:
  static inline std::atomic<uint64_t> entry_count_ = 0;
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.shares_count",
             .summary = "Counts the entries of all policies of the process in its statistics",
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
