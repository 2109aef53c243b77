// The scenarios that the tests of Ray's reference counter name, each with its name.
//
// Elsewhere are those that are about where values lie: HandleObjectSpilled, GetLocalityData, PlasmaLocation. That is
// the store's business here; docs/reference/faults.md names their tests.
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/interface/ref_counter.h"
#include "core/ownership/facts.h"
#include "core/ownership/simulation/test_stage.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

constexpr uint32_t kNone = Cluster::kNone;

// ---- One process

void Basic(Stage& s) {
  const uint32_t one = s.cluster.Create(0);
  const uint32_t two = s.cluster.Create(0);
  const uint32_t task = s.Start(0, 1, one);
  s.cluster.Drop(0, one);
  s.cluster.Drop(0, two);
  s.ExpectGone(two);
  s.ExpectAlive(one);  // A task has it.
  s.Finish(task);
  s.cluster.Drop(1, one);
  s.ExpectGone(one);
}

void UnreconstructableObjectOutOfScope(Stage& s) {
  const uint32_t put = s.cluster.Create(0);
  const uint32_t task = s.Start(0, 1, put);
  s.Finish(task, kNone, /*lineage=*/true);
  s.cluster.Drop(0, put);
  s.cluster.Drop(1, put);
  s.ExpectAlive(put);  // The task might run again, and nobody can put it once more.
  s.cluster.Drop(0, s.ResultOf(task));
  s.ExpectGone(put);
}

void UnreconstructableObjectOutOfScopeWithoutLineage(Stage& s) {
  const uint32_t put = s.cluster.Create(0);
  const uint32_t task = s.Start(0, 1, put);
  s.Finish(task);
  s.cluster.Drop(0, put);
  s.cluster.Drop(1, put);
  s.ExpectGone(put);
  s.ExpectAlive(s.ResultOf(task));
}

void ReferenceStats(Stage& s) {
  const uint32_t object = s.cluster.Create(0);
  EXPECT_EQ(s.Stats(0).counted_count, 1u);
  EXPECT_EQ(s.Stats(0).lent_count, 0u);
  s.Hand(0, 1, object);
  EXPECT_EQ(s.Stats(0).lent_count, 1u);
  EXPECT_EQ(s.Stats(1).counted_count, 1u);
  EXPECT_EQ(s.Stats(1).lent_count, 0u);
  EXPECT_EQ(s.Stats(1).unheard_count, 1u);
  s.Quiet();
  EXPECT_EQ(s.Stats(1).unheard_count, 0u);
  EXPECT_EQ(s.Stats(0).lent_count, 1u);
  s.cluster.Drop(1, object);
  s.Quiet();
  EXPECT_EQ(s.Stats(0).lent_count, 0u);
}

void ReferenceStatsLimit(Stage& s) {
  for (uint32_t i = 0; i < 100; ++i) s.Hand(0, 1, s.cluster.Create(0));
  s.Quiet();
  EXPECT_EQ(s.Stats(0).counted_count, 100u);
  EXPECT_EQ(s.Stats(0).lent_count, 100u);
  EXPECT_EQ(s.Stats(1).counted_count, 100u);
  std::vector<RefFact> facts(11);
  EXPECT_EQ(ListFacts(s.cluster.participant(1).ledger(), std::span(facts).first(10)), 100u);
  for (size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(facts[i].event.kind, RefEventKind::kEscaped);
    EXPECT_EQ(facts[i].event.object.worker(), Cluster::WorkerOf(0));
    EXPECT_TRUE(i == 0 || facts[i - 1].event.object < facts[i].event.object) << i;
  }
  EXPECT_TRUE(facts[10].event.object.nil()) << "there was room for ten";
}

void OwnerAddress(Stage& s) {
  const uint32_t object = s.cluster.Create(2);
  s.Hand(2, 1, object);
  s.Hand(1, 0, object);  // Who has the id knows whom to ask, whoever gave it.
  EXPECT_EQ(s.cluster.objects()[object].id.worker(), Cluster::WorkerOf(2));
  s.Quiet();
  const std::vector<ObjectRecord> records = s.cluster.participant(2).ledger().Objects();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(std::count_if(records[0].needs.begin(), records[0].needs.end(),
                          [](const Need& need) { return need.kind == NeedKind::kBorrow; }),
            2);
}

void OwnedObjectCounters(Stage& s) {
  const uint32_t own = s.cluster.Create(0);
  s.Hand(1, 0, s.cluster.Create(1));
  s.Quiet();
  EXPECT_EQ(s.Stats(0).counted_count, 2u);
  EXPECT_EQ(s.cluster.participant(0).ledger().StandingOf(s.cluster.objects()[own].id), Standing::kOwned);
  s.cluster.Drop(0, own);
  s.Quiet();
  EXPECT_EQ(s.Stats(0).counted_count, 1u);
}

void Simple(Stage& s) {
  const uint32_t object = s.cluster.Create(0);
  s.ExpectKeptBy(0, object);
}

// ---- Borrowing

void NoBorrow(Stage& s) {
  const uint32_t object = s.cluster.Create(0);
  const uint32_t task = s.Start(0, 1, object);
  s.cluster.Drop(1, object);
  s.cluster.Drop(0, object);
  s.ExpectAlive(object);
  s.Finish(task);
  s.ExpectGone(object);
}

void SimpleBorrower(Stage& s) {
  const uint32_t object = s.cluster.Create(0);
  const uint32_t task = s.Start(0, 1, object);
  s.cluster.Drop(0, object);
  s.Finish(task);
  s.ExpectKeptBy(1, object);  // The runner has kept it.
}

void SimpleBorrowerFailure(Stage& s) {
  const uint32_t object = s.GiveNew(0, 1);
  s.ExpectAlive(object);
  s.cluster.Crash(1);
  s.ExpectGone(object);
}

void SimpleBorrowerReferenceRemoved(Stage& s) {
  const uint32_t object = s.cluster.Create(0);
  s.Hand(0, 1, object);
  s.cluster.Drop(1, object);  // Before the owner has heard that it has it.
  s.cluster.Drop(0, object);
  s.ExpectGone(object);
}

void BorrowerTree(Stage& s) {
  const uint32_t object = s.GiveNew(0, 1);
  s.Hand(1, 2, object);
  s.Give(1, 3, object);
  s.ExpectAlive(object);
  s.cluster.Drop(2, object);
  s.ExpectKeptBy(3, object);
}

void NestedObject(Stage& s) {
  const auto [inner, outer] = s.PackNew(0);
  s.Give(0, 1, outer);
  s.ExpectAlive(inner);
  ASSERT_TRUE(s.cluster.Read(1, outer));
  s.cluster.Drop(1, outer);
  s.ExpectGone(outer);
  s.ExpectKeptBy(1, inner);
}

void NestedObjectNoBorrow(Stage& s) {
  const auto [inner, outer] = s.PackNew(0);
  s.Hand(0, 1, outer);
  s.cluster.Drop(1, outer);
  s.cluster.Drop(0, outer);
  s.ExpectGone(inner);
  EXPECT_FALSE(s.cluster.alive(outer));
}

void NestedObjectDifferentOwners(Stage& s) {
  const uint32_t inner = s.cluster.Create(0);
  s.Hand(0, 1, inner);
  const uint32_t outer = s.cluster.Pack(1, {inner});
  s.cluster.Drop(0, inner);
  s.cluster.Drop(1, inner);
  s.Give(1, 2, outer);
  s.ExpectAlive(inner);
  ASSERT_TRUE(s.cluster.Read(2, outer));
  s.cluster.Drop(2, outer);
  s.ExpectKeptBy(2, inner);
}

void NestedObjectDifferentOwners2(Stage& s) {
  const uint32_t inner = s.GiveNew(0, 1);
  const uint32_t outer = s.cluster.Pack(1, {inner});
  s.cluster.Drop(1, inner);
  s.Hand(1, 0, outer);
  ASSERT_TRUE(s.cluster.Read(0, outer));  // Its own object comes home.
  s.cluster.Drop(0, outer);
  s.cluster.Drop(1, outer);
  s.ExpectGone(outer);
  s.ExpectKeptBy(0, inner);
}

void BorrowerPingPong(Stage& s) {
  const uint32_t object = s.GiveNew(0, 1);
  for (uint32_t i = 0; i < 5; ++i) {
    s.Give(1, 2, object);
    s.Give(2, 1, object);
  }
  s.ExpectKeptBy(1, object);
}

void DuplicateBorrower(Stage& s) {
  const uint32_t object = s.cluster.Create(0);
  s.Hand(0, 1, object);
  s.Hand(0, 2, object);
  s.Hand(1, 2, object);
  s.cluster.Drop(0, object);
  s.cluster.Drop(1, object);
  s.ExpectKeptBy(2, object);
}

void ForeignOwner(Stage& s) {
  // A value that process 1 makes, of an object that process 0 owns, and which refers to an object of process 2.
  const uint32_t inner = s.GiveNew(2, 1);
  const uint32_t task = s.Start(0, 1, s.cluster.Create(0));
  s.Finish(task, inner);
  s.cluster.Drop(1, inner);
  s.ExpectAlive(inner);  // Its value's owner keeps it, who has never read it.
  s.cluster.Drop(0, s.ResultOf(task));
  s.ExpectGone(inner);
}

void DuplicateNestedObject(Stage& s) {
  const uint32_t inner = s.cluster.Create(0);
  const uint32_t twice = s.cluster.Pack(0, {inner, inner});
  const uint32_t again = s.cluster.Pack(0, {twice, inner});
  s.cluster.Drop(0, inner);
  s.Hand(0, 1, again);
  s.cluster.Drop(0, twice);
  s.cluster.Drop(0, again);
  ASSERT_TRUE(s.cluster.Read(1, again));
  ASSERT_TRUE(s.cluster.Read(1, twice));
  s.cluster.Drop(1, again);
  s.cluster.Drop(1, twice);
  s.ExpectGone(twice);
  s.ExpectKeptBy(1, inner);
}

// ---- References in results

void ReturnObjectIdNoBorrow(Stage& s) {
  const uint32_t task = s.Start(0, 1, s.cluster.Create(0));
  const uint32_t made = s.FinishWithNew(task);
  s.ExpectAlive(made);
  s.cluster.Drop(0, s.ResultOf(task));
  s.ExpectGone(made);
}

void ReturnObjectIdBorrow(Stage& s) {
  const uint32_t task = s.Start(0, 1, s.cluster.Create(0));
  const uint32_t made = s.FinishWithNew(task);
  ASSERT_TRUE(s.cluster.Read(0, s.ResultOf(task)));
  s.cluster.Drop(0, s.ResultOf(task));
  s.ExpectKeptBy(0, made);
}

void ReturnObjectIdBorrowChain(Stage& s) {
  const uint32_t argument = s.cluster.Create(0);
  const uint32_t task = s.Start(0, 1, argument);
  const uint32_t made = s.FinishWithNew(task);
  const uint32_t next = s.Start(0, 2, s.ResultOf(task));  // It is an argument of another task, which reads it.
  s.cluster.Drop(0, s.ResultOf(task));
  ASSERT_TRUE(s.cluster.Read(2, s.ResultOf(task)));
  s.Finish(next);
  s.cluster.Drop(2, s.ResultOf(task));
  s.ExpectGone(s.ResultOf(task));
  s.ExpectKeptBy(2, made);
}

void ReturnBorrowedId(Stage& s) {
  const uint32_t object = s.cluster.Create(0);
  const uint32_t task = s.Start(0, 1, object);
  s.Finish(task, object);  // The argument comes back in the result.
  s.cluster.Drop(1, object);
  s.cluster.Drop(0, object);
  s.ExpectAlive(object);
  s.cluster.Drop(0, s.ResultOf(task));
  s.ExpectGone(object);
}

void ReturnBorrowedIdDeserialize(Stage& s) {
  const uint32_t object = s.cluster.Create(0);
  const uint32_t task = s.Start(0, 1, object);
  s.cluster.Drop(0, object);
  s.Finish(task, object);
  s.cluster.Drop(1, object);
  ASSERT_TRUE(s.cluster.Read(0, s.ResultOf(task)));
  s.cluster.Drop(0, s.ResultOf(task));
  s.ExpectKeptBy(0, object);
}

// Process p's task at q calls a task at r, and returns that one's result: a reference in a reference.
uint32_t Chain(Stage& s, uint32_t returned_by_last) {
  const uint32_t outer_argument = s.cluster.Create(0);
  const uint32_t outer = s.Start(0, 1, outer_argument);
  const uint32_t inner_argument = s.cluster.Create(1);
  const uint32_t inner = s.Start(1, 2, inner_argument);
  const uint32_t inner_result = s.ResultOf(inner);
  s.Finish(outer, inner_result);
  s.cluster.Drop(1, inner_result);
  s.Finish(inner, returned_by_last);
  s.cluster.Drop(2, returned_by_last);
  s.ExpectAlive(returned_by_last);
  s.ExpectAlive(inner_result);
  return outer;
}

void ReturnIdChain(Stage& s) {
  const uint32_t made = s.cluster.Create(2);
  const uint32_t outer = Chain(s, made);
  s.cluster.Drop(0, s.ResultOf(outer));
  s.ExpectGone(made);
}

void ReturnBorrowedIdChain(Stage& s) {
  const uint32_t object = s.GiveNew(3, 2);
  const uint32_t outer = Chain(s, object);
  const uint32_t inner_result = s.cluster.objects()[s.ResultOf(outer)].inner.front();
  ASSERT_TRUE(s.cluster.Read(0, s.ResultOf(outer)));
  ASSERT_TRUE(s.cluster.Read(0, inner_result));
  s.cluster.Drop(0, s.ResultOf(outer));
  s.cluster.Drop(0, inner_result);
  s.ExpectGone(inner_result);
  s.ExpectKeptBy(0, object);
}

void ReturnBorrowedIdChainOutOfOrder(Stage& s) {
  const uint32_t object = s.GiveNew(3, 2);
  const uint32_t outer = Chain(s, object);
  const uint32_t inner_result = s.cluster.objects()[s.ResultOf(outer)].inner.front();
  ASSERT_TRUE(s.cluster.Read(0, s.ResultOf(outer)));
  s.cluster.Drop(0, s.ResultOf(outer));
  ASSERT_TRUE(s.cluster.Read(0, inner_result));  // Before anybody has answered for the outer one.
  s.cluster.Drop(0, inner_result);
  s.cluster.Drop(0, object);
  s.ExpectGone(object);
  EXPECT_FALSE(s.cluster.alive(inner_result));
}

constexpr Scenario kScenarios[] = {
    SCENARIO(Basic),
    SCENARIO(UnreconstructableObjectOutOfScope),
    SCENARIO(UnreconstructableObjectOutOfScopeWithoutLineage),
    SCENARIO(ReferenceStats),
    SCENARIO(ReferenceStatsLimit),
    SCENARIO(OwnerAddress),
    SCENARIO(OwnedObjectCounters),
    SCENARIO(Simple),
    SCENARIO(NoBorrow),
    SCENARIO(SimpleBorrower),
    SCENARIO(SimpleBorrowerFailure),
    SCENARIO(SimpleBorrowerReferenceRemoved),
    SCENARIO(BorrowerTree),
    SCENARIO(NestedObject),
    SCENARIO(NestedObjectNoBorrow),
    SCENARIO(NestedObjectDifferentOwners),
    SCENARIO(NestedObjectDifferentOwners2),
    SCENARIO(BorrowerPingPong),
    SCENARIO(DuplicateBorrower),
    SCENARIO(ForeignOwner),
    SCENARIO(DuplicateNestedObject),
    SCENARIO(ReturnObjectIdNoBorrow),
    SCENARIO(ReturnObjectIdBorrow),
    SCENARIO(ReturnObjectIdBorrowChain),
    SCENARIO(ReturnBorrowedId),
    SCENARIO(ReturnBorrowedIdDeserialize),
    SCENARIO(ReturnIdChain),
    SCENARIO(ReturnBorrowedIdChain),
    SCENARIO(ReturnBorrowedIdChainOutOfOrder),
};

[[maybe_unused]] const bool kRegistered = RegisterScenarios("RayScenario", kScenarios);

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
