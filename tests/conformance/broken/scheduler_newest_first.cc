// Pops the newest task always, so that old ones starve.
#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 protected:
  Queue::iterator Next(uint32_t) override {
    for (auto next = queue_.end(); next != queue_.begin();) {
      if (ledger_.FitCount((--next)->demand) > 0) return next;
    }
    return queue_.end();
  }
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>,
             .name = "test.scheduler.newest_first", .summary = "Pops the newest task always, so that old ones starve",
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
