// Faults of reference counting from Ray's issues, by the numbers of docs/reference/faults.md where it has them: none
// happens here.
//
// Left out is F10, a deadlock of two locks: the protocol has no lock.
#include <cstdint>

#include "core/ownership/simulation/test_stage.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

void F1GiverDiesBeforeItReports(Stage& s) {
  const uint32_t object = s.cluster.Create(0);
  s.Hand(0, 1, object);
  s.Hand(1, 2, object);
  s.cluster.Drop(0, object);
  s.cluster.Crash(1);
  s.Quiet();
  // Which of both it is the network says; it is never silent.
  EXPECT_NE(s.cluster.alive(object), s.cluster.lost(2, object));
  EXPECT_EQ(s.cluster.alive(object), s.cluster.has(2, object));
}

void F2InnermostOfThreeIsKept(Stage& s) {
  const uint32_t c = s.cluster.Create(0);
  const uint32_t b = s.cluster.Pack(0, {c});
  const uint32_t a = s.cluster.Pack(0, {b});
  s.cluster.Drop(0, c);
  s.cluster.Drop(0, b);
  s.Give(0, 1, a);
  ASSERT_TRUE(s.cluster.Read(1, a));
  ASSERT_TRUE(s.cluster.Read(1, b));
  s.cluster.Drop(1, c);
  s.cluster.Drop(1, a);
  ASSERT_TRUE(s.cluster.Read(1, b));
  s.cluster.Drop(1, b);
  s.ExpectAlive(c);
  EXPECT_FALSE(s.cluster.alive(b));
  s.cluster.Drop(1, c);
  s.ExpectGone(c);
}

void F3FourHundredDeep(Stage& s) {
  uint32_t object = s.cluster.Create(1);
  for (uint32_t i = 0; i < 400; ++i) {
    const uint32_t outer = s.cluster.Pack(1, {object});
    s.cluster.Drop(1, object);
    object = outer;
  }
  s.Give(1, 0, object);
  for (uint32_t i = 0; i < 400; ++i) {
    ASSERT_TRUE(s.cluster.Read(0, object));
    const uint32_t inner = s.cluster.objects()[object].inner.front();
    s.cluster.Drop(0, object);
    object = inner;
  }
  s.cluster.Drop(0, object);
  s.Quiet();
  EXPECT_EQ(s.Stats(0).counted_count, 0u);
  EXPECT_EQ(s.Stats(1).counted_count, 0u);
}

void F4DroppedWhileItsInnerReferencesAreAnnounced(Stage& s) {
  const uint32_t task = s.Start(0, 1, s.cluster.Create(0));
  const uint32_t made = s.cluster.Create(1);
  ASSERT_TRUE(s.cluster.Finish(task, made, false));
  s.cluster.Drop(1, made);
  s.cluster.Drop(0, s.ResultOf(task));
  s.ExpectGone(s.ResultOf(task));
  EXPECT_FALSE(s.cluster.alive(made));
}

void F5ArgumentInItsOwnResult(Stage& s) {
  const uint32_t argument = s.cluster.Create(0);
  const uint32_t task = s.cluster.Submit(0, 1, argument);
  s.cluster.Drop(0, argument);
  s.cluster.DeliverData(0);
  s.Finish(task, argument);
  s.cluster.Drop(1, argument);
  s.ExpectAlive(argument);
  s.cluster.Drop(0, s.ResultOf(task));
  s.ExpectGone(argument);
}

void F6ReturnedAndReceivedAgain(Stage& s) {
  const uint32_t object = s.GiveNew(2, 1);
  const uint32_t task = s.Start(0, 1, s.cluster.Create(0));
  s.Finish(task, object);
  s.cluster.Drop(1, object);
  ASSERT_TRUE(s.cluster.Read(0, s.ResultOf(task)));
  const uint32_t again = s.Start(0, 1, object);
  s.cluster.Drop(0, s.ResultOf(task));
  s.cluster.Drop(0, object);
  s.Finish(again);
  s.ExpectKeptBy(1, object);
}

void F7ReturnsAndDiesAtOnce(Stage& s) {
  const uint32_t object = s.GiveNew(0, 1);
  s.Quiet();
  s.cluster.Drop(1, object);
  while (s.cluster.Act(1) > 0) {
  }
  s.cluster.Crash(1);
  if (!s.cluster.packets().empty()) s.cluster.Deliver(0);
  EXPECT_TRUE(s.cluster.TellDeath(0, 1));
  EXPECT_TRUE(s.cluster.TellDeath(0, 1));
  s.ExpectGone(object);
}

// One after the other; in one batch: F08_OneUnknownInABatchHoldsNoOtherUp of the counter `owner`.
void F8OneUnknownAmongOthers(Stage& s) {
  const uint32_t freed = s.cluster.Create(0);
  const uint32_t other = s.cluster.Create(0);
  const uint32_t one = s.Start(0, 1, freed);
  const uint32_t two = s.Start(0, 1, other);
  s.cluster.Free(freed);
  s.Finish(one);
  s.Finish(two);
  s.cluster.Drop(0, other);
  s.cluster.Drop(1, other);
  s.ExpectGone(other);
}

void F9TaskEndsTwice(Stage& s) {
  const uint32_t object = s.cluster.Create(0);
  const uint32_t cancelled = s.Start(0, 1, object);
  const uint32_t other = s.Start(0, 2, object);
  s.cluster.Drop(0, object);
  ASSERT_TRUE(s.cluster.FailTask(cancelled));
  s.Finish(cancelled);  // It had finished meanwhile.
  s.cluster.Drop(1, object);
  s.cluster.Drop(2, object);
  s.ExpectAlive(object);  // The other one has it.
  s.Finish(other);
  s.ExpectGone(object);
}

void F11CancelledBeforeItBegins(Stage& s) {
  const auto [inner, argument] = s.PackNew(0);
  const uint32_t task = s.cluster.Submit(0, 1, argument);
  s.cluster.Drop(0, argument);
  ASSERT_TRUE(s.cluster.FailTask(task));
  s.Quiet();  // The argument comes nevertheless.
  s.cluster.Drop(1, argument);
  s.ExpectGone(inner);
}

void F12HandleToItself(Stage& s) {
  // An actor's handle is an object like others; the actor, process 1, has one to itself, which keeps it until its
  // process ends.
  const uint32_t handle = s.cluster.Create(0);
  s.Hand(0, 1, handle);
  ASSERT_TRUE(s.cluster.Send(1, 1, handle));
  s.cluster.Drop(0, handle);
  s.ExpectAlive(handle);
  s.cluster.Crash(1);
  s.ExpectGone(handle);
}

void F13ParentPassesItsHandleOn(Stage& s) {
  const uint32_t handle = s.cluster.Create(0);
  const uint32_t parent = s.Start(0, 1, handle);
  const uint32_t child = s.Start(1, 2, handle);
  s.cluster.Drop(1, handle);
  s.Finish(parent);
  s.cluster.Drop(0, handle);
  s.ExpectAlive(handle);
  s.Finish(child);
  s.cluster.Drop(2, handle);
  s.ExpectGone(handle);
}

void F14LeavesOnlyWhenNothingIsLent(Stage& s) {
  const uint32_t task = s.Start(0, 1, s.cluster.Create(0));
  const uint32_t made = s.FinishWithNew(task);
  s.Quiet();
  EXPECT_EQ(s.Stats(1).lent_count, 1u);  // The process may not end yet.
  ASSERT_TRUE(s.cluster.Read(0, s.ResultOf(task)));
  s.cluster.Drop(0, s.ResultOf(task));
  s.Quiet();
  EXPECT_EQ(s.Stats(1).lent_count, 1u);
  Cluster too_early = s.cluster;  // Were it to end now:
  too_early.Crash(1);
  too_early.Quiet();
  EXPECT_TRUE(too_early.lost(0, made));
  EXPECT_EQ(too_early.failure(), "");
  s.cluster.Drop(0, made);
  s.Quiet();
  ASSERT_EQ(s.Stats(1).lent_count + s.Stats(1).unheard_count, 0u);
  const uint32_t argument = s.cluster.tasks()[task].argument;  // Process 1 has a reference to it when it ends.
  ASSERT_TRUE(s.cluster.has(1, argument));
  s.cluster.Crash(1);
  s.ExpectAlive(argument);
  for (uint32_t p = 0; p < s.cluster.process_count(); ++p) {
    for (uint32_t object = 0; object < s.cluster.objects().size(); ++object) {
      EXPECT_FALSE(s.cluster.lost(p, object)) << "process " << p << " was told that object " << object << " is gone";
    }
  }
  s.ExpectKeptBy(0, argument);
}

// Free is above all needs: who reads on in what a freed object held, before any owner has answered, is kept by nobody.
// It is told so. (Found by one of seven million random histories, as a gap in what the cluster excused.)
void FreedWhileItsInnerObjectsAreRead(Stage& s) {
  const uint32_t c = s.cluster.Create(0);
  const uint32_t b = s.cluster.Pack(0, {c});
  const uint32_t a = s.cluster.Pack(0, {b});
  s.Hand(0, 1, a);
  ASSERT_TRUE(s.cluster.Read(1, a));
  ASSERT_TRUE(s.cluster.Free(a));
  ASSERT_TRUE(s.cluster.Read(1, b));
  s.cluster.Drop(0, b);
  s.cluster.Drop(0, c);
  while (s.cluster.Act(0) > 0) continue;
  EXPECT_FALSE(s.cluster.alive(c));
  s.Quiet();
  EXPECT_TRUE(s.cluster.lost(1, b));
  EXPECT_TRUE(s.cluster.lost(1, c));
}

// The same for who has it from its owner, too: that one keeps it.
void FreedWhileAnInnerObjectWasSentAsWell(Stage& s) {
  const uint32_t b = s.cluster.Create(0);
  const uint32_t a = s.cluster.Pack(0, {b});
  s.Hand(0, 1, a);
  ASSERT_TRUE(s.cluster.Free(a));
  s.Hand(0, 1, b);
  s.cluster.Drop(0, b);
  while (s.cluster.Act(0) > 0) continue;
  s.ExpectKeptBy(1, b);
}

constexpr Scenario kScenarios[] = {
    SCENARIO(F1GiverDiesBeforeItReports),
    SCENARIO(F2InnermostOfThreeIsKept),
    LONG_SCENARIO(F3FourHundredDeep, 4),  // What matters is the depth.
    SCENARIO(F4DroppedWhileItsInnerReferencesAreAnnounced),
    SCENARIO(F5ArgumentInItsOwnResult),
    SCENARIO(F6ReturnedAndReceivedAgain),
    SCENARIO(F7ReturnsAndDiesAtOnce),
    SCENARIO(F8OneUnknownAmongOthers),
    SCENARIO(F9TaskEndsTwice),
    SCENARIO(F11CancelledBeforeItBegins),
    SCENARIO(F12HandleToItself),
    SCENARIO(F13ParentPassesItsHandleOn),
    SCENARIO(F14LeavesOnlyWhenNothingIsLent),
    SCENARIO(FreedWhileItsInnerObjectsAreRead),
    SCENARIO(FreedWhileAnInnerObjectWasSentAsWell),
};

[[maybe_unused]] const bool kRegistered = RegisterScenarios("FaultScenario", kScenarios);

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
