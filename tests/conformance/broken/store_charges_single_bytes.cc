// Objects are charged their bytes, not whole units.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  uint64_t Charge(uint64_t size_bytes, uint64_t metadata_bytes) const override {
    return size_bytes > UINT64_MAX - metadata_bytes ? UINT64_MAX : size_bytes + metadata_bytes;
  }
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.charges_single_bytes",
             .summary = "Objects are charged their bytes, not whole units",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
