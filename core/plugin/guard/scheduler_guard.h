// core/plugin/guard/scheduler_guard.h -- the kernel's guard around a scheduler.
//
// Checks, besides what every guard checks (plugin_guard.h): Drain and List say no more than there was room for. Which
// task Pop takes is the scheduler's business; that it is one that was pushed only the runtime could know.
//
// A broken scheduler pops nothing and drains nothing: what is queued is lost, and the runtime must end those tasks.
//
// Cost      Push and Pop: at most 3 ns more than the scheduler itself: scheduler_guard_benchmark.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "core/interface/host.h"
#include "core/interface/scheduler.h"
#include "core/plugin/guard/plugin_guard.h"
#include "core/plugin/plugin_record.h"

namespace manta {

class SchedulerGuard final : public Scheduler {
 public:
  // REQUIRES: plugin is not null; host outlives the guard.
  SchedulerGuard(std::unique_ptr<Scheduler> plugin, const PluginRecord& record, const Host& host);
  ~SchedulerGuard() override;

  absl::Status Start(const SchedulerSetup& setup) override;
  absl::StatusOr<uint32_t> DefineDemand(std::span<const ResourceAmount> amounts) override;
  absl::Status Push(uint32_t from_worker, std::span<const ReadyTask> tasks) override;
  bool Pop(uint32_t worker, ReadyTask* task) override;
  bool TakeBack(uint32_t worker, uint64_t task) override;
  bool Acquire(uint32_t demand) override;
  uint64_t Return(uint32_t demand) override;
  uint64_t Drain(std::span<ReadyTask> tasks) override;
  uint64_t List(std::span<ReadyTask> tasks) override;
  SchedulerStats Stats() override;

 private:
  uint64_t Counted(std::string_view method, uint64_t count, uint64_t room);

  std::unique_ptr<Scheduler> plugin_;
  PluginGuard guard_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
