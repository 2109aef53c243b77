// Declares no cache capability, and caches.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.hides_capabilities", .summary = "Declares no cache capability, and caches",
             .capabilities = manta::ObjectStore::kCapabilitySubscribe, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
