// What is this scheduler's own; the contract is tested by //tests/conformance:scheduler.
#include "plugins/scheduler/work_stealing/work_stealing_scheduler.h"

#include <cstdint>
#include <vector>

#include "core/simulation/simulated_random.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

class WorkStealingSchedulerTest : public testing::Test {
 protected:
  WorkStealingSchedulerTest() {
    EXPECT_TRUE(scheduler_.Start({.worker_count_max = 8, .capacities_milli = capacities_}).ok());
  }

  void Push(uint32_t worker, uint64_t first, uint64_t last, uint32_t demand = 0) {
    for (uint64_t i = first; i <= last; ++i) {
      const ReadyTask task = {.task = i, .demand = demand};
      ASSERT_TRUE(scheduler_.Push(worker, std::span(&task, 1)).ok());
    }
  }

  std::vector<uint64_t> Pop(uint32_t worker, uint64_t count) {
    std::vector<uint64_t> tasks;
    for (ReadyTask task; tasks.size() < count && scheduler_.Pop(worker, &task);) tasks.push_back(task.task);
    return tasks;
  }

  const std::vector<uint64_t> capacities_ = {1000};
  SimulatedRandom random_{1};
  WorkStealingScheduler scheduler_{random_};
};

TEST_F(WorkStealingSchedulerTest, AWorkerPopsItsOwnNewestFirst) {
  Push(0, 1, 5);
  EXPECT_EQ(Pop(0, 9), (std::vector<uint64_t>{5, 4, 3, 2, 1}));
}

TEST_F(WorkStealingSchedulerTest, AThiefTakesTheOldest) {
  Push(0, 1, 5);
  EXPECT_EQ(Pop(1, 2), (std::vector<uint64_t>{1, 2}));
  EXPECT_EQ(scheduler_.Stats().stolen_count, 2u);
  EXPECT_EQ(Pop(0, 9), (std::vector<uint64_t>{5, 4, 3}));
  EXPECT_EQ(scheduler_.Stats().stolen_count, 2u);
}

TEST_F(WorkStealingSchedulerTest, OwnTasksComeBeforeThoseFromOutsideAndThoseBeforeOthers) {
  Push(1, 10, 10);
  Push(Scheduler::kOutside, 20, 20);
  Push(0, 30, 30);
  EXPECT_EQ(Pop(0, 3), (std::vector<uint64_t>{30, 20, 10}));
}

TEST_F(WorkStealingSchedulerTest, ThievesBeginAnywhere) {
  for (uint32_t worker = 0; worker < 7; ++worker) Push(worker, worker, worker);
  const std::vector<uint64_t> order = Pop(7, 9);
  EXPECT_EQ(order.size(), 7u);
  EXPECT_NE(order, (std::vector<uint64_t>{0, 1, 2, 3, 4, 5, 6}));
}

TEST_F(WorkStealingSchedulerTest, TasksFromOutsideAreTakenAlongAndCanBeStolen) {
  Push(Scheduler::kOutside, 1, 100);
  EXPECT_EQ(Pop(0, 1), (std::vector<uint64_t>{1}));
  // Worker 0 has taken 2 to 33 along; the others are still outside, and come first to worker 1.
  EXPECT_EQ(Pop(1, 1), (std::vector<uint64_t>{34}));
  EXPECT_EQ(scheduler_.Stats().queued_count, 98u);
  EXPECT_EQ(scheduler_.Stats().pushed_count, 100u);
  EXPECT_EQ(Pop(2, 99).size(), 98u);
  EXPECT_GT(scheduler_.Stats().stolen_count, 0u);
}

TEST_F(WorkStealingSchedulerTest, EveryKFairEveryThPopTakesAnOldOne) {
  Push(0, 1, 1);
  // One comes for each that goes: newest first alone would leave the first one there for ever. Three places take turns.
  uint64_t pops = 0;
  for (uint64_t next = 2, popped = 0; popped != 1; ++next) {
    Push(0, next, next);
    popped = Pop(0, 1).at(0);
    ASSERT_LE(++pops, 3 * WorkStealingScheduler::kFairEvery);
  }
  EXPECT_GE(pops, WorkStealingScheduler::kFairEvery);
  Pop(0, 9);
}

TEST_F(WorkStealingSchedulerTest, TheNewestOwnTaskIsTakenBack) {
  Push(0, 1, 3);
  EXPECT_FALSE(scheduler_.TakeBack(0, 1));
  EXPECT_FALSE(scheduler_.TakeBack(1, 3));
  EXPECT_TRUE(scheduler_.TakeBack(0, 3));
  EXPECT_TRUE(scheduler_.TakeBack(0, 2));
  EXPECT_EQ(Pop(0, 9), (std::vector<uint64_t>{1}));
}

TEST_F(WorkStealingSchedulerTest, TheNewestAndTheOldestFromOutsideAreTakenBack) {
  Push(Scheduler::kOutside, 1, 2000);
  EXPECT_FALSE(scheduler_.TakeBack(Scheduler::kOutside, 1000));
  EXPECT_TRUE(scheduler_.TakeBack(Scheduler::kOutside, 2000));
  EXPECT_TRUE(scheduler_.TakeBack(Scheduler::kOutside, 1));
  EXPECT_FALSE(scheduler_.TakeBack(0, 1999)) << "it is not the worker's";
  EXPECT_EQ(scheduler_.Stats().queued_count, 1998u);
  EXPECT_EQ(Pop(0, 9999).size(), 1998u);
}

TEST_F(WorkStealingSchedulerTest, TasksFromOutsideWithPrioritiesKeepThem) {
  const std::vector<ReadyTask> tasks = {{.task = 1}, {.task = 2, .priority = -3}};
  ASSERT_TRUE(scheduler_.Push(Scheduler::kOutside, tasks).ok());
  ReadyTask task;
  ASSERT_TRUE(scheduler_.Pop(0, &task) && scheduler_.Pop(0, &task));
  EXPECT_EQ(task.task, 2u);
  EXPECT_EQ(task.priority, -3);
}

TEST_F(WorkStealingSchedulerTest, ABatchWithDemandsIsQueuedAllTheSame) {
  const ResourceAmount amount = {.resource = 0, .amount_milli = 1000};
  const uint32_t demand = scheduler_.DefineDemand(std::span(&amount, 1)).value();
  const std::vector<ReadyTask> tasks = {{.task = 1, .demand = demand}, {.task = 2}, {.task = 3, .demand = demand}};
  ASSERT_TRUE(scheduler_.Push(0, tasks).ok());
  EXPECT_EQ(Pop(0, 9), (std::vector<uint64_t>{2, 1}));
  EXPECT_EQ(scheduler_.Return(demand), 1u);
  EXPECT_EQ(Pop(1, 9), (std::vector<uint64_t>{3}));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
