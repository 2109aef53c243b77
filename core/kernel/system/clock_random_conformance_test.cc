// Each sentence of core/interface/clock.h and random.h, on the system's and on the simulated implementations.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <thread>
#include <vector>

#include "core/interface/clock.h"
#include "core/interface/random.h"
#include "core/kernel/system/system_clock.h"
#include "core/kernel/system/system_random.h"
#include "core/simulation/simulated_clock.h"
#include "core/simulation/simulated_random.h"

namespace manta {
namespace {

// Lets some time pass: truly, or not.
void Pass(SystemClock&) {}
void Pass(SimulatedClock& clock) { clock.Advance(777'777); }

template <typename T>
class ClockConformance : public testing::Test {
 protected:
  T clock_;
};

using Clocks = testing::Types<SystemClock, SimulatedClock>;
TYPED_TEST_SUITE(ClockConformance, Clocks);

TYPED_TEST(ClockConformance, NowNeverGoesBack) {
  int64_t last_ns = this->clock_.NowNs();
  for (int i = 0; i < 100000; ++i) {
    Pass(this->clock_);
    const int64_t now_ns = this->clock_.NowNs();
    ASSERT_GE(now_ns, last_ns);
    last_ns = now_ns;
  }
}

TYPED_TEST(ClockConformance, NowNeverGoesBackBetweenThreads) {
  std::atomic<int64_t> last_ns = this->clock_.NowNs();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20000; ++i) {
        const int64_t seen_ns = last_ns.load();  // Some thread read this before.
        Pass(this->clock_);
        const int64_t now_ns = this->clock_.NowNs();
        ASSERT_GE(now_ns, seen_ns);
        last_ns.store(now_ns);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TYPED_TEST(ClockConformance, CoarseNeverGoesBackAndIsNeverAheadOfNow) {
  int64_t last_ns = std::numeric_limits<int64_t>::min();
  for (int i = 0; i < 100000; ++i) {
    Pass(this->clock_);
    const int64_t coarse_ns = this->clock_.CoarseNs();
    ASSERT_LE(coarse_ns, this->clock_.NowNs());
    ASSERT_GE(coarse_ns, last_ns);
    last_ns = coarse_ns;
  }
}

TYPED_TEST(ClockConformance, CoarseIsNowOfAtMostTenMillisecondsAgo) {
  // One reading may be late by any time the system takes from this thread; the best of many is not.
  int64_t age_ns_min = std::numeric_limits<int64_t>::max();
  for (int i = 0; i < 1000; ++i) {
    Pass(this->clock_);
    const int64_t now_ns = this->clock_.NowNs();
    age_ns_min = std::min(age_ns_min, now_ns - this->clock_.CoarseNs());
  }
  EXPECT_LE(age_ns_min, 10'000'000);
}

TYPED_TEST(ClockConformance, WallCountsFrom1970) {
  const int64_t year_ns = int64_t{365} * 86400 * 1'000'000'000;
  EXPECT_GT(this->clock_.WallNs(), (2020 - 1970) * year_ns);
  EXPECT_LT(this->clock_.WallNs(), (2200 - 1970) * year_ns);
}

TEST(ClockTest, DeadlinesDoNotWrap) {
  EXPECT_EQ(DeadlineAfter(5, 3), 8);
  EXPECT_EQ(DeadlineAfter(5, 0), 5);
  EXPECT_EQ(DeadlineAfter(5, -3), 5);
  EXPECT_EQ(DeadlineAfter(5, kNever), kNever);
  EXPECT_EQ(DeadlineAfter(kNever, 1), kNever);
  EXPECT_EQ(DeadlineAfter(kNever - 1, 1), kNever);
}

TEST(SimulatedClockTest, TimePassesOnlyWhenTold) {
  SimulatedClock clock({.now_ns = 100'000'000, .wall_ns = 5'000'000'000});
  EXPECT_EQ(clock.NowNs(), 100'000'000);
  EXPECT_EQ(clock.WallNs(), 5'000'000'000);
  clock.Advance(5'000'000);
  EXPECT_EQ(clock.NowNs(), 105'000'000);
  EXPECT_EQ(clock.CoarseNs(), 104'000'000);
  EXPECT_EQ(clock.WallNs(), 5'005'000'000);
  clock.AdvanceTo(1);  // Not back.
  EXPECT_EQ(clock.NowNs(), 105'000'000);
  clock.SetWall(1);
  clock.AdvanceTo(105'000'010);
  EXPECT_EQ(clock.WallNs(), 11);
}

template <typename T>
class RandomConformance : public testing::Test {
 protected:
  T random_;
};

struct SeededRandomHolder {
  SimulatedRandom random{42};
};
struct SystemRandomHolder {
  SystemRandom random;
};
using Randoms = testing::Types<SystemRandomHolder, SeededRandomHolder>;
TYPED_TEST_SUITE(RandomConformance, Randoms);

TYPED_TEST(RandomConformance, BitsAreUniform) {
  std::array<int, 64> set = {};
  for (int i = 0; i < 20000; ++i) {
    const uint64_t drawn = this->random_.random.Next();
    for (size_t bit = 0; bit < set.size(); ++bit) set[bit] += drawn >> bit & 1;
  }
  for (const int count : set) EXPECT_NEAR(count, 10000, 425);  // Six standard deviations.
}

TYPED_TEST(RandomConformance, FillIsUniformAtEveryLengthAndTouchesNothingElse) {
  for (size_t length = 0; length <= 33; ++length) {
    std::array<int, 33> ones = {};
    for (int i = 0; i < 500; ++i) {
      std::array<std::byte, 35> bytes = {};
      this->random_.random.Fill(std::span(bytes).subspan(1, length));
      for (size_t b = 0; b < length; ++b) ones[b] += static_cast<int>(bytes[b + 1] & std::byte{1});
      EXPECT_EQ(bytes[0], std::byte{0});
      EXPECT_EQ(bytes[length + 1], std::byte{0});
    }
    for (size_t b = 0; b < length; ++b) EXPECT_NEAR(ones[b], 250, 80);  // Seven standard deviations.
  }
}

TYPED_TEST(RandomConformance, BoundedNumbersReachAllBelowTheBoundAndNoOther) {
  for (const uint64_t bound : {1, 2, 3, 10, 64}) {
    std::set<uint64_t> drawn;
    for (int i = 0; i < 5000; ++i) drawn.insert(RandomBelow(this->random_.random, bound));
    EXPECT_EQ(drawn.size(), bound);
    EXPECT_LT(*drawn.rbegin(), bound);
  }
  const uint64_t half = uint64_t{1} << 63;  // Nearly half of all words are rejected.
  for (int i = 0; i < 100; ++i) EXPECT_LE(RandomBelow(this->random_.random, half + 1), half);
}

TYPED_TEST(RandomConformance, ThreadsMayDrawTogetherAndGetDifferentNumbers) {
  std::array<std::vector<uint64_t>, 4> drawn;
  std::vector<std::thread> threads;
  for (std::vector<uint64_t>& own : drawn) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) own.push_back(this->random_.random.Next());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<uint64_t> all;
  for (const std::vector<uint64_t>& own : drawn) all.insert(own.begin(), own.end());
  EXPECT_EQ(all.size(), 8000u);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
