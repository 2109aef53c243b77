// A cached object is evicted though a reader has it.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  bool MayEvict(const Object& object) const override { return object.info.cached != 0; }
  void Erase(ObjectId id) override {
    kept_.push_back(std::move(objects_.at(id).units));  // For the readers, who would crash.
    ReferenceStore::Erase(id);
  }

 private:
  std::vector<std::unique_ptr<Unit[]>> kept_;
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.evicts_pinned", .summary = "A cached object is evicted though a reader has it",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
