// Readers get no metadata.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    absl::StatusOr<ObjectView> view = ReferenceStore::Get(id);
    if (view.ok()) view->metadata = {};
    return view;
  }
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.forgets_metadata", .summary = "Readers get no metadata",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
