#include "tests/conformance/scheduler_fixture.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "glog/logging.h"
#include "tests/conformance/support/suite.h"

namespace manta::conformance {

OwnScheduler::OwnScheduler() : host_(std::make_unique<SuiteHost>(Plugin().slot(), Options().seed)) {
  absl::StatusOr<std::unique_ptr<Scheduler>> made = Plugin().Make<Scheduler>(*host_);
  // main has tried it; a create that fails now and then leaves nothing to test.
  CHECK(made.ok() && *made != nullptr) << "the plugin's create failed: " << made.status().ToString();
  scheduler_ = std::move(*made);
}

void SchedulerConformance::Start(uint32_t worker_count_max, std::vector<uint64_t> capacities_milli) {
  capacities_milli_ = std::move(capacities_milli);
  EXPECT_THAT(scheduler_->Start({.worker_count_max = worker_count_max, .capacities_milli = capacities_milli_}), IsOk());
}

void SchedulerConformance::TearDown() {
  const SchedulerStats stats = scheduler_->Stats();
  EXPECT_EQ(stats.queued_count, queued_.size()) << "accounting: tasks queued";
  EXPECT_EQ(stats.pushed_count, pushed_count_) << "accounting: tasks pushed";
  std::vector<uint64_t> left;
  for (const auto& [task, ready] : queued_) left.push_back(task);
  EXPECT_EQ(Sorted(Drain(left.size() + 1)), left) << "accounting: tasks drained";
  for (const auto& [demand, count] : std::map(acquired_)) {
    for (uint64_t i = 0; i < count; ++i) Return(demand);
  }
  EXPECT_EQ(scheduler_->Stats().queued_count, 0u) << "accounting: everything is drained";
  CheckThatAllIsFree();
}

void SchedulerConformance::CheckThatAllIsFree() {
  for (uint32_t i = 0; i < capacities_milli_.size(); ++i) {
    const uint64_t all = std::min<uint64_t>(capacities_milli_[i], std::numeric_limits<uint32_t>::max());
    if (all == 0) continue;
    const ResourceAmount amount = {.resource = i, .amount_milli = static_cast<uint32_t>(all)};
    const absl::StatusOr<uint32_t> demand = scheduler_->DefineDemand(std::span(&amount, 1));
    if (!demand.ok()) continue;  // All names are used up.
    const bool acquired = scheduler_->Acquire(*demand);
    EXPECT_TRUE(acquired) << "accounting: everything is returned, and resource " << i << " is not free";
    if (acquired) scheduler_->Return(*demand);
  }
}

uint32_t SchedulerConformance::Define(std::initializer_list<ResourceAmount> amounts) {
  const absl::StatusOr<uint32_t> demand = scheduler_->DefineDemand(std::span(amounts.begin(), amounts.size()));
  EXPECT_THAT(demand.status(), IsOk());
  return demand.value_or(0);
}

void SchedulerConformance::Push(uint32_t from_worker, std::vector<ReadyTask> tasks) {
  const absl::Status status = scheduler_->Push(from_worker, tasks);
  EXPECT_THAT(status, IsOk());
  if (!status.ok()) return;
  for (const ReadyTask& task : tasks) queued_.emplace(task.task, task);
  pushed_count_ += tasks.size();
}

void SchedulerConformance::PushRange(uint32_t from_worker, uint64_t first, uint64_t last, uint32_t demand) {
  for (uint64_t task = first; task <= last; ++task) Push(from_worker, {{.task = task, .demand = demand}});
}

std::optional<ReadyTask> SchedulerConformance::Pop(uint32_t worker) {
  ReadyTask task;
  if (!scheduler_->Pop(worker, &task)) return std::nullopt;
  const auto queued = queued_.find(task.task);
  if (queued == queued_.end()) {
    ADD_FAILURE() << "popped task " << task.task << ", which is not queued";
    return task;
  }
  EXPECT_EQ(task, queued->second) << "popped it otherwise than it was pushed";
  queued_.erase(queued);
  if (task.demand != 0) ++acquired_[task.demand];
  return task;
}

std::vector<uint64_t> SchedulerConformance::PopAll(uint32_t worker) {
  std::vector<uint64_t> tasks;
  for (uint64_t left = queued_.size() + 1; left > 0; --left) {
    const std::optional<ReadyTask> task = Pop(worker);
    if (!task.has_value()) break;
    tasks.push_back(task->task);
  }
  return tasks;
}

bool SchedulerConformance::TakeBack(uint32_t worker, uint64_t task) {
  if (!scheduler_->TakeBack(worker, task)) return false;
  EXPECT_EQ(queued_.erase(task), 1u) << "took back task " << task << ", which is not queued";
  return true;
}

bool SchedulerConformance::Acquire(uint32_t demand) {
  const bool acquired = scheduler_->Acquire(demand);
  if (acquired && demand != 0) ++acquired_[demand];
  return acquired;
}

uint64_t SchedulerConformance::Return(uint32_t demand) {
  if (demand != 0) {
    uint64_t& count = acquired_[demand];
    EXPECT_GT(count, 0u) << "demand " << demand << " should have been acquired by now";
    if (count == 0) return 0;
    --count;
  }
  return scheduler_->Return(demand);
}

std::vector<uint64_t> SchedulerConformance::Drain(uint64_t count_max) {
  std::vector<ReadyTask> tasks(count_max);
  const uint64_t count = scheduler_->Drain(tasks);
  EXPECT_LE(count, count_max);
  tasks.resize(std::min(count, count_max));
  std::vector<uint64_t> drained;
  for (const ReadyTask& task : tasks) {
    drained.push_back(task.task);
    const auto queued = queued_.find(task.task);
    if (queued == queued_.end()) {
      ADD_FAILURE() << "drained task " << task.task << ", which is not queued";
      continue;
    }
    EXPECT_EQ(task, queued->second) << "drained it otherwise than it was pushed";
    queued_.erase(queued);
  }
  return drained;
}

std::vector<uint64_t> Sorted(std::vector<uint64_t> tasks) {
  std::sort(tasks.begin(), tasks.end());
  return tasks;
}

std::vector<uint64_t> Range(uint64_t first, uint64_t last) {
  std::vector<uint64_t> numbers(last - first + 1);
  std::iota(numbers.begin(), numbers.end(), first);
  return numbers;
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
