// The metadata of an aborted object stays charged.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  absl::Status Abort(ObjectId id) override {
    uint64_t charge_bytes = 0;
    {
      std::lock_guard lock(mutex_);
      if (const Object* object = Find(id)) charge_bytes = Charge(0, object->metadata.size());
    }
    const absl::Status status = ReferenceStore::Abort(id);
    if (status.ok()) leaked_bytes_ += charge_bytes;
    return status;
  }
  ObjectStoreStats Stats() override {
    ObjectStoreStats stats = ReferenceStore::Stats();
    stats.used_bytes += leaked_bytes_;
    return stats;
  }

 private:
  uint64_t leaked_bytes_ = 0;
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.leaks_aborted_metadata",
             .summary = "The metadata of an aborted object stays charged",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
