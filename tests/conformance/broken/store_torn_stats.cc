// The counts and the bytes are of two moments.
#include <thread>

#include "core/plugin/export.h"
#include "tests/conformance/broken/reference_store.h"

namespace manta::conformance {
namespace {

class BrokenStore final : public ReferenceStore {
 public:
  using ReferenceStore::ReferenceStore;

  ObjectStoreStats Stats() override {
    ObjectStoreStats stats = ReferenceStore::Stats();
    // Others get time to change something.
    for (int i = 0; i < 100; ++i) std::this_thread::yield();
    stats.used_bytes = ReferenceStore::Stats().used_bytes;
    return stats;
  }
};

}  // namespace
}  // namespace manta::conformance

MANTA_PLUGIN(manta::ObjectStore, manta::conformance::MakeStore<manta::conformance::BrokenStore>,
             .name = "test.object_store.torn_stats", .summary = "The counts and the bytes are of two moments",
             .capabilities = manta::conformance::kAllCapabilities, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
