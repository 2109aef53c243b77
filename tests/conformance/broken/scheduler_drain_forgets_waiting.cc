// Drain forgets tasks that do not fit.
#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 public:
  uint64_t Drain(std::span<ReadyTask> tasks) override {
    std::lock_guard lock(mutex_);
    uint64_t count = 0;
    for (auto next = Next(0); count < tasks.size() && next != queue_.end(); next = Next(0)) {
      tasks[count++] = *next;
      queue_.erase(next);
    }
    return count;
  }
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>,
             .name = "test.scheduler.drain_forgets_waiting", .summary = "Drain forgets tasks that do not fit",
             .capabilities = manta::Scheduler::kCapabilityFifo, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
