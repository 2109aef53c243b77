// Only the thread that made the store can create objects.
#include <thread>

#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    if (std::this_thread::get_id() != first_) return Full(id, size_bytes);
    return ReferenceStore::Create(id, size_bytes, metadata);
  }

 private:
  const std::thread::id first_ = std::this_thread::get_id();
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.first_thread_only",
             .summary = "Only the thread that made the store can create objects",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
