// Pops tasks whose demand does not fit, and counts nothing.
#include <map>

#include "tests/conformance/broken/reference_scheduler.h"

namespace {

using namespace manta;

class BrokenScheduler final : public conformance::ReferenceScheduler {
 public:
  bool Pop(uint32_t, ReadyTask* task) override {
    std::lock_guard lock(mutex_);
    if (queue_.empty()) return false;
    *task = queue_.front();
    queue_.pop_front();
    if (!ledger_.Acquire(task->demand)) ++overdrawn_[task->demand];
    return true;
  }
  uint64_t Return(uint32_t demand) override {
    {
      std::lock_guard lock(mutex_);
      if (overdrawn_[demand] > 0) return --overdrawn_[demand], queue_.size();
    }
    return ReferenceScheduler::Return(demand);
  }

 private:
  std::map<uint32_t, uint64_t> overdrawn_;
};

}  // namespace

MANTA_PLUGIN(manta::Scheduler, manta::conformance::MakeScheduler<BrokenScheduler>,
             .name = "test.scheduler.ignores_demands",
             .summary = "Pops tasks whose demand does not fit, and counts nothing",
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
