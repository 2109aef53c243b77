// Declares the cache capability, and has no cache.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  absl::Status Cache(ObjectId id) override { return Refuse(absl::StatusCode::kUnimplemented, id, "is not cached"); }
  absl::Status Uncache(ObjectId id) override { return Cache(id); }
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.lies_about_capabilities",
             .summary = "Declares the cache capability, and has no cache",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
