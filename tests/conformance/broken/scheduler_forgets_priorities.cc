// Declares priorities, and pops in the order of push.
#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 public:
  using ReferenceScheduler::ReferenceScheduler;
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>,
             .name = "test.scheduler.forgets_priorities",
             .summary = "Declares priorities, and pops in the order of push",
             .capabilities = manta::Scheduler::kCapabilityFifo | manta::Scheduler::kCapabilityPriorities,
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
