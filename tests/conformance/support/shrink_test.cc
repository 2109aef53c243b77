#include "tests/conformance/support/shrink.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta::conformance {
namespace {

std::vector<int> Numbers(int count) {
  std::vector<int> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

bool Holds(const std::vector<int>& calls, int call) {
  return std::find(calls.begin(), calls.end(), call) != calls.end();
}

TEST(ShrinkTest, KeepsOnlyWhatIsNeededToFail) {
  const auto fails = [](const std::vector<int>& calls) { return Holds(calls, 17) && Holds(calls, 900); };
  EXPECT_THAT(Shrink(Numbers(1000), fails), testing::ElementsAre(17, 900));
}

TEST(ShrinkTest, KeepsNothingWhenNothingIsNeeded) {
  EXPECT_THAT(Shrink(Numbers(100), [](const std::vector<int>&) { return true; }), testing::IsEmpty());
}

TEST(ShrinkTest, LeavesOutPairsThatNeedEachOther) {
  // 5 may only go after 6 went.
  const auto fails = [](const std::vector<int>& calls) {
    return Holds(calls, 3) && (!Holds(calls, 6) || Holds(calls, 5));
  };
  EXPECT_THAT(Shrink(Numbers(10), fails), testing::ElementsAre(3));
}

TEST(ShrinkTest, StopsAfterTheRunsItMay) {
  int runs = 0;
  const auto fails = [&](const std::vector<int>& calls) { return ++runs, calls.size() == 64; };
  EXPECT_EQ(Shrink(Numbers(64), fails, 10).size(), 64u);
  EXPECT_EQ(runs, 10);
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
