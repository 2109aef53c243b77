// The life cycles, as tables: every phase with every event.

#include <gtest/gtest.h>

#include <set>

#include "core/runtime/actor_life.h"
#include "core/runtime/task_life.h"

namespace manta {
namespace {

TEST(TaskLifeTest, EveryPhaseWithEveryEvent) {
  using P = TaskPhase;
  using E = TaskEvent;
  using A = TaskAction;
  struct Row {
    P phase;
    E event;
    P next;
    A action;
  };
  constexpr Row kChanges[] = {
      {P::kNew, E::kRegistered, P::kWaiting, A::kWait},
      {P::kWaiting, E::kArgumentsReady, P::kQueued, A::kEnqueue},
      {P::kWaiting, E::kEnd, P::kFinished, A::kPublish},
      {P::kQueued, E::kClaim, P::kRunning, A::kRun},
      {P::kQueued, E::kEnd, P::kFinished, A::kPublish},
      {P::kRunning, E::kReturn, P::kFinished, A::kPublish},
      {P::kRunning, E::kRetry, P::kQueued, A::kEnqueue},
      {P::kRunning, E::kEnd, P::kAbandoned, A::kPublishOnly},
      {P::kAbandoned, E::kReturn, P::kFinished, A::kClean},
      {P::kRunning, E::kSuspend, P::kSuspended, A::kSuspend},
      {P::kAbandoned, E::kSuspend, P::kAbandoned, A::kUnwind},
      {P::kSuspended, E::kResume, P::kResuming, A::kEnqueue},
      {P::kSuspended, E::kEnd, P::kUnwinding, A::kPublishOnly},
      {P::kResuming, E::kClaim, P::kRunning, A::kRun},
      {P::kResuming, E::kEnd, P::kUnwinding, A::kPublishOnly},
      {P::kUnwinding, E::kResume, P::kUnwinding, A::kEnqueue},
      {P::kUnwinding, E::kClaim, P::kAbandoned, A::kUnwind},
  };
  for (uint8_t p = 0; p < kTaskPhaseCount; ++p) {
    for (uint8_t e = 0; e < kTaskEventCount; ++e) {
      const TaskStep step = StepTask(static_cast<P>(p), static_cast<E>(e));
      bool listed = false;
      for (const Row& row : kChanges) {
        if (row.phase != static_cast<P>(p) || row.event != static_cast<E>(e)) continue;
        listed = true;
        EXPECT_EQ(step.next, row.next) << int{p} << " " << int{e};
        EXPECT_EQ(step.action, row.action) << int{p} << " " << int{e};
      }
      if (listed) continue;
      EXPECT_EQ(step.next, static_cast<P>(p)) << int{p} << " " << int{e};
      EXPECT_EQ(step.action, A::kIgnore) << int{p} << " " << int{e};
    }
  }
}

// Whatever the order of events, a result is published once, and the code's arguments are destroyed once.
TEST(TaskLifeTest, EveryHistoryPublishesOnceAndCleansOnce) {
  struct State {
    TaskPhase phase;
    int published;
    int cleaned;
    auto operator<=>(const State&) const = default;
  };
  std::set<State> seen;
  std::set<State> open = {{TaskPhase::kNew, 0, 0}};
  while (!open.empty()) {
    const State state = *open.begin();
    open.erase(open.begin());
    if (!seen.insert(state).second) continue;
    for (uint8_t e = 0; e < kTaskEventCount; ++e) {
      const TaskStep step = StepTask(state.phase, static_cast<TaskEvent>(e));
      State next = {step.next, state.published, state.cleaned};
      if (step.action == TaskAction::kPublish || step.action == TaskAction::kPublishOnly) ++next.published;
      if (step.action == TaskAction::kPublish || step.action == TaskAction::kClean) ++next.cleaned;
      ASSERT_LE(next.published, 1);
      ASSERT_LE(next.cleaned, 1);
      if (next.phase == TaskPhase::kFinished) {
        ASSERT_EQ(next.published, 1);
        ASSERT_EQ(next.cleaned, 1);
      }
      open.insert(next);
    }
  }
  EXPECT_EQ(seen.size(), 9u);
}

TEST(ActorLifeTest, StartsServesAndEndsOnce) {
  ActorLife life({});
  EXPECT_EQ(life.phase(), ActorPhase::kStarting);
  EXPECT_EQ(life.Step(ActorEvent::kBegin, 0), ActorAction::kIgnore);
  EXPECT_EQ(life.Step(ActorEvent::kFailed, 0), ActorAction::kIgnore);
  EXPECT_EQ(life.Step(ActorEvent::kConstructed, 0), ActorAction::kServe);
  EXPECT_EQ(life.Step(ActorEvent::kConstructed, 0), ActorAction::kIgnore);
  EXPECT_EQ(life.Step(ActorEvent::kLastHandle, 0), ActorAction::kEnd);
  for (const ActorEvent event : {ActorEvent::kConstructed, ActorEvent::kConstructorFailed, ActorEvent::kFailed,
                                 ActorEvent::kBegin, ActorEvent::kKill, ActorEvent::kLastHandle}) {
    EXPECT_EQ(life.Step(event, 0), ActorAction::kIgnore);
  }
}

TEST(ActorLifeTest, RestartsUntilTheyAreUsedUp) {
  ActorLife life({.restarts_max = 2});
  life.Step(ActorEvent::kConstructed, 0);
  for (uint64_t incarnation = 2; incarnation <= 3; ++incarnation) {
    EXPECT_EQ(life.Step(ActorEvent::kFailed, 0), ActorAction::kRestart);
    EXPECT_EQ(life.Step(ActorEvent::kBegin, 0), ActorAction::kConstruct);
    EXPECT_EQ(life.incarnation(), incarnation);
    EXPECT_EQ(life.Step(ActorEvent::kConstructed, 0), ActorAction::kServe);
  }
  EXPECT_EQ(life.Step(ActorEvent::kFailed, 0), ActorAction::kEnd);
  EXPECT_EQ(life.restart_count(), 2u);
}

TEST(ActorLifeTest, AWindowForgetsOldRestarts) {
  ActorLife life({.restarts_max = 2, .window_ns = 100});
  for (int64_t now_ns = 0; now_ns < 1000; now_ns += 60) {  // Two in any window of 100.
    EXPECT_EQ(life.Step(ActorEvent::kConstructorFailed, now_ns), ActorAction::kRestart) << now_ns;
    EXPECT_EQ(life.Step(ActorEvent::kBegin, now_ns), ActorAction::kConstruct);
  }
  EXPECT_EQ(life.Step(ActorEvent::kConstructorFailed, 961), ActorAction::kEnd);  // The third, after 900 and 960.
}

TEST(ActorLifeTest, AKillEndsEveryPhase) {
  ActorLife starting({});
  EXPECT_EQ(starting.Step(ActorEvent::kKill, 0), ActorAction::kEnd);
  ActorLife restarting({.restarts_max = 1});
  restarting.Step(ActorEvent::kConstructorFailed, 0);
  EXPECT_EQ(restarting.phase(), ActorPhase::kRestarting);
  EXPECT_EQ(restarting.Step(ActorEvent::kKill, 0), ActorAction::kEnd);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
