// When a counter decides, what it says, and what it remembers.
#include <array>
#include <cstdint>
#include <thread>
#include <vector>

#include "tests/conformance/ref_counter_fixture.h"
#include "tests/conformance/support/suite.h"
#include "tests/conformance/support/suite_report.h"

namespace manta::conformance {
namespace {

using Objects = std::vector<ObjectId>;

class RefDecisions : public RefCounterConformance {};

TEST_F(RefDecisions, AnObjectThatThisProcessRefersToIsNotDecided) {
  Observe(RefEventKind::kEscaped, 1);
  EXPECT_EQ(Take(), Objects{});
  Observe(RefEventKind::kBorrowed, 1, 1);
  Observe(RefEventKind::kReturned, 1, 1);
  EXPECT_EQ(Take(), Objects{});
}

TEST_F(RefDecisions, AnObjectIsDecidedWhenNothingNeedsIt) {
  Observe(RefEventKind::kEscaped, 1);
  Observe(RefEventKind::kEscaped, 2);
  Observe(RefEventKind::kLocalGone, 1);
  EXPECT_EQ(Take(), Objects{Object(1)});
}

TEST_F(RefDecisions, EachDecisionIsTakenOnce) {
  Observe(RefEventKind::kEscaped, 1);
  Observe(RefEventKind::kLocalGone, 1);
  EXPECT_EQ(Take(), Objects{Object(1)});
  EXPECT_EQ(Take(), Objects{});
}

TEST_F(RefDecisions, AreTakenTheOldestFirst) {
  for (uint64_t i = 1; i <= 4; ++i) Observe(RefEventKind::kEscaped, i);
  for (const uint64_t object : {3, 1, 4, 2}) Observe(RefEventKind::kLocalGone, object);
  EXPECT_EQ(Take(), (Objects{Object(3), Object(1), Object(4), Object(2)}));
}

TEST_F(RefDecisions, AreTakenAsManyAsThereIsRoomFor) {
  for (uint64_t i = 1; i <= 5; ++i) {
    Observe(RefEventKind::kEscaped, i);
    Observe(RefEventKind::kLocalGone, i);
  }
  EXPECT_EQ(Take(0), Objects{});
  EXPECT_EQ(Take(2), (Objects{Object(1), Object(2)}));
  EXPECT_EQ(Take(3), (Objects{Object(3), Object(4), Object(5)}));
}

TEST_F(RefDecisions, AReferenceThatComesBackWithdrawsADecision) {
  Observe(RefEventKind::kEscaped, 1);
  Observe(RefEventKind::kEscaped, 2);
  Observe(RefEventKind::kLocalGone, 1);
  Observe(RefEventKind::kLocalGone, 2);
  Observe(RefEventKind::kLocalBack, 1);
  EXPECT_EQ(Take(), Objects{Object(2)});
  Observe(RefEventKind::kLocalGone, 1);
  EXPECT_EQ(Take(), Objects{Object(1)});
}

TEST_F(RefDecisions, NothingIsDecidedOfAnObjectThatDied) {
  Observe(RefEventKind::kEscaped, 1);
  Observe(RefEventKind::kEscaped, 2);
  Observe(RefEventKind::kLocalGone, 1);
  Observe(RefEventKind::kDied, 1);
  Observe(RefEventKind::kDied, 2);
  EXPECT_EQ(Take(), Objects{});
}

TEST_F(RefDecisions, RepeatedEventsChangeNothing) {
  Observe(RefEventKind::kEscaped, 1);
  Observe(RefEventKind::kEscaped, 1);
  Observe(RefEventKind::kLocalBack, 1);
  Observe(RefEventKind::kLocalGone, 1);
  EXPECT_EQ(Take(), Objects{Object(1)});
  Observe(RefEventKind::kEscaped, 2);
  Observe(RefEventKind::kLocalGone, 2);
  Observe(RefEventKind::kLocalGone, 2);
  EXPECT_EQ(Take(), Objects{Object(2)});
}

TEST_F(RefDecisions, EventsOfABatchAreHeardInTheirOrder) {
  Observe({Event(RefEventKind::kEscaped, 1), Event(RefEventKind::kLocalGone, 1), Event(RefEventKind::kLocalBack, 1),
           Event(RefEventKind::kEscaped, 2), Event(RefEventKind::kLocalBack, 2), Event(RefEventKind::kLocalGone, 2)});
  EXPECT_EQ(Take(), Objects{Object(2)});
}

TEST_F(RefDecisions, AnEmptyBatchChangesNothing) {
  Observe(std::vector<RefEvent>{});
  EXPECT_EQ(Take(), Objects{});
}

// What else may need an object, with the event that begins and the one that ends it.
struct Need {
  RefEventKind begins;
  RefEventKind ends;
};
constexpr Need kNeeds[] = {{RefEventKind::kNested, RefEventKind::kUnnested},
                           {RefEventKind::kBorrowed, RefEventKind::kReturned},
                           {RefEventKind::kSubmitted, RefEventKind::kTaskEnded}};

class RefProtection : public RefCounterConformance {
 protected:
  // Two of a kind need the object; this process lets it go first, last, or in between.
  void Check(const Need& need) {
    const bool protects = Declares(RefCounter::kCapabilityProtects);
    for (uint64_t when = 0; when < 3; ++when) {
      const uint64_t object = 1 + when;
      Observe(RefEventKind::kEscaped, object);
      Observe(need.begins, object, 11);
      Observe(need.begins, object, 12);
      Observe(need.begins, object, 12);  // Known already.
      for (uint64_t step = 0; step < 3; ++step) {
        if (step == when) Observe(RefEventKind::kLocalGone, object);
        if (step == when && !protects) {
          EXPECT_EQ(Take(), Objects{Object(object)});
          Observe(RefEventKind::kDied, object);
          break;
        }
        if (step < 2) {
          EXPECT_EQ(Take(), Objects{});
          Observe(need.ends, object, 11 + step);
        }
      }
      if (protects) {
        EXPECT_EQ(Take(), Objects{Object(object)});
      }
    }
    if (!protects) NoteRefused("protects");
  }
};

TEST_F(RefProtection, WhatContainsAnObjectKeepsIt) { Check(kNeeds[0]); }
TEST_F(RefProtection, WhoBorrowsAnObjectKeepsIt) { Check(kNeeds[1]); }
TEST_F(RefProtection, TasksKeepTheirArguments) { Check(kNeeds[2]); }

TEST_F(RefProtection, WhatNeedsAnObjectAgainWithdrawsADecision) {
  const bool protects = Declares(RefCounter::kCapabilityProtects);
  for (uint64_t i = 0; i < 3; ++i) {
    const uint64_t object = 1 + i;
    Observe(RefEventKind::kEscaped, object);
    Observe(RefEventKind::kLocalGone, object);
    Observe(kNeeds[i].begins, object, 11);
    EXPECT_EQ(Take(), protects ? Objects{} : Objects{Object(object)});
    if (!protects) continue;
    Observe(kNeeds[i].ends, object, 11);
    EXPECT_EQ(Take(), Objects{Object(object)});
  }
  if (!protects) NoteRefused("protects");
}

class RefStatistics : public RefCounterConformance {};

TEST_F(RefStatistics, ANewCounterKnowsNothing) {
  EXPECT_EQ(counter().Stats().counted_count, 0u);
  EXPECT_EQ(counter().Stats().decided_count, 0u);
}

TEST_F(RefStatistics, DecisionsAreCountedUntilTheyAreTaken) {
  for (uint64_t i = 1; i <= 3; ++i) {
    Observe(RefEventKind::kEscaped, i);
    Observe(RefEventKind::kLocalGone, i);
  }
  EXPECT_EQ(counter().Stats().decided_count, 3u);
  Take(2);
  EXPECT_EQ(counter().Stats().decided_count, 1u);
  Take();
  EXPECT_EQ(counter().Stats().counted_count, 0u);  // What was taken is unknown.
}

class RefThreads : public RefCounterConformance {};

TEST_F(RefThreads, ThreadsMayTakeTurns) {
  std::thread([this] { Observe(RefEventKind::kEscaped, 1); }).join();
  std::thread([this] { Observe(RefEventKind::kLocalGone, 1); }).join();
  Objects taken;
  std::thread([&] { taken = Take(); }).join();
  EXPECT_EQ(taken, Objects{Object(1)});
}

TEST_F(RefThreads, TwoCountersShareNothing) {
  const OwnRefCounter other;
  ASSERT_TRUE(other->Start(kThisWorker + 1).ok());
  Observe(RefEventKind::kEscaped, 1);
  Observe(RefEventKind::kLocalGone, 1);
  EXPECT_EQ(other->Stats().decided_count, 0u);
  EXPECT_EQ(other->Stats().counted_count, 0u);
  std::array<RefDecision, 1> decisions;
  EXPECT_EQ(other->TakeDecisions(decisions), 0u);
  EXPECT_EQ(Take(), Objects{Object(1)});
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
