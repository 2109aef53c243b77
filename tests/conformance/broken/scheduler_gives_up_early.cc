// Pop gives up when somebody else has the lock.
#include <mutex>
#include <thread>

#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 public:
  bool Pop(uint32_t worker, ReadyTask* task) override {
    if (!busy_.try_lock()) return false;
    for (int i = 0; i < 20; ++i) std::this_thread::yield();  // So that others come meanwhile.
    const bool popped = ReferenceScheduler::Pop(worker, task);
    busy_.unlock();
    return popped;
  }
  absl::Status Push(uint32_t from_worker, std::span<const ReadyTask> tasks) override {
    std::lock_guard lock(busy_);
    return ReferenceScheduler::Push(from_worker, tasks);
  }

 private:
  std::mutex busy_;
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>,
             .name = "test.scheduler.gives_up_early", .summary = "Pop gives up when somebody else has the lock",
             .capabilities = manta::Scheduler::kCapabilityFifo, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
