// What is this scheduler's own; the contract is tested by //tests/conformance:scheduler.
#include "plugins/scheduler/fifo/fifo_scheduler.h"

#include <cstdint>
#include <vector>

#include "gtest/gtest.h"

namespace manta {
namespace {

class FifoSchedulerTest : public testing::Test {
 protected:
  FifoSchedulerTest() { EXPECT_TRUE(scheduler_.Start({.worker_count_max = 2, .capacities_milli = capacities_}).ok()); }

  void Push(uint64_t task, uint32_t demand = 0) {
    const ReadyTask ready = {.task = task, .demand = demand};
    ASSERT_TRUE(scheduler_.Push(0, std::span(&ready, 1)).ok());
  }

  const std::vector<uint64_t> capacities_ = {1000};
  FifoScheduler scheduler_;
};

TEST_F(FifoSchedulerTest, TheLastTaskPushedIsTakenBackWhateverItsDemand) {
  const ResourceAmount amount = {.resource = 0, .amount_milli = 700};
  const uint32_t demand = scheduler_.DefineDemand(std::span(&amount, 1)).value();
  Push(1);
  Push(2, demand);
  EXPECT_TRUE(scheduler_.TakeBack(0, 2));
  EXPECT_FALSE(scheduler_.TakeBack(0, 1)) << "what was pushed before is not at the end of the last queue";
  Push(3, demand);
  Push(4);
  EXPECT_FALSE(scheduler_.TakeBack(0, 3));
  EXPECT_TRUE(scheduler_.TakeBack(0, 4));
  EXPECT_TRUE(scheduler_.TakeBack(0, 1));
  EXPECT_EQ(scheduler_.Stats().queued_count, 1u);
  ReadyTask task;
  EXPECT_EQ(scheduler_.Drain(std::span(&task, 1)), 1u);
}

// PopSome: what goes along is without demand, stays in order, and stops where another would come first.
TEST_F(FifoSchedulerTest, TasksThatGoAlongAreTheNextOnesWithoutADemand) {
  const ResourceAmount amount = {.resource = 0, .amount_milli = 700};
  const uint32_t demand = scheduler_.DefineDemand(std::span(&amount, 1)).value();
  for (uint64_t task = 1; task <= 3; ++task) Push(task);
  Push(4, demand);
  Push(5);
  ReadyTask first;
  std::vector<uint64_t> along;
  const auto pop = [&] {
    along.clear();
    return scheduler_.PopSome(
        &first, [](uint64_t queued_count) { return queued_count; },
        [&](std::span<const ReadyTask> more) {
          for (const ReadyTask& task : more) along.push_back(task.task);
        });
  };
  ASSERT_TRUE(pop());
  EXPECT_EQ(first.task, 1u);
  EXPECT_EQ(along, (std::vector<uint64_t>{2, 3}));
  ASSERT_TRUE(pop());
  EXPECT_EQ(first.task, 4u);
  EXPECT_EQ(along, (std::vector<uint64_t>{5}));
  EXPECT_FALSE(pop());
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
