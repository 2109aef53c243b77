// TakeBack says true and leaves the task queued.
#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 public:
  bool TakeBack(uint32_t, uint64_t task) override {
    std::lock_guard lock(mutex_);
    return !queue_.empty() && queue_.back().task == task;
  }
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>,
             .name = "test.scheduler.take_back_leaves", .summary = "TakeBack says true and leaves the task queued",
             .capabilities = manta::Scheduler::kCapabilityFifo, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
