// The memory budget does not get back the metadata of an object deleted while pinned.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  absl::Status Release(ObjectId id) override {
    std::lock_guard lock(mutex_);
    const auto found = objects_.find(id);
    if (found == objects_.end()) return Absent(id);
    ObjectInfo& info = found->second.info;
    if (info.pin_count == 0) return Precondition(id, "has no pin");
    if (--info.pin_count != 0 || info.state != ObjectState::kDeleted) return absl::OkStatus();
    used_bytes_ -= Charge(found->second);
    budget_.Release(Charge(info.size_bytes, 0));
    objects_.erase(found);
    return absl::OkStatus();
  }
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.leaks_the_budget",
             .summary = "The memory budget does not get back the metadata of an object deleted while pinned",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
