// Unsubscribe says ok, and the listener is called all the same.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  absl::Status Unsubscribe(ObjectId id, SealListener* listener) override {
    const absl::Status status = ReferenceStore::Unsubscribe(id, listener);
    std::lock_guard lock(mutex_);
    if (status.ok()) listeners_[id].push_back(listener);
    return status;
  }
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.calls_after_unsubscribe",
             .summary = "Unsubscribe says ok, and the listener is called all the same",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
