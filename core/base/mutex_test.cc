#include "core/base/mutex.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace manta {
namespace {

// The graph of orders lives as long as the process, so each test has names of its own.

TEST(MutexTest, ExcludesThreadsFromEachOther) {
  Mutex mutex("excludes");
  uint64_t sum = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10000; ++i) {
        MutexLock lock(mutex);
        ++sum;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  MutexLock lock(mutex);
  EXPECT_EQ(sum, 40000u);
}

bool CanLock(Mutex& mutex) {
  if (!mutex.TryLock()) return false;
  mutex.Unlock();
  return true;
}

TEST(MutexTest, TryLockSaysWhetherItLocked) {
  Mutex mutex("try");
  bool locked_elsewhere = true;
  {
    MutexLock lock(mutex);
    std::thread([&] { locked_elsewhere = CanLock(mutex); }).join();
  }
  EXPECT_FALSE(locked_elsewhere);
  EXPECT_TRUE(CanLock(mutex));
  EXPECT_TRUE(CanLock(mutex));
}

TEST(MutexTest, CountsWhatAThreadHolds) {
  Mutex a("count_a");
  Mutex b("count_b");
  const size_t counted = LockOrderChecked() ? 1 : 0;
  EXPECT_EQ(HeldMutexCount(), 0u);
  a.Lock();
  b.Lock();
  EXPECT_EQ(HeldMutexCount(), 2 * counted);
  a.Unlock();  // Not in reverse: allowed.
  EXPECT_EQ(HeldMutexCount(), counted);
  b.Unlock();
  EXPECT_EQ(HeldMutexCount(), 0u);
}

TEST(MutexTest, OneOrderByManyThreadsIsFine) {
  Mutex a("fine_a");
  Mutex b("fine_b");
  uint64_t sum = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        MutexLock lock_a(a);
        MutexLock lock_b(b);
        ++sum;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sum, 4000u);
}

TEST(MutexTest, InstancesOfOneNameHaveNoOrder) {
  Mutex first("same_name");
  Mutex second("same_name");
  {
    MutexLock lock_first(first);
    MutexLock lock_second(second);
  }
  MutexLock lock_second(second);
  MutexLock lock_first(first);
}

TEST(MutexTest, TryLockMayBeOutOfOrder) {
  Mutex a("try_order_a");
  Mutex b("try_order_b");
  {
    MutexLock lock_a(a);
    MutexLock lock_b(b);
  }
  MutexLock lock_b(b);
  EXPECT_TRUE(CanLock(a));
}

// The three below deadlock or are undefined where orders are not checked.
void LockInBothOrders() {
  Mutex a("both_a");
  Mutex b("both_b");
  std::thread([&] {
    MutexLock lock_a(a);
    MutexLock lock_b(b);
  }).join();
  MutexLock lock_b(b);
  MutexLock lock_a(a);
}

void LockInACycleOfThree() {
  Mutex a("cycle_a");
  Mutex b("cycle_b");
  Mutex c("cycle_c");
  {
    MutexLock lock_a(a);
    MutexLock lock_b(b);
  }
  {
    MutexLock lock_b(b);
    MutexLock lock_c(c);
  }
  MutexLock lock_c(c);
  MutexLock lock_a(a);
}

void LockTwice() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  Mutex mutex("twice");
  mutex.Lock();
  mutex.Lock();
}

class MutexDeathTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!LockOrderChecked()) GTEST_SKIP() << "built with NDEBUG: lock orders are not checked";
    testing::FLAGS_gtest_death_test_style = "threadsafe";
  }
};

TEST_F(MutexDeathTest, AContradictedOrderNamesBothAndWhatWasHeld) {
  EXPECT_DEATH(
      LockInBothOrders(),
      "\"both_a\" is locked while \"both_b\" is held, but \"both_b\" was locked while \"both_a\" was held. This "
      "thread holds: \"both_b\". Before: a thread that held \"both_a\" locked \"both_b\"");
}

TEST_F(MutexDeathTest, AnOrderContradictedByWayOfAThirdIsFound) {
  EXPECT_DEATH(LockInACycleOfThree(), "\"cycle_a\" is locked while \"cycle_c\" is held");
}

TEST_F(MutexDeathTest, LockingTwiceIsFound) {
  EXPECT_DEATH(LockTwice(), "\"twice\" is locked by a thread that holds it");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
