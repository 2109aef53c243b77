// Demands: what a task needs besides a worker, in thousandths.
#include <cstdint>
#include <optional>
#include <vector>

#include "tests/conformance/scheduler_fixture.h"

namespace manta::conformance {
namespace {

using ::testing::Optional;
using ::testing::UnorderedElementsAreArray;

class Resources : public SchedulerConformance {};

TEST_F(Resources, PopAcquiresTheDemand) {
  Start(kWorkers, {1000});
  const uint32_t most = Define({{0, 600}});
  for (const uint32_t from : {0u, kOutside}) {
    Push(from, {{.task = 1, .demand = most}});
    EXPECT_TRUE(Acquire(most)) << "queued tasks take nothing";
    Return(most);
    EXPECT_THAT(Pop(0), Optional(ReadyTask{.task = 1, .demand = most}));
    EXPECT_FALSE(Acquire(most));
    Return(most);
    EXPECT_TRUE(Acquire(most));
    Return(most);
  }
}

TEST_F(Resources, ATaskThatDoesNotFitIsPassedOver) {
  Start(kWorkers, {1000});
  const uint32_t all = Define({{0, 1000}});
  ASSERT_TRUE(Acquire(all));
  for (const uint32_t from : {0u, kOutside}) {
    Push(from, {{.task = 1, .demand = all}, {.task = 2}});
    Push(1, {{.task = 3}});
    Push(kOutside, {{.task = 4}, {.task = 5, .demand = all}});
    EXPECT_THAT(PopAll(0), UnorderedElementsAreArray({2, 3, 4}));
    Return(all);
    ASSERT_TRUE(Pop(0).has_value());
    EXPECT_EQ(Pop(0), std::nullopt) << "the other one does not fit";
    Return(all);
    ASSERT_TRUE(Pop(2).has_value());
  }
}

TEST_F(Resources, ThousandthsAreCounted) {
  Start(kWorkers, {1000});
  const uint32_t third = Define({{0, 333}});
  const uint32_t rest = Define({{0, 1}});
  PushRange(0, 1, 4, third);
  EXPECT_EQ(PopAll(0).size(), 3u);
  PushRange(kOutside, 11, 12, rest);
  EXPECT_EQ(PopAll(1).size(), 1u) << "a thousandth is left, for one of them";
}

TEST_F(Resources, ADemandOfSeveralResourcesFitsIfEachDoes) {
  Start(kWorkers, {1000, 500, 2000});
  const uint32_t both = Define({{2, 1500}, {0, 500}});
  const uint32_t first = Define({{0, 600}});
  const uint32_t last = Define({{2, 600}});
  ASSERT_TRUE(Acquire(both));
  EXPECT_FALSE(Acquire(first)) << "500 are left of resource 0";
  EXPECT_FALSE(Acquire(last)) << "500 are left of resource 2";
  EXPECT_FALSE(Acquire(both));
  Return(both);
  EXPECT_TRUE(Acquire(first)) << "what failed has taken nothing";
  EXPECT_TRUE(Acquire(last));
  EXPECT_FALSE(Acquire(both));
}

TEST_F(Resources, DemandsAreIndependentWhereTheyShareNothing) {
  Start(kWorkers, {1000, 1000});
  const uint32_t first = Define({{0, 1000}});
  const uint32_t second = Define({{1, 1000}});
  PushRange(0, 1, 2, first);
  PushRange(0, 3, 4, second);
  EXPECT_EQ(PopAll(0).size(), 2u);
  Return(second);
  const std::optional<ReadyTask> next = Pop(0);
  ASSERT_TRUE(next.has_value());
  EXPECT_EQ(next->demand, second);
}

TEST_F(Resources, DemandZeroAlwaysFits) {
  Start(kWorkers, {1000});
  const uint32_t all = Define({{0, 1000}});
  ASSERT_TRUE(Acquire(all));
  EXPECT_TRUE(Acquire(0));
  EXPECT_TRUE(Acquire(0));
  EXPECT_EQ(Return(0), 0u);
  Push(0, {{.task = 1}});
  EXPECT_EQ(Return(0), 0u);
  EXPECT_THAT(Pop(0), Optional(ReadyTask{.task = 1}));
}

TEST_F(Resources, AnEmptySetNeedsNothing) {
  Start(kWorkers, {1000});
  const uint32_t nothing = Define({});
  const uint32_t all = Define({{0, 1000}});
  ASSERT_TRUE(Acquire(all));
  Push(0, {{.task = 1, .demand = nothing}});
  EXPECT_THAT(Pop(0), Optional(ReadyTask{.task = 1, .demand = nothing}));
}

TEST_F(Resources, EqualSetsNeedTheSameWhateverTheirOrder) {
  Start(kWorkers, {1000, 1000});
  const uint32_t one = Define({{0, 600}, {1, 700}});
  const uint32_t other = Define({{1, 700}, {0, 600}});
  ASSERT_TRUE(Acquire(one));
  EXPECT_FALSE(Acquire(other));
  Return(one);
  EXPECT_TRUE(Acquire(other));
}

TEST_F(Resources, LargeCapacitiesDoNotWrap) {
  Start(kWorkers, {UINT64_MAX});
  const uint32_t large = Define({{0, UINT32_MAX}});
  PushRange(0, 1, 100, large);
  EXPECT_EQ(PopAll(0).size(), 100u);
}

TEST_F(Resources, WhatIsReturnedFitsTheNextTask) {
  Start(kWorkers, {1000});
  const uint32_t half = Define({{0, 500}});
  for (const uint32_t from : {0u, kOutside}) {
    PushRange(from, 1, 20, half);
    uint64_t popped = PopAll(0).size();
    EXPECT_EQ(popped, 2u);
    for (uint32_t i = 0; popped < 20; ++i) {
      Return(half);
      const std::optional<ReadyTask> task = Pop(i % kWorkers);
      ASSERT_TRUE(task.has_value()) << "after " << popped;
      ++popped;
    }
    Return(half);
    Return(half);
  }
}

// The estimate may be too high, never too low: those that may fit now are popped.
TEST_F(Resources, ReturnTellsHowManyMoreMayFit) {
  Start(kWorkers, {1000, 1000});
  const uint32_t all = Define({{0, 1000}});
  const uint32_t fifth = Define({{0, 200}});
  const uint32_t tenth = Define({{0, 100}, {1, 100}});
  ASSERT_TRUE(Acquire(all));
  PushRange(0, 1, 3, fifth);
  PushRange(kOutside, 4, 5, tenth);
  EXPECT_EQ(PopAll(0).size(), 0u);
  const uint64_t told = Return(all);
  EXPECT_GE(told, PopAll(0).size());
  EXPECT_GE(told, 5u);
}

TEST_F(Resources, ReturnTellsOfTasksThatNobodyTriedYet) {
  Start(kWorkers, {1000});
  const uint32_t all = Define({{0, 1000}});
  ASSERT_TRUE(Acquire(all));
  PushRange(0, 1, 1, all);
  EXPECT_GE(Return(all), 1u);
}

TEST_F(Resources, ReturnTellsNothingWhenNobodyNeedsIt) {
  Start(kWorkers, {1000, 1000});
  const uint32_t first = Define({{0, 1000}});
  const uint32_t second = Define({{1, 1000}});
  ASSERT_TRUE(Acquire(first));
  EXPECT_EQ(Return(first), 0u);
  ASSERT_TRUE(Acquire(first));
  ASSERT_TRUE(Acquire(second));
  PushRange(0, 1, 3, second);
  PushRange(0, 4, 6);
  EXPECT_EQ(Return(first), 0u) << "the queued tasks need nothing of resource 0";
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
