// What becomes of one task: pushed, popped, taken back, drained; and the codes of calls that fail.
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "tests/conformance/scheduler_fixture.h"

namespace manta::conformance {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::UnorderedElementsAreArray;

constexpr auto kInvalidArgument = absl::StatusCode::kInvalidArgument;
constexpr auto kResourceExhausted = absl::StatusCode::kResourceExhausted;

class LifeCycle : public SchedulerConformance {};

TEST_F(LifeCycle, ATaskIsPoppedOnceAsItWasPushed) {
  Start();
  for (const uint32_t from : {0u, 3u, kOutside}) {
    const ReadyTask task = {.task = 77, .priority = -5};
    Push(from, {task});
    EXPECT_THAT(Pop(0), Optional(task));
    EXPECT_EQ(Pop(0), std::nullopt);
  }
}

TEST_F(LifeCycle, AnyWorkerPopsWhatAnyOtherPushed) {
  Start();
  uint64_t number = 0;
  for (const uint32_t from : {0u, 1u, 2u, 3u, kOutside}) {
    for (uint32_t worker = 0; worker < kWorkers; ++worker) {
      Push(from, {{.task = ++number}});
      EXPECT_THAT(Pop(worker), Optional(ReadyTask{.task = number})) << "from " << from << " to " << worker;
    }
  }
}

TEST_F(LifeCycle, PopWithNothingQueuedIsFalse) {
  Start();
  for (uint32_t worker = 0; worker < kWorkers; ++worker) EXPECT_EQ(Pop(worker), std::nullopt);
}

TEST_F(LifeCycle, APushOfSeveralQueuesEach) {
  Start();
  for (const uint32_t from : {1u, kOutside}) {
    Push(from, {{.task = 1}, {.task = 2, .priority = 9}, {.task = 3, .priority = -9}, {.task = 4}});
    EXPECT_THAT(PopAll(0), UnorderedElementsAreArray(Range(1, 4)));
  }
}

TEST_F(LifeCycle, APushOfNothingIsOk) {
  Start();
  Push(0, {});
  Push(kOutside, {});
  EXPECT_EQ(Pop(0), std::nullopt);
}

// A handle is a number: a cancelled task's memory may be gone while it is queued.
TEST_F(LifeCycle, AHandleMayBeAnyNumber) {
  Start();
  const std::vector<uint64_t> handles = {0, 1, 8, std::numeric_limits<uint64_t>::max(), uint64_t{1} << 63, 0xdead};
  for (const uint32_t from : {0u, kOutside}) {
    for (const uint64_t handle : handles) Push(from, {{.task = handle}});
    EXPECT_THAT(PopAll(1), UnorderedElementsAreArray(handles));
  }
}

TEST_F(LifeCycle, AHandleMayBeQueuedAgain) {
  Start();
  for (int i = 0; i < 100; ++i) {
    Push(i % 2 == 0 ? 0 : kOutside, {{.task = 5, .priority = i}});
    EXPECT_THAT(Pop(i % 3), Optional(ReadyTask{.task = 5, .priority = i}));
  }
}

TEST_F(LifeCycle, PrioritiesMayBeAnyNumber) {
  Start();
  const int32_t least = std::numeric_limits<int32_t>::min();
  const int32_t most = std::numeric_limits<int32_t>::max();
  Push(0, {{.task = 1, .priority = least}, {.task = 2, .priority = most}, {.task = 3, .priority = -1}});
  EXPECT_THAT(PopAll(0), UnorderedElementsAreArray(Range(1, 3)));
}

TEST_F(LifeCycle, NoTaskIsLostWhileAQueueGrows) {
  Start();
  constexpr uint64_t kCount = 20'000;
  for (const uint32_t from : {2u, kOutside}) {
    std::vector<uint64_t> popped;
    // Three come and one goes, so that queues are not filled from their start.
    for (uint64_t task = 1; task <= kCount; ++task) {
      Push(from, {{.task = task}});
      if (task % 3 != 0) continue;
      const std::optional<ReadyTask> one = Pop(2);
      if (one.has_value()) popped.push_back(one->task);
    }
    const std::vector<uint64_t> rest = PopAll(1);
    popped.insert(popped.end(), rest.begin(), rest.end());
    EXPECT_EQ(Sorted(popped), Range(1, kCount));
  }
}

TEST_F(LifeCycle, EveryWorkerBelowTheLargestNumberPushesAndPops) {
  Start(Scheduler::kWorkerCountMax);
  for (uint32_t worker = 0; worker < Scheduler::kWorkerCountMax; ++worker) Push(worker, {{.task = worker}});
  std::vector<uint64_t> popped;
  for (uint32_t worker = Scheduler::kWorkerCountMax; worker-- > 0;) {
    const std::optional<ReadyTask> task = Pop(worker);
    if (task.has_value()) popped.push_back(task->task);
  }
  EXPECT_EQ(Sorted(popped), Range(0, Scheduler::kWorkerCountMax - 1));
}

TEST_F(LifeCycle, OneWorkerIsEnough) {
  Start(1);
  PushRange(0, 1, 5);
  PushRange(kOutside, 6, 9);
  EXPECT_THAT(PopAll(0), UnorderedElementsAreArray(Range(1, 9)));
}

class Stats : public SchedulerConformance {};

TEST_F(Stats, CountWhatIsQueuedAndWasPushed) {
  Start();
  EXPECT_EQ(scheduler().Stats().queued_count, 0u);
  Push(0, {{.task = 1}, {.task = 2}});
  PushRange(kOutside, 3, 12);
  EXPECT_EQ(scheduler().Stats().queued_count, 12u);
  EXPECT_EQ(scheduler().Stats().pushed_count, 12u);
  for (int i = 0; i < 5; ++i) Pop(1);
  EXPECT_EQ(scheduler().Stats().queued_count, 7u);
  EXPECT_EQ(scheduler().Stats().pushed_count, 12u);
}

TEST_F(Stats, WhatAWorkerPushedAndPopsItselfIsNotStolen) {
  Start();
  PushRange(2, 1, 500);
  PopAll(2);
  EXPECT_EQ(scheduler().Stats().stolen_count, 0u);
}

class TakesBack : public SchedulerConformance {};

TEST_F(TakesBack, ATaskIsTakenOutOrStaysQueued) {
  Start();
  for (const auto& [from, taken_by] : {std::pair(1u, 1u), std::pair(kOutside, 1u), std::pair(kOutside, kOutside)}) {
    PushRange(from, 1, 10);
    std::vector<uint64_t> left;
    // The newest, the oldest, one in the middle: cheap or not.
    for (const uint64_t task : {10, 1, 5, 9}) {
      if (!TakeBack(taken_by, task)) left.push_back(task);
    }
    for (const uint64_t task : {2, 3, 4, 6, 7, 8}) left.push_back(task);
    EXPECT_THAT(PopAll(1), UnorderedElementsAreArray(left));
  }
}

TEST_F(TakesBack, ATaskThatIsNotQueuedIsNotTaken) {
  Start();
  EXPECT_FALSE(TakeBack(0, 0));
  EXPECT_FALSE(TakeBack(0, 7));
  EXPECT_FALSE(TakeBack(kOutside, 7));
  Push(0, {{.task = 7}});
  EXPECT_THAT(Pop(0), Optional(ReadyTask{.task = 7}));
  EXPECT_FALSE(TakeBack(0, 7)) << "it was popped";
  Push(0, {{.task = 8}});
  if (TakeBack(0, 8)) {
    EXPECT_FALSE(TakeBack(0, 8)) << "it was taken back";
  }
  Push(0, {{.task = 9}});
  EXPECT_FALSE(TakeBack(0, 8));
}

TEST_F(TakesBack, ATaskTakenBackMayBeQueuedAgain) {
  Start();
  for (int i = 0; i < 1000; ++i) {
    Push(0, {{.task = 7}});
    if (!TakeBack(0, 7)) {
      EXPECT_THAT(Pop(0), Optional(ReadyTask{.task = 7}));
    }
  }
}

TEST_F(TakesBack, NothingIsAcquired) {
  Start(kWorkers, {1000});
  const uint32_t all = Define({{0, 1000}});
  Push(0, {{.task = 1, .demand = all}});
  const bool taken = TakeBack(0, 1);
  EXPECT_TRUE(Acquire(all)) << "taken back: " << taken;
}

class Drains : public SchedulerConformance {};

TEST_F(Drains, TasksOfAllWorkersAndFromOutside) {
  Start();
  for (uint32_t worker = 0; worker < kWorkers; ++worker) PushRange(worker, worker * 100, worker * 100 + 49);
  PushRange(kOutside, 1000, 1049);
  EXPECT_EQ(Drain(1000).size(), 250u);  // Which they are, the fixture checks.
  EXPECT_EQ(scheduler().Stats().queued_count, 0u);
}

TEST_F(Drains, WhateverTasksNeedAndAcquiresNothing) {
  Start(kWorkers, {1000});
  const uint32_t all = Define({{0, 1000}});
  ASSERT_TRUE(Acquire(all));
  PushRange(0, 1, 3, all);
  PushRange(kOutside, 4, 6, all);
  EXPECT_EQ(Pop(0), std::nullopt);  // They are found not to fit.
  EXPECT_EQ(Drain(10).size(), 6u);
  Return(all);
  EXPECT_TRUE(Acquire(all));
}

TEST_F(Drains, AsManyAsThereIsRoomFor) {
  Start();
  PushRange(0, 1, 10);
  PushRange(kOutside, 11, 20);
  EXPECT_THAT(Drain(0), IsEmpty());
  EXPECT_EQ(Drain(7).size(), 7u);
  EXPECT_EQ(Drain(7).size(), 7u);
  EXPECT_EQ(Drain(7).size(), 6u);
  EXPECT_THAT(Drain(7), IsEmpty());
}

class Lists : public SchedulerConformance {
 protected:
  std::vector<uint64_t> List(uint64_t count_max) {
    std::vector<ReadyTask> tasks(count_max);
    const uint64_t count = scheduler().List(tasks);
    EXPECT_LE(count, count_max);
    std::vector<uint64_t> numbers;
    for (uint64_t i = 0; i < count && i < count_max; ++i) numbers.push_back(tasks[i].task);
    return Sorted(numbers);
  }
};

TEST_F(Lists, WhateverIsQueued) {
  Start(kWorkers, {1000});
  EXPECT_THAT(List(10), IsEmpty());
  const uint32_t all = Define({{0, 1000}});
  ASSERT_TRUE(Acquire(all));
  for (uint32_t worker = 0; worker < kWorkers; ++worker) PushRange(worker, 2 * worker + 1, 2 * worker + 2);
  PushRange(kOutside, 9, 10);
  PushRange(0, 11, 12, all);
  Push(kOutside, {{.task = 13, .priority = 5}, {.task = 14, .demand = all}});
  EXPECT_EQ(List(100), Range(1, 14));
  Return(all);
}

TEST_F(Lists, NothingThatWasTaken) {
  Start();
  PushRange(1, 1, 8);
  std::vector<uint64_t> left = Range(1, 8);
  for (int i = 0; i < 8; ++i) {
    const std::optional<ReadyTask> task = Pop(1);
    ASSERT_TRUE(task.has_value());
    std::erase(left, task->task);
    EXPECT_EQ(List(100), left);
  }
}

TEST_F(Lists, AsManyAsThereIsRoomForAndTakesNone) {
  Start();
  PushRange(0, 1, 5);
  PushRange(kOutside, 6, 10);
  EXPECT_THAT(List(0), IsEmpty());
  const std::vector<uint64_t> some = List(7);
  EXPECT_EQ(some.size(), 7u);
  EXPECT_THAT(Range(1, 10), ::testing::IsSupersetOf(some));
  EXPECT_EQ(List(10), Range(1, 10));
  EXPECT_EQ(scheduler().Stats().queued_count, 10u);
}

class Errors : public SchedulerConformance {
 protected:
  void ExpectRefused(std::initializer_list<ResourceAmount> amounts, const std::string& named) {
    const absl::Status status = scheduler().DefineDemand(std::span(amounts.begin(), amounts.size())).status();
    EXPECT_THAT(status, HasCode(kInvalidArgument));
    EXPECT_THAT(std::string(status.message()), HasSubstr(named));
  }
};

TEST_F(Errors, StartWithoutWorkersIsInvalidArgument) {
  const OwnScheduler scheduler;
  EXPECT_THAT(scheduler->Start({.worker_count_max = 0}), HasCode(kInvalidArgument));
  Start();
}

TEST_F(Errors, StartWithMoreWorkersThanThereMayBeIsInvalidArgument) {
  const OwnScheduler scheduler;
  const absl::Status status = scheduler->Start({.worker_count_max = Scheduler::kWorkerCountMax + 1});
  EXPECT_THAT(status, HasCode(kInvalidArgument));
  EXPECT_THAT(std::string(status.message()), HasSubstr("1025"));
  Start();
}

TEST_F(Errors, ADemandOfAnUnknownResourceIsInvalidArgument) {
  Start(kWorkers, {1000, 1000});
  ExpectRefused({{7, 1}}, "7");
  ExpectRefused({{0, 1}, {2, 1}}, "2");
}

TEST_F(Errors, ADemandThatNamesAResourceTwiceIsInvalidArgument) {
  Start(kWorkers, {1000, 1000});
  ExpectRefused({{1, 1}, {0, 1}, {1, 2}}, "1");
}

TEST_F(Errors, ADemandOfNothingOfAResourceIsInvalidArgument) {
  Start(kWorkers, {1000});
  ExpectRefused({{0, 0}}, "0");
}

TEST_F(Errors, ADemandThatWouldNeverFitIsInvalidArgument) {
  Start(kWorkers, {1000, 0});
  ExpectRefused({{0, 1001}}, "1001");
  ExpectRefused({{1, 1}}, "1");
  EXPECT_NE(Define({{0, 1000}}), 0u);
}

TEST_F(Errors, MoreDemandsThanThereMayBeAreResourceExhausted) {
  Start(kWorkers, {Scheduler::kDemandCountMax + 1});
  for (uint32_t i = 1; i <= Scheduler::kDemandCountMax; ++i) {
    const ResourceAmount amount = {.resource = 0, .amount_milli = i};
    ASSERT_THAT(scheduler().DefineDemand(std::span(&amount, 1)).status(), IsOk()) << i;
  }
  const ResourceAmount amount = {.resource = 0, .amount_milli = Scheduler::kDemandCountMax + 1};
  EXPECT_THAT(scheduler().DefineDemand(std::span(&amount, 1)).status(), HasCode(kResourceExhausted));
}

TEST_F(Errors, APushWithAnUndefinedDemandIsInvalidArgument) {
  Start(kWorkers, {1000});
  for (const uint32_t from : {0u, kOutside}) {
    for (const uint32_t demand : {uint32_t{1}, uint32_t{12345}, std::numeric_limits<uint32_t>::max()}) {
      const ReadyTask task = {.task = 42, .demand = demand};
      const absl::Status status = scheduler().Push(from, std::span(&task, 1));
      EXPECT_THAT(status, HasCode(kInvalidArgument));
      EXPECT_THAT(std::string(status.message()), HasSubstr("42"));
    }
  }
}

TEST_F(Errors, AFailedPushQueuesNothing) {
  Start(kWorkers, {1000});
  const uint32_t some = Define({{0, 10}});
  const ReadyTask tasks[] = {{.task = 1}, {.task = 2, .demand = some}, {.task = 3, .demand = some + 1}, {.task = 4}};
  for (const uint32_t from : {0u, kOutside}) {
    EXPECT_THAT(scheduler().Push(from, tasks), HasCode(kInvalidArgument));
    EXPECT_EQ(scheduler().Stats().queued_count, 0u);
    EXPECT_EQ(scheduler().Stats().pushed_count, 0u);
    EXPECT_EQ(Pop(0), std::nullopt);
  }
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
