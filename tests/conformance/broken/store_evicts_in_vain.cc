// Everything is evicted before it is known whether that is enough.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  absl::Status MakeRoom(ObjectId id, uint64_t charge_bytes) override {
    for (uint64_t before = ~uint64_t{0}; charge_bytes > kCapacityBytes - used_bytes_ && before != evicted_count_;) {
      before = evicted_count_;
      EvictOne();
    }
    return ReferenceStore::MakeRoom(id, charge_bytes);
  }
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.evicts_in_vain",
             .summary = "Everything is evicted before it is known whether that is enough",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
