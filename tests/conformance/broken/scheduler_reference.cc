// Keeps the whole contract: what the broken ones are made of.
#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 public:
  using ReferenceScheduler::ReferenceScheduler;
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>, .name = "test.scheduler.reference",
             .summary = "Keeps the whole contract: what the broken ones are made of",
             .capabilities = manta::Scheduler::kCapabilityFifo, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
