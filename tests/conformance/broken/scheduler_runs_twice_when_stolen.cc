// Keeps a task that another worker than its own takes, once.
#include <map>

#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 public:
  bool Pop(uint32_t worker, ReadyTask* task) override {
    if (!ReferenceScheduler::Pop(worker, task)) return false;
    std::lock_guard lock(mutex_);
    const auto owner = owners_.find(task->task);
    if (owner == owners_.end()) return true;
    const bool stolen = owner->second != worker;
    owners_.erase(owner);
    if (stolen && task->demand == 0) queue_.push_front(*task);
    return true;
  }

 protected:
  void Add(uint32_t from_worker, const ReadyTask& task) override {
    if (from_worker != kOutside) owners_[task.task] = from_worker;
    ReferenceScheduler::Add(from_worker, task);
  }

 private:
  std::map<uint64_t, uint32_t> owners_;
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>,
             .name = "test.scheduler.runs_twice_when_stolen",
             .summary = "Keeps a task that another worker than its own takes, once",
             .capabilities = manta::Scheduler::kCapabilityFifo, .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
