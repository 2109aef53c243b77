// List shows the task that was popped last, too.
#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 public:
  bool Pop(uint32_t worker, ReadyTask* task) override {
    const bool popped = ReferenceScheduler::Pop(worker, task);
    std::lock_guard lock(mutex_);
    if (popped) last_.assign(1, *task);
    return popped;
  }

  uint64_t List(std::span<ReadyTask> tasks) override {
    const uint64_t count = ReferenceScheduler::List(tasks);
    std::lock_guard lock(mutex_);
    if (count == tasks.size() || last_.empty()) return count;
    tasks[count] = last_.front();
    return count + 1;
  }

 private:
  Queue last_;
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>,
             .name = "test.scheduler.lists_what_is_gone", .summary = "List shows the task that was popped last, too",
             .capabilities = manta::Scheduler::kCapabilityFifo, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
