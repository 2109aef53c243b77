// What is this order's own; the contract is tested by //tests/conformance:scheduler.
#include "plugins/scheduler/priority/priority_order.h"

#include <cstdint>
#include <map>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace manta {
namespace {

TEST(PriorityOrderTest, PopsAsASortedListWould) {
  std::mt19937_64 random(3);
  PriorityOrder::Queue queue;
  std::map<std::pair<int64_t, uint64_t>, uint64_t> sorted;  // (-priority, sequence) -> task.
  for (uint64_t sequence = 1; sequence <= 5'000; ++sequence) {
    const int32_t priority = static_cast<int32_t>(random() % 7) - 3;
    queue.Reserve(1);
    queue.Push({.ready = {.task = sequence * 10, .priority = priority}, .sequence = sequence});
    sorted.emplace(std::pair(-int64_t{priority}, sequence), sequence * 10);
    while (!sorted.empty() && random() % 9 < 4) {
      ASSERT_EQ(queue.first().ready.task, sorted.begin()->second);
      ASSERT_EQ(queue.Pop().task, sorted.begin()->second);
      sorted.erase(sorted.begin());
    }
    ASSERT_EQ(queue.size(), sorted.size());
  }
}

TEST(PriorityOrderTest, TheNewestOfEqualPriorityIsTakenBack) {
  PriorityOrder::Queue queue;
  queue.Reserve(3);
  for (uint64_t i = 1; i <= 3; ++i) queue.Push({.ready = {.task = i}, .sequence = i});
  EXPECT_FALSE(queue.TakeBack(1));
  EXPECT_TRUE(queue.TakeBack(3));
  EXPECT_EQ(queue.Pop().task, 1u);
  EXPECT_EQ(queue.Pop().task, 2u);
}

TEST(PriorityOrderTest, ChoosesTheQueueWithTheHighestAndOfEqualOnesTheOldest) {
  PriorityOrder order;
  PriorityOrder::Queue queues[3];
  for (uint64_t i = 0; i < 3; ++i) {
    queues[i].Reserve(1);
    queues[i].Push({.ready = {.task = i, .priority = i == 0 ? 1 : 2}, .sequence = 10 - i});
  }
  PriorityOrder::Queue* const all[] = {&queues[0], &queues[1], &queues[2]};
  EXPECT_EQ(order.Choose(all, false), 2u);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
