// What only a liar or a broken program does, and what random histories hardly ever do: everything else is in
// simulation/.
#include "core/ownership/participant.h"

#include <array>
#include <iterator>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/ownership/facts.h"
#include "core/ownership/scarce_steps.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/heap_in_use.h"

namespace manta {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr uint64_t kSelf = 7;
constexpr uint64_t kOther = 8;
constexpr ObjectId kOwn(kSelf, 1, 0);
constexpr ObjectId kForeign(kOther, 2, 0);

class ParticipantTest : public testing::Test {
 protected:
  void Tell(RefEventKind kind, ObjectId object, uint64_t worker = 0) {
    participant_.Step({.kind = kind, .object = object, .worker = worker, .transfer = 1});
  }
  // The next message of kOther.
  void Hear(RefEventKind kind, ObjectId object) {
    participant_.Step({.kind = kind, .object = object, .worker = kOther, .transfer = 1, .sequence = ++sequence_});
  }
  std::vector<RefEventKind> Take() {
    std::array<RefDecision, 16> decisions;
    std::vector<RefEventKind> kinds;
    const uint64_t count = participant_.TakeDecisions(decisions);
    for (uint64_t i = 0; i < count; ++i) kinds.push_back(decisions[i].event.kind);
    return kinds;
  }

  History history_;
  Participant participant_{kSelf, history_};
  uint64_t sequence_ = 0;
};

TEST_F(ParticipantTest, ComplaintsNameTheObjectsPast) {
  Tell(RefEventKind::kEscaped, kOwn);
  Tell(RefEventKind::kSent, kOwn, 9);
  Hear(RefEventKind::kReturned, kOwn);
  EXPECT_THAT(history_.TakeComplaints(),
              ElementsAre("object " + kOwn.ToHex() +
                          ", process 8: returned by who was not granted it; nothing was "
                          "changed. What happened to the object here: escaped, need began (9)"));
  EXPECT_THAT(history_.TakeComplaints(), IsEmpty());
}

TEST_F(ParticipantTest, WhatCannotBeChangesNothing) {
  Tell(RefEventKind::kEscaped, kOwn);
  Tell(RefEventKind::kReceived, kForeign, kOther);
  EXPECT_THAT(Take(), ElementsAre(RefEventKind::kBorrowed));
  const std::vector<ObjectRecord> before = participant_.ledger().Objects();
  // A stranger's answers, a stranger's question, frees and deaths of others' objects, and answers to nothing.
  participant_.Step({.kind = RefEventKind::kGranted, .object = kForeign, .worker = 9, .sequence = 1});
  participant_.Step({.kind = RefEventKind::kGone, .object = kForeign, .worker = 9, .sequence = 2});
  Hear(RefEventKind::kReturned, kOwn);
  Hear(RefEventKind::kGranted, kOwn);
  Hear(RefEventKind::kGone, kOwn);
  Hear(RefEventKind::kDied, kOwn);
  Hear(RefEventKind::kLocalGone, kOwn);
  Hear(RefEventKind::kWeakGone, kOwn);
  participant_.Step({.kind = RefEventKind::kHeard, .worker = kOther, .sequence = 3});
  participant_.Step({.kind = RefEventKind::kHeard, .worker = 10, .sequence = 1});
  const std::vector<ObjectRecord> after = participant_.ledger().Objects();
  ASSERT_EQ(after.size(), before.size());
  for (size_t i = 0; i < after.size(); ++i) {
    EXPECT_EQ(after[i].standing, before[i].standing);
    EXPECT_EQ(after[i].local, before[i].local);
    EXPECT_EQ(after[i].needs, before[i].needs);
    EXPECT_EQ(after[i].givers, before[i].givers);
  }
  EXPECT_EQ(history_.TakeComplaints().size(), 10u);
  EXPECT_EQ(participant_.Stats().unheard_count, 1u);
}

TEST_F(ParticipantTest, AStrangerWhoIsAskedRefuses) {
  Hear(RefEventKind::kBorrowed, ObjectId(9, 1, 0));
  EXPECT_THAT(Take(), ElementsAre(RefEventKind::kGone, RefEventKind::kHeard));
  EXPECT_THAT(history_.TakeComplaints(), ElementsAre(HasSubstr("a stranger was asked")));
}

TEST_F(ParticipantTest, ComplaintsAreBounded) {
  for (uint64_t i = 0; i < 100; ++i) Hear(RefEventKind::kGranted, kOwn);
  EXPECT_EQ(history_.TakeComplaints().size(), History::kComplaintCountMax);
}

TEST_F(ParticipantTest, WhatIsToldByThisProcessWantsNoAnswer) {
  Tell(RefEventKind::kEscaped, kOwn);
  Tell(RefEventKind::kReturned, kOwn, 9);  // Nor is it a complaint that there is nothing to return.
  EXPECT_THAT(history_.TakeComplaints(), IsEmpty());
  Tell(RefEventKind::kBorrowed, kOwn, 9);
  Tell(RefEventKind::kLocalGone, kOwn);
  EXPECT_THAT(Take(), IsEmpty());
  EXPECT_EQ(participant_.Stats().lent_count, 1u);
  Tell(RefEventKind::kReturned, kOwn, 9);
  EXPECT_THAT(Take(), ElementsAre(RefEventKind::kDied));
  EXPECT_EQ(participant_.Stats().lent_count, 0u);
  Tell(RefEventKind::kReturned, kOwn, 9);
  EXPECT_THAT(history_.TakeComplaints(), IsEmpty());
}

TEST_F(ParticipantTest, AProcessHasNothingToTellItself) {
  Tell(RefEventKind::kEscaped, kOwn);
  Tell(RefEventKind::kSent, kOwn, kSelf);
  Tell(RefEventKind::kReceived, kOwn, kSelf);
  Tell(RefEventKind::kUnheard, {}, kOther);
  EXPECT_THAT(Take(), IsEmpty());
  Tell(RefEventKind::kLocalGone, kOwn);
  EXPECT_THAT(Take(), ElementsAre(RefEventKind::kDied));
  EXPECT_EQ(participant_.Stats().counted_count, 0u);
}

// A program may tell so, though none needs to: who reads has a reference.
TEST_F(ParticipantTest, AContainerThatIsReadAfterItsDecisionIsKeptUntilTheAnswer) {
  Tell(RefEventKind::kEscaped, kOwn);
  Tell(RefEventKind::kLocalGone, kOwn);
  participant_.Step({.kind = RefEventKind::kLocalBack, .object = kForeign, .other = kOwn});
  EXPECT_THAT(Take(), ElementsAre(RefEventKind::kBorrowed));
  Hear(RefEventKind::kGranted, kForeign);
  EXPECT_THAT(Take(), ElementsAre(RefEventKind::kDied, RefEventKind::kHeard));
}

TEST_F(ParticipantTest, WhetherLineageKeepsAnObjectIsDecidedWhenItIsTold) {
  Tell(RefEventKind::kEscaped, kOwn);
  participant_.Step({.kind = RefEventKind::kLineage, .object = kOwn, .other = kForeign});
  Tell(RefEventKind::kLocalGone, kOwn);
  EXPECT_THAT(Take(), IsEmpty());
  Tell(RefEventKind::kRebuildable, kOwn);
  EXPECT_THAT(Take(), ElementsAre(RefEventKind::kIdle));
  Tell(RefEventKind::kFinal, kOwn);
  EXPECT_THAT(Take(), ElementsAre(RefEventKind::kNeeded));
}

TEST_F(ParticipantTest, EventsForWhoObservesAllAreNotHeard) {
  for (const RefEventKind kind : {RefEventKind::kMade, RefEventKind::kLocalAdded, RefEventKind::kLocalDropped,
                                  RefEventKind::kValued, RefEventKind::kIdle, RefEventKind::kNeeded}) {
    Tell(kind, kOwn);
  }
  EXPECT_EQ(participant_.Stats().counted_count, 0u);
}

TEST_F(ParticipantTest, WhatIsKnownIsToldAsFacts) {
  Tell(RefEventKind::kEscaped, kOwn);
  Tell(RefEventKind::kSent, kOwn, kOther);
  Tell(RefEventKind::kReceived, kForeign, kOther);
  participant_.Step({.kind = RefEventKind::kNested, .object = kOwn, .other = kForeign});
  participant_.Step({.kind = RefEventKind::kLineage, .object = kOwn, .other = kForeign});
  participant_.Step({.kind = RefEventKind::kLocalBack, .object = ObjectId(kOther, 3, 0), .other = kOwn});
  Hear(RefEventKind::kBorrowed, kOwn);
  Tell(RefEventKind::kWeak, kOwn);
  std::vector<std::pair<ObjectId, RefEventKind>> known;
  for (const RefFact& fact : FactsOf(participant_.ledger())) {
    EXPECT_TRUE(Complete(fact.event));
    known.emplace_back(fact.event.object, fact.event.kind);
  }
  EXPECT_THAT(known, ElementsAre(Pair(kOwn, RefEventKind::kEscaped), Pair(kOwn, RefEventKind::kWeak),
                                 Pair(kOwn, RefEventKind::kNested), Pair(kOwn, RefEventKind::kLineage),
                                 Pair(kOwn, RefEventKind::kLocalBack), Pair(kOwn, RefEventKind::kSent),
                                 Pair(kOwn, RefEventKind::kBorrowed), Pair(kForeign, RefEventKind::kEscaped),
                                 Pair(ObjectId(kOther, 3, 0), RefEventKind::kEscaped)));
  Tell(RefEventKind::kDied, kOwn);
  EXPECT_EQ(FactsOf(participant_.ledger()).size(), 2u);
}

TEST_F(ParticipantTest, ManyWithdrawnDecisionsAreForgotten) {
  Tell(RefEventKind::kEscaped, kOwn);
  const int64_t before = HeapBytesInUse();
  for (uint64_t i = 0; i < 20'000; ++i) {
    Tell(RefEventKind::kLocalGone, kOwn);
    Tell(RefEventKind::kLocalBack, kOwn);
  }
  EXPECT_LT(HeapBytesInUse() - before, 256 << 10) << "each would take some 32 bytes";
  EXPECT_EQ(participant_.Stats().decided_count, 0u);
  EXPECT_THAT(Take(), IsEmpty());
  Tell(RefEventKind::kLocalGone, kOwn);
  EXPECT_THAT(Take(), ElementsAre(RefEventKind::kDied));
}

// How an own object comes to a step of scarce_steps.h.
struct ScarceStory {
  const char* name;
  ScarceStep step;
  std::vector<RefEventKind> before;  // kTake: what is decided is taken.
  std::vector<RefEventKind> told;    // What is decided after the step.

  friend void PrintTo(const ScarceStory& story, std::ostream* out) { *out << story.name; }
};

constexpr RefEventKind kTake = {};
constexpr ObjectId kAround(kSelf, 3, 0);  // What contains it, and the task that has it as an argument.

// In the order of kScarceSteps. The first two: a weak reference is locked, and something needs the object for less time
// than it takes to act on that.
const ScarceStory kScarceStories[] = {
    {"UnnestedWithdrawsWhatNobodyActedOn",
     {RefEventKind::kUnnested, Transition::kWithdrawn},
     {RefEventKind::kEscaped, RefEventKind::kWeak, RefEventKind::kLocalGone, kTake, RefEventKind::kLocalBack,
      RefEventKind::kNested, RefEventKind::kLocalGone},
     {}},
    {"TaskEndedWithdrawsWhatNobodyActedOn",
     {RefEventKind::kTaskEnded, Transition::kWithdrawn},
     {RefEventKind::kEscaped, RefEventKind::kWeak, RefEventKind::kLocalGone, kTake, RefEventKind::kLocalBack,
      RefEventKind::kSubmitted, RefEventKind::kLocalGone},
     {}},
    {"LineageGoneIsHeardAgain",
     {RefEventKind::kLineageGone, Transition::kRepeated},
     {RefEventKind::kEscaped, RefEventKind::kLineage, RefEventKind::kLineageGone},
     {}},
    {"RebuildableIdlesWhatLineageKept",
     {RefEventKind::kRebuildable, Transition::kIdled},
     {RefEventKind::kEscaped, RefEventKind::kLineage, RefEventKind::kLocalGone, kTake},
     {RefEventKind::kIdle}},
    {"FinalNeedsAgainWhatLineageKeeps",
     {RefEventKind::kFinal, Transition::kNeededAgain},
     {RefEventKind::kEscaped, RefEventKind::kLineage, RefEventKind::kRebuildable, RefEventKind::kLocalGone, kTake},
     {RefEventKind::kNeeded}},
};

class ScarceStepTest : public ParticipantTest, public testing::WithParamInterface<ScarceStory> {
 protected:
  void TellOf(RefEventKind kind) { participant_.Step({.kind = kind, .object = kOwn, .other = OtherOf(kind)}); }

 private:
  // A lock is a kLocalBack out of nothing.
  static ObjectId OtherOf(RefEventKind kind) { return kind == RefEventKind::kLocalBack ? ObjectId() : kAround; }
};

TEST_P(ScarceStepTest, Happens) {
  const auto& [name, step, before, told] = GetParam();
  for (const RefEventKind kind : before) {
    if (kind == kTake) {
      Take();
    } else {
      TellOf(kind);
    }
  }
  EXPECT_EQ(history_.count(step.cause, step.transition), 0u);
  TellOf(step.cause);
  EXPECT_EQ(history_.count(step.cause, step.transition), 1u);
  EXPECT_THAT(Take(), ElementsAreArray(told));
  EXPECT_THAT(history_.TakeComplaints(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Each, ScarceStepTest, testing::ValuesIn(kScarceStories),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(ScarceStepsTest, EachHasItsStory) {
  ASSERT_EQ(std::size(kScarceStories), std::size(kScarceSteps));
  for (size_t i = 0; i < std::size(kScarceSteps); ++i) EXPECT_EQ(kScarceStories[i].step, kScarceSteps[i]) << i;
}

TEST(HistoryTest, KeepsTheLatestAndNamesEachTransition) {
  History history(2);
  EXPECT_EQ(history.Recent(kOwn), "nothing");
  history.Note(RefEventKind::kEscaped, Transition::kEscaped, kOwn);
  history.Note(RefEventKind::kBorrowed, Transition::kLent, kOwn, 9);
  EXPECT_EQ(history.Recent(kOwn), "escaped, lent (9)");
  history.Note(RefEventKind::kLocalGone, Transition::kDecided, kOwn);
  EXPECT_EQ(history.Recent(kOwn), "lent (9), decided");
  EXPECT_EQ(history.count(RefEventKind::kBorrowed, Transition::kLent), 1u);
  std::set<std::string_view> names;
  for (uint32_t i = 0; i < kTransitionCount; ++i) names.insert(Name(static_cast<Transition>(i)));
  EXPECT_EQ(names.size(), kTransitionCount);
  EXPECT_EQ(Name(static_cast<Transition>(kTransitionCount)), "no transition");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
