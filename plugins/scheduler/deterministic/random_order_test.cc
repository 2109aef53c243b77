// What is this order's own; the contract is tested by //tests/conformance:scheduler.
#include "plugins/scheduler/deterministic/random_order.h"

#include <cstdint>
#include <map>
#include <vector>

#include "gtest/gtest.h"

namespace manta {
namespace {

using RandomScheduler = BasicScheduler<RandomOrder>;

std::vector<uint64_t> OrderOf(uint64_t seed, uint64_t task_count) {
  RandomScheduler scheduler{RandomOrder(seed)};
  EXPECT_TRUE(scheduler.Start({.worker_count_max = 1}).ok());
  for (uint64_t i = 0; i < task_count; ++i) {
    const ReadyTask task = {.task = i};
    EXPECT_TRUE(scheduler.Push(0, std::span(&task, 1)).ok());
  }
  std::vector<uint64_t> order;
  for (ReadyTask task; scheduler.Pop(0, &task);) order.push_back(task.task);
  return order;
}

TEST(RandomOrderTest, TheSameSeedIsTheSameOrder) {
  EXPECT_EQ(OrderOf(7, 500), OrderOf(7, 500));
  EXPECT_NE(OrderOf(7, 500), OrderOf(8, 500));
}

// 24 orders of 4 tasks, each in a 24th of the seeds: chi-squared stays below its 0.1% quantile for 23 degrees.
TEST(RandomOrderTest, AllOrdersAreEquallyLikely) {
  constexpr int kSeeds = 24'000;
  std::map<std::vector<uint64_t>, int> counts;
  for (int seed = 0; seed < kSeeds; ++seed) ++counts[OrderOf(seed, 4)];
  EXPECT_EQ(counts.size(), 24u);
  double chi_squared = 0;
  for (const auto& [order, count] : counts) {
    chi_squared += (count - kSeeds / 24.0) * (count - kSeeds / 24.0) / (kSeeds / 24.0);
  }
  EXPECT_LT(chi_squared, 49.7);
}

TEST(RandomOrderTest, DemandsDoNotChangeTheChances) {
  // One task alone in its demand's queue among nine in another's: first in a tenth of the seeds.
  int first_count = 0;
  for (uint64_t seed = 0; seed < 5'000; ++seed) {
    RandomScheduler scheduler{RandomOrder(seed)};
    const std::vector<uint64_t> capacities = {1000};
    ASSERT_TRUE(scheduler.Start({.worker_count_max = 1, .capacities_milli = capacities}).ok());
    const ResourceAmount amount = {.resource = 0, .amount_milli = 1};
    const uint32_t demand = scheduler.DefineDemand(std::span(&amount, 1)).value();
    std::vector<ReadyTask> tasks(10);
    for (uint64_t i = 0; i < 10; ++i) tasks[i] = {.task = i, .demand = i == 0 ? demand : 0};
    ASSERT_TRUE(scheduler.Push(0, tasks).ok());
    ReadyTask task;
    ASSERT_TRUE(scheduler.Pop(0, &task));
    first_count += task.task == 0 ? 1 : 0;
    EXPECT_EQ(scheduler.Drain(tasks), 9u);
  }
  EXPECT_NEAR(first_count, 500, 100);
}

TEST(RandomOrderTest, TheOldestHasItsTurn) {
  RandomScheduler scheduler{RandomOrder(1)};
  ASSERT_TRUE(scheduler.Start({.worker_count_max = 1}).ok());
  ReadyTask task = {.task = 0};
  ASSERT_TRUE(scheduler.Push(0, std::span(&task, 1)).ok());
  // Ten come for each that goes: chance alone would leave the first one there for long.
  uint64_t pops = 0;
  for (uint64_t next = 1; pops == 0 || task.task != 0;) {
    for (int i = 0; i < 10; ++i, ++next) {
      const ReadyTask another = {.task = next};
      ASSERT_TRUE(scheduler.Push(0, std::span(&another, 1)).ok());
    }
    ASSERT_TRUE(scheduler.Pop(0, &task));
    ASSERT_LE(++pops, RandomOrder::kOldestEvery);
  }
  std::vector<ReadyTask> rest(1'000);
  scheduler.Drain(rest);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
