// Abort drops the subscriptions to the object.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  absl::Status Abort(ObjectId id) override {
    const absl::Status status = ReferenceStore::Abort(id);
    std::lock_guard lock(mutex_);
    if (status.ok()) listeners_.erase(id);
    return status;
  }
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.forgets_subscriptions",
             .summary = "Abort drops the subscriptions to the object",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
