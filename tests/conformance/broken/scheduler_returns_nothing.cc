// Return never tells that a task may fit now.
#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 public:
  uint64_t Return(uint32_t demand) override {
    ReferenceScheduler::Return(demand);
    return 0;
  }
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>,
             .name = "test.scheduler.returns_nothing", .summary = "Return never tells that a task may fit now",
             .capabilities = manta::Scheduler::kCapabilityFifo, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
