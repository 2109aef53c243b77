// Compares ids without the worker in them.
#include <cstdint>
#include <map>

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Insert(ObjectId id, uint64_t size_bytes) override {
    const absl::Status status = inner().Insert(Short(id), size_bytes);
    if (status.ok()) whole_[Short(id)] = id;
    return status;
  }
  absl::Status Access(ObjectId id) override { return inner().Access(Short(id)); }
  absl::Status Pin(ObjectId id) override { return inner().Pin(Short(id)); }
  absl::Status Unpin(ObjectId id) override { return inner().Unpin(Short(id)); }
  absl::Status Erase(ObjectId id) override {
    whole_.erase(Short(id));
    return inner().Erase(Short(id));
  }
  absl::StatusOr<Evicted> Evict() override {
    absl::StatusOr<Evicted> evicted = inner().Evict();
    if (!evicted.ok()) return evicted;
    const auto whole = whole_.find(evicted->id);
    evicted->id = whole->second;
    whole_.erase(whole);
    return evicted;
  }

 private:
  static ObjectId Short(ObjectId id) { return ObjectId(0, id.sequence(), id.return_index()); }

  std::map<ObjectId, ObjectId> whole_;
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.ignores_worker",
             .summary = "Compares ids without the worker in them", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
