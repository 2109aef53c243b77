// Queues the tasks before the one whose demand is undefined.
#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 public:
  absl::Status Push(uint32_t from_worker, std::span<const ReadyTask> tasks) override {
    for (size_t i = 0; i < tasks.size(); ++i) {
      const absl::Status status = ReferenceScheduler::Push(from_worker, tasks.subspan(i, 1));
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>,
             .name = "test.scheduler.keeps_half_a_push",
             .summary = "Queues the tasks before the one whose demand is undefined",
             .capabilities = manta::Scheduler::kCapabilityFifo, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
