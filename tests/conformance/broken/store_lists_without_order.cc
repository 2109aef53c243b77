// List begins with the largest id.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  uint64_t List(std::span<ObjectInfo> out) override {
    const uint64_t count = ReferenceStore::List(out);
    if (out.size() >= count) std::reverse(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.lists_without_order", .summary = "List begins with the largest id",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
