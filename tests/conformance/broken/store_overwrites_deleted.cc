// Delete overwrites the data, though readers still have it.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  absl::Status Delete(ObjectId id) override {
    {
      std::lock_guard lock(mutex_);
      Object* object = FindSealed(id);
      if (object != nullptr && object->info.pin_count > 1) {
        const std::span<std::byte> data = Data(*object);
        std::fill(data.begin(), data.end(), std::byte{0});
      }
    }
    return ReferenceStore::Delete(id);
  }
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.overwrites_deleted",
             .summary = "Delete overwrites the data, though readers still have it",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
