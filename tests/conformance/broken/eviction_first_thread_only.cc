// Takes entries of the first thread that calls only.
#include <cstdint>
#include <thread>

#include "tests/conformance/broken/almost_right_policy.h"
#include "tests/conformance/broken/broken_eviction_plugin.h"

namespace {

using namespace manta;

class BrokenPolicy final : public conformance::AlmostRightPolicy {
 public:
  absl::Status Insert(ObjectId id, uint64_t size_bytes) override {
    if (std::this_thread::get_id() != owner_) return absl::OkStatus();
    return inner().Insert(id, size_bytes);
  }

 private:
  const std::thread::id owner_ = std::this_thread::get_id();
};

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, manta::conformance::Make<BrokenPolicy>, .name = "test.eviction.first_thread_only",
             .summary = "Takes entries of the first thread that calls only", .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
