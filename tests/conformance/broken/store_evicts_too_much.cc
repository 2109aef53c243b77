// One more object is evicted than needed.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  absl::Status MakeRoom(ObjectId id, uint64_t charge_bytes) override {
    const uint64_t evicted_before = evicted_count_;
    const absl::Status status = ReferenceStore::MakeRoom(id, charge_bytes);
    if (evicted_count_ != evicted_before) EvictOne();
    return status;
  }
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.evicts_too_much", .summary = "One more object is evicted than needed",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
