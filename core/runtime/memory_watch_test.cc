#include "core/runtime/memory_watch.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "core/simulation/simulated_memory_budget.h"

namespace manta {
namespace {

class MemoryWatchTest : public testing::Test {
 protected:
  void Take(uint64_t bytes) { ASSERT_TRUE(watch_.Reserve(bytes).ok()); }

  SimulatedMemoryBudget budget_{1000};
  MemoryWatch watch_{budget_};  // 800 and 600.
};

struct CountingWaiter : Waiter {
  CountingWaiter() {
    notify = [](Waiter* waiter) { ++static_cast<CountingWaiter*>(waiter)->count; };
  }
  std::atomic<int> count{0};
};

TEST_F(MemoryWatchTest, PressureIsHighFromTheHighMarkToTheLowOne) {
  Take(799);
  EXPECT_EQ(watch_.pressure(), MemoryPressure::kLow);
  Take(1);
  EXPECT_EQ(watch_.pressure(), MemoryPressure::kHigh);
  watch_.Release(199);
  EXPECT_EQ(watch_.pressure(), MemoryPressure::kHigh);
  watch_.Release(1);
  EXPECT_EQ(watch_.pressure(), MemoryPressure::kLow);
  Take(199);
  EXPECT_EQ(watch_.pressure(), MemoryPressure::kLow);
  watch_.Release(799);
}

TEST_F(MemoryWatchTest, ItIsTheInnerBudgetAndRemembersThePeak) {
  Take(900);
  EXPECT_EQ(watch_.Reserve(101).code(), absl::StatusCode::kResourceExhausted);
  watch_.Release(850);
  EXPECT_EQ(budget_.used_bytes(), 50u);
  const MemoryState state = watch_.state();
  EXPECT_EQ(state.used_bytes, 50u);
  EXPECT_EQ(state.peak_bytes, 900u);
  EXPECT_EQ(state.limit_bytes, 1000u);
  watch_.Release(50);
}

TEST_F(MemoryWatchTest, WhoJoinsIsToldOfEachReleaseUntilItLeaves) {
  CountingWaiter first;
  CountingWaiter second;
  Take(100);
  watch_.Join(first);
  watch_.Join(second);
  EXPECT_EQ(watch_.pressure(), MemoryPressure::kFull);
  EXPECT_EQ(watch_.waiting_count(), 2u);
  watch_.Release(10);
  watch_.RoomMade();
  EXPECT_EQ(first.count, 2);
  watch_.Leave(first);
  EXPECT_EQ(watch_.pressure(), MemoryPressure::kFull);
  watch_.Release(10);
  EXPECT_EQ(first.count, 2);
  EXPECT_EQ(second.count, 3);
  watch_.Leave(second);
  EXPECT_EQ(watch_.pressure(), MemoryPressure::kLow);
  watch_.Release(80);
}

TEST_F(MemoryWatchTest, WhileSomebodyWaitsTheMarksAreRemembered) {
  CountingWaiter waiter;
  watch_.Join(waiter);
  Take(800);
  EXPECT_EQ(watch_.pressure(), MemoryPressure::kFull);
  watch_.Leave(waiter);
  EXPECT_EQ(watch_.pressure(), MemoryPressure::kHigh);
  watch_.Release(800);
  EXPECT_EQ(watch_.pressure(), MemoryPressure::kLow);
}

TEST(MemoryWatchLimitsTest, MarksOfTheSmallestAndTheLargestBudgetLieApart) {
  for (const uint64_t limit : {uint64_t{1}, uint64_t{2}, uint64_t{99}, UINT64_MAX}) {
    SimulatedMemoryBudget budget(limit);
    MemoryWatch watch(budget, {.high_percent = 100, .low_percent = 99});
    EXPECT_EQ(watch.pressure(), MemoryPressure::kLow);
    ASSERT_TRUE(watch.Reserve(limit).ok());
    EXPECT_EQ(watch.pressure(), MemoryPressure::kHigh) << limit;
    watch.Release(limit);
    EXPECT_EQ(watch.pressure(), MemoryPressure::kLow) << limit;
  }
}

// When all is quiet the state is what the budget says, however the threads met.
TEST_F(MemoryWatchTest, NoCrossingIsLostBetweenThreads) {
  for (int round = 0; round < 300; ++round) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i) {
          if (watch_.Reserve(450).ok()) watch_.Release(450);
        }
        (void)watch_.Reserve(450);
      });
    }
    for (std::thread& thread : threads) thread.join();
    ASSERT_EQ(budget_.used_bytes(), 900u);
    ASSERT_EQ(watch_.pressure(), MemoryPressure::kHigh);
    std::thread other([&] { watch_.Release(450); });
    watch_.Release(450);
    other.join();
    ASSERT_EQ(watch_.pressure(), MemoryPressure::kLow);
  }
}

// Who has seen that there is no room after Join is told of all that goes afterwards.
TEST_F(MemoryWatchTest, NoReleaseIsMissedByWhoLooksAfterJoining) {
  for (int round = 0; round < 2000; ++round) {
    Take(1000);
    CountingWaiter waiter;
    std::thread other([&] { watch_.Release(1000); });
    watch_.Join(waiter);
    const bool found_room = watch_.Reserve(1).ok();
    other.join();
    EXPECT_TRUE(found_room || waiter.count > 0);
    watch_.Leave(waiter);
    if (found_room) watch_.Release(1);
  }
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
