// An Insert that fails still makes the entry the newest.
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
    if (status.ok()) {
      sizes_[id] = size_bytes;
    } else if (!inner().Unpin(id).ok()) {  // Evictable: to the end of the queue.
      (void)inner().Erase(id);
      (void)inner().Insert(id, sizes_[id]);
    } else {
      (void)inner().Pin(id);
    }
    return status;
  }
  absl::Status Erase(ObjectId id) override {
    sizes_.erase(id);
    return inner().Erase(id);
  }
  absl::StatusOr<Evicted> Evict() override {
    absl::StatusOr<Evicted> evicted = inner().Evict();
    if (evicted.ok()) sizes_.erase(evicted->id);
    return evicted;
  }

 private:
  std::map<ObjectId, uint64_t> sizes_;
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>,
             .name = "test.eviction.failed_insert_counts",
             .summary = "An Insert that fails still makes the entry the newest",
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
