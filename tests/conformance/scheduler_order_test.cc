// Orders that a plugin declares, and the one that all owe: no task is passed over for ever.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tests/conformance/scheduler_fixture.h"
#include "tests/conformance/support/suite.h"
#include "tests/conformance/support/suite_report.h"

namespace manta::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

class Order : public SchedulerConformance {
 protected:
  // True when the plugin does not declare the order; noted in the table.
  static bool Lacks(uint64_t capability, const char* name) {
    if (Plugin().Has(capability)) return false;
    NoteNotMeasured(Concat("the plugin does not declare ", name));
    return true;
  }
  static bool LacksFifo() { return Lacks(Scheduler::kCapabilityFifo, "kCapabilityFifo"); }
  static bool LacksPriorities() { return Lacks(Scheduler::kCapabilityPriorities, "kCapabilityPriorities"); }
};

TEST_F(Order, EqualPrioritiesArePoppedInTheOrderOfPush) {
  Start();
  if (LacksFifo()) return;
  std::vector<ReadyTask> batch;
  for (uint64_t task = 101; task <= 150; ++task) batch.push_back({.task = task, .priority = 3});
  for (uint64_t task = 1; task <= 100; ++task)
    Push(task % 5 == 4 ? kOutside : task % 5, {{.task = task, .priority = 3}});
  Push(2, batch);
  std::vector<uint64_t> popped;
  for (uint32_t i = 0; i < 150; ++i) popped.push_back(Pop(i % kWorkers).value_or(ReadyTask{}).task);
  EXPECT_THAT(popped, ElementsAreArray(Range(1, 150)));
}

TEST_F(Order, EqualPrioritiesThatFitArePoppedInTheOrderOfPush) {
  Start(kWorkers, {1000, 1000});
  if (LacksFifo()) return;
  const uint32_t first = Define({{0, 1000}});
  const uint32_t second = Define({{1, 1000}});
  ASSERT_TRUE(Acquire(first));
  Push(0, {{.task = 1, .demand = first}, {.task = 2}, {.task = 3, .demand = second}, {.task = 4}});
  Push(kOutside, {{.task = 5, .demand = second}, {.task = 6}});
  EXPECT_THAT(PopAll(0), ElementsAre(2, 3, 4, 6));
  Return(first);
  Return(second);
  EXPECT_THAT(PopAll(0), ElementsAre(1, 5)) << "those passed over keep their place";
}

TEST_F(Order, HigherPrioritiesArePoppedFirst) {
  Start();
  if (LacksPriorities()) return;
  std::mt19937_64 random(Options().seed);
  std::vector<int32_t> priorities = {INT32_MIN, INT32_MAX, 0, -1, 1};
  while (priorities.size() < 200) priorities.push_back(static_cast<int32_t>(random()));
  for (uint64_t task = 0; task < priorities.size(); ++task) {
    Push(task % 5 == 4 ? kOutside : task % 5, {{.task = task, .priority = priorities[task]}});
  }
  std::vector<int32_t> popped;
  for (uint32_t i = 0; i < 200; ++i) popped.push_back(Pop(i % kWorkers).value_or(ReadyTask{}).priority);
  std::sort(priorities.rbegin(), priorities.rend());
  EXPECT_EQ(popped, priorities);
}

TEST_F(Order, AHigherPriorityThatDoesNotFitDoesNotWait) {
  Start(kWorkers, {1000});
  if (LacksPriorities()) return;
  const uint32_t all = Define({{0, 1000}});
  ASSERT_TRUE(Acquire(all));
  Push(0, {{.task = 1, .priority = 9, .demand = all}, {.task = 2, .priority = 1}, {.task = 3, .priority = 2}});
  EXPECT_THAT(Pop(0), testing::Optional(ReadyTask{.task = 3, .priority = 2}));
  Return(all);
  EXPECT_THAT(Pop(0), testing::Optional(ReadyTask{.task = 1, .priority = 9, .demand = all}));
}

// Fairness: a task waits while others keep coming, and counts the pops until it is popped itself.
class Fairness : public SchedulerConformance {
 protected:
  static constexpr uint64_t kOld = 1;

  // `from` pushes the old task among `queued_before` others; then `busy` workers pop in turn, each pushing
  // `push_count` new tasks before each pop.
  void Wait(uint32_t from, uint64_t queued_before, uint32_t busy, uint32_t push_count, bool demanding = false) {
    SCOPED_TRACE(Concat("from ", from, ", ", queued_before, " queued before, ", busy, " busy workers, ", push_count,
                        " new tasks each time", demanding ? ", with a demand" : ""));
    uint64_t next = kOld;
    for (uint64_t i = 0; i < queued_before; ++i) Push(from, {{.task = ++next}});
    Push(from, {{.task = kOld, .demand = demanding ? demand_ : 0}});
    // Those that never pop may hold tasks as well; `from` counts even if it only pushed.
    const uint64_t bound = (queued_before + 1) * (busy + 2) * Scheduler::kOvertakeFactorMax;
    uint64_t pops = 0;
    for (bool popped = false; !popped; ++pops) {
      ASSERT_LE(pops, bound) << "task " << kOld << " is not popped yet";
      const uint32_t worker = kWorkers - 1 - pops % busy;
      for (uint32_t i = 0; i < push_count; ++i) Push(worker, {{.task = ++next}});
      const std::optional<ReadyTask> task = Pop(worker);
      ASSERT_TRUE(task.has_value());
      popped = task->task == kOld;
    }
    if (demanding) Return(demand_);
    while (!Drain(10'000).empty()) {
    }
  }

  void WaitEachWay(uint32_t from) {
    Start(kWorkers, {1000});
    demand_ = Define({{0, 1000}});
    Wait(from, 0, 1, 1);
    Wait(from, 0, 3, 1);
    Wait(from, 5, 1, 1);
    Wait(from, 20, 3, 1);
    Wait(from, 3, 1, 2);
    Wait(from, 0, 3, 2);
    Wait(from, 0, 1, 1, true);
    Wait(from, 3, 3, 2, true);
  }

 private:
  uint32_t demand_ = 0;
};

TEST_F(Fairness, ATaskOfAWorkerThatNeverPopsIsPoppedInTime) { WaitEachWay(0); }

TEST_F(Fairness, ATaskOfABusyWorkerIsPoppedInTime) { WaitEachWay(kWorkers - 1); }

TEST_F(Fairness, ATaskFromOutsideIsPoppedInTime) { WaitEachWay(kOutside); }

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
