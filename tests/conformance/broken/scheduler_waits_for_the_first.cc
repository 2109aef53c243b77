// Lets a task that does not fit hold up those behind it.
#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 protected:
  Queue::iterator Next(uint32_t) override {
    const auto next = queue_.begin();
    return next == queue_.end() || ledger_.FitCount(next->demand) == 0 ? queue_.end() : next;
  }
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>,
             .name = "test.scheduler.waits_for_the_first",
             .summary = "Lets a task that does not fit hold up those behind it",
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
