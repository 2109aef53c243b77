// An id may be used again while readers still have the deleted object.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    {
      std::lock_guard lock(mutex_);
      const auto found = objects_.find(id);
      if (found != objects_.end() && found->second.info.state == ObjectState::kDeleted) {
        kept_.push_back(std::move(found->second));
        objects_.erase(found);
        used_bytes_ -= Charge(kept_.back());
        budget_.Release(Charge(kept_.back()));
      }
    }
    return ReferenceStore::Create(id, size_bytes, metadata);
  }

 private:
  std::vector<Object> kept_;  // For the readers.
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.reuses_id_while_pinned",
             .summary = "An id may be used again while readers still have the deleted object",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
