// A listener that subscribes to a sealed object is called twice.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  absl::Status Subscribe(ObjectId id, SealListener* listener) override {
    const absl::Status status = ReferenceStore::Subscribe(id, listener);
    if (status.ok() && Contains(id)) listener->OnSealed(id);
    return status;
  }
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.calls_listener_twice",
             .summary = "A listener that subscribes to a sealed object is called twice",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
