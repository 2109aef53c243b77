#include "core/kernel/system/fixed_memory_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace manta {
namespace {

TEST(FixedMemoryBudgetTest, ReservesAllOrNothingUpToTheLimit) {
  FixedMemoryBudget budget(100);
  EXPECT_EQ(budget.limit_bytes(), 100u);
  EXPECT_TRUE(budget.Reserve(60).ok());
  EXPECT_EQ(budget.Reserve(41).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(budget.used_bytes(), 60u);
  EXPECT_TRUE(budget.Reserve(40).ok());
  EXPECT_TRUE(budget.Reserve(0).ok());
  EXPECT_EQ(budget.used_bytes(), 100u);
  budget.Release(100);
  EXPECT_EQ(budget.used_bytes(), 0u);
}

TEST(FixedMemoryBudgetTest, TheMessageNamesNeedFreeAndLimit) {
  FixedMemoryBudget budget(100);
  ASSERT_TRUE(budget.Reserve(30).ok());
  EXPECT_THAT(std::string(budget.Reserve(71).message()), testing::HasSubstr("71 bytes are needed, 70 of 100 are free"));
}

TEST(FixedMemoryBudgetTest, HugeReservationsDoNotWrapAround) {
  FixedMemoryBudget budget(UINT64_MAX);
  ASSERT_TRUE(budget.Reserve(UINT64_MAX).ok());
  EXPECT_FALSE(budget.Reserve(1).ok());
  EXPECT_FALSE(budget.Reserve(UINT64_MAX).ok());
  budget.Release(UINT64_MAX);
  EXPECT_EQ(budget.used_bytes(), 0u);
}

TEST(FixedMemoryBudgetTest, ThreadsTogetherNeverExceedTheLimit) {
  FixedMemoryBudget budget(3);  // One less than the threads.
  std::atomic<int> holding = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20000; ++i) {
        if (!budget.Reserve(1).ok()) continue;
        EXPECT_LE(holding.fetch_add(1) + 1, 3);
        holding.fetch_sub(1);
        budget.Release(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(budget.used_bytes(), 0u);
}

TEST(FixedMemoryBudgetDeathTest, ReleasingMoreThanReservedIsABug) {
  EXPECT_DEATH(
      {
        FixedMemoryBudget budget(100);
        (void)budget.Reserve(10);
        budget.Release(11);
      },
      "more bytes are released than are reserved");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
