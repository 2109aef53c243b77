// Access to the id that was evicted last is ok.
#include <cstdint>

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Access(ObjectId id) override { return id == evicted_last_ ? absl::OkStatus() : inner().Access(id); }
  absl::Status Insert(ObjectId id, uint64_t size_bytes) override {
    if (id == evicted_last_) evicted_last_ = kNone;
    return inner().Insert(id, size_bytes);
  }
  absl::StatusOr<Evicted> Evict() override {
    absl::StatusOr<Evicted> evicted = inner().Evict();
    if (evicted.ok()) evicted_last_ = evicted->id;
    return evicted;
  }

 private:
  static constexpr ObjectId kNone = ObjectId(1, 1, 1);

  ObjectId evicted_last_ = kNone;
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.remembered_is_entry",
             .summary = "Access to the id that was evicted last is ok", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
