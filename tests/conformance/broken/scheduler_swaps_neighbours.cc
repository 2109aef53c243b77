// Declares first come first served, and lets one in seven overtake.
#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 protected:
  void Add(uint32_t from_worker, const ReadyTask& task) override {
    ReferenceScheduler::Add(from_worker, task);
    if (task.task % 7 == 6 && queue_.size() > 1)
      queue_.splice(std::prev(queue_.end(), 2), queue_, std::prev(queue_.end()));
  }
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>,
             .name = "test.scheduler.swaps_neighbours",
             .summary = "Declares first come first served, and lets one in seven overtake",
             .capabilities = manta::Scheduler::kCapabilityFifo, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
