// Get of an absent id is kFailedPrecondition.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    absl::StatusOr<ObjectView> view = ReferenceStore::Get(id);
    if (view.status().code() != absl::StatusCode::kNotFound) return view;
    return Precondition(id, "is not there");
  }
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.wrong_code_on_missing", .summary = "Get of an absent id is kFailedPrecondition",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
