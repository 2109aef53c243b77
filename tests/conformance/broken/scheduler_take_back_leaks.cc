// Acquires the demand of a task that is taken back.
#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 public:
  bool TakeBack(uint32_t, uint64_t task) override {
    std::lock_guard lock(mutex_);
    if (queue_.empty() || queue_.back().task != task) return false;
    ledger_.Acquire(queue_.back().demand);
    queue_.pop_back();
    return true;
  }
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>,
             .name = "test.scheduler.take_back_leaks", .summary = "Acquires the demand of a task that is taken back",
             .capabilities = manta::Scheduler::kCapabilityFifo, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
