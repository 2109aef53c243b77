// Loses a task whenever a queue has grown to 64.
#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 protected:
  void Add(uint32_t from_worker, const ReadyTask& task) override {
    if (queue_.size() == 64) queue_.pop_front();
    ReferenceScheduler::Add(from_worker, task);
  }
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>,
             .name = "test.scheduler.loses_on_growth", .summary = "Loses a task whenever a queue has grown to 64",
             .capabilities = manta::Scheduler::kCapabilityFifo, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
