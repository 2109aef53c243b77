// A huge size wraps, so that it seems to fit.
#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  uint64_t Charge(uint64_t size_bytes, uint64_t metadata_bytes) const override {
    return (size_bytes + 63) / 64 * 64 + (metadata_bytes + 63) / 64 * 64;
  }
  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    const bool wraps = size_bytes > UINT64_MAX - 256;
    absl::StatusOr<std::span<std::byte>> data = ReferenceStore::Create(id, wraps ? 0 : size_bytes, metadata);
    return data;
  }
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.wraps_sizes", .summary = "A huge size wraps, so that it seems to fit",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
