// What a counter shows of what it knows, and what it does with objects that do not escape.
#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "tests/conformance/ref_counter_fixture.h"
#include "tests/conformance/support/suite_report.h"

namespace manta::conformance {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Kind = RefEventKind;

std::string Fact(Kind kind, uint64_t object, uint64_t other = 0, uint64_t count = 1) {
  return std::to_string(static_cast<uint32_t>(kind)) + " " + std::to_string(object) + " " + std::to_string(other) +
         " x" + std::to_string(count);
}

class RefList : public RefCounterConformance {
 protected:
  // Whether there is something to show; else that nothing is shown is all that is checked.
  bool Shows() {
    if (Declares(RefCounter::kCapabilityProtects)) return true;
    Observe(Kind::kEscaped, 1);
    Observe(Kind::kNested, 1, 11);
    EXPECT_THAT(List(), IsEmpty());
    NoteRefused("protects");
    return false;
  }
};

TEST_F(RefList, WhatNeedsAnObjectIsShown) {
  if (!Shows()) return;
  Observe(Kind::kEscaped, 1);
  EXPECT_THAT(List(), ElementsAre(Fact(Kind::kEscaped, 1)));
  Observe(Kind::kNested, 1, 11);
  Observe(Kind::kBorrowed, 1, 12);
  Observe(Kind::kSubmitted, 1, 13);
  Observe(Kind::kLocalGone, 1);
  EXPECT_THAT(List(), UnorderedElementsAre(Fact(Kind::kNested, 1, 11), Fact(Kind::kBorrowed, 1, 12),
                                           Fact(Kind::kSubmitted, 1, 13)));
  Observe(Kind::kUnnested, 1, 11);
  Observe(Kind::kReturned, 1, 12);
  Observe(Kind::kTaskEnded, 1, 13);
  EXPECT_THAT(List(), IsEmpty());
}

TEST_F(RefList, WhatIsDecidedIsNotShown) {
  if (!Shows()) return;
  Observe(Kind::kEscaped, 1);
  Observe(Kind::kEscaped, 2);
  Observe(Kind::kLocalGone, 1);
  EXPECT_THAT(List(), ElementsAre(Fact(Kind::kEscaped, 2)));
  Observe(Kind::kLocalBack, 1);
  EXPECT_THAT(List(), UnorderedElementsAre(Fact(Kind::kEscaped, 1), Fact(Kind::kEscaped, 2)));
}

TEST_F(RefList, FactsAreCopiedAsManyAsThereIsRoomFor) {
  if (!Shows()) return;
  for (uint64_t object = 1; object <= 3; ++object) Observe(Kind::kEscaped, object);
  EXPECT_EQ(counter().List({}), 3u);
  std::vector<RefFact> facts(2);
  EXPECT_EQ(counter().List(facts), 3u);
  for (const RefFact& fact : facts) EXPECT_FALSE(fact.event.object.nil());
}

TEST_F(RefList, FactsOfAnObjectStandSideBySide) {
  if (!Shows()) return;
  for (const uint64_t other : {11, 12}) {
    for (uint64_t object = 1; object <= 8; ++object) {
      if (other == 11) Observe(Kind::kEscaped, object);
      Observe(Kind::kNested, object, other);
    }
  }
  std::vector<RefFact> facts(24);
  ASSERT_EQ(counter().List(facts), 24u);
  for (size_t i = 0; i < facts.size(); i += 3) {
    EXPECT_EQ(facts[i].event.object, facts[i + 1].event.object);
    EXPECT_EQ(facts[i].event.object, facts[i + 2].event.object);
  }
}

class RefObserving : public RefCounterConformance {
 protected:
  // Whether it observes; else that it ignores what it is told is all that is checked.
  bool Observes() {
    if (Declares(RefCounter::kCapabilityObservesAll)) return true;
    EXPECT_EQ(counter().ObserveOneIn(), 0u);
    Tell(Kind::kMade, 11);
    Tell(Kind::kValued);
    Tell(Kind::kLocalDropped, 11);
    EXPECT_EQ(counter().Stats().counted_count, 0u);
    EXPECT_THAT(List(), IsEmpty());
    EXPECT_EQ(Take(), std::vector<ObjectId>{});
    NoteRefused("observes all");
    return false;
  }

  // Of object 1, by `code`; past the model, which knows of escaped objects alone.
  void Tell(Kind kind, uint64_t code = 0) {
    static constexpr char kFile[] = "a.cc";
    const RefEvent event = {.kind = kind,
                            .site_line = static_cast<uint32_t>(100 + code),
                            .object = Object(1),
                            .other = code == 0 ? ObjectId() : Object(code),
                            .size_bytes = 4096,
                            .site_file = kFile};
    const absl::Status status = counter().Observe(std::span(&event, 1));
    EXPECT_TRUE(status.ok()) << status;
  }
};

TEST_F(RefObserving, ItWantsToHearOfOneInAtLeastOne) {
  if (!Observes()) return;
  EXPECT_GE(counter().ObserveOneIn(), 1u);
  EXPECT_EQ(counter().ObserveOneIn(), counter().ObserveOneIn());
}

TEST_F(RefObserving, WhoMadeAnObjectIsShown) {
  if (!Observes()) return;
  Tell(Kind::kMade, 11);
  std::vector<RefFact> facts(2);
  ASSERT_EQ(counter().List(facts), 2u);
  const RefFact& made = facts[facts[0].event.kind == Kind::kMade ? 0 : 1];
  EXPECT_EQ(made.event.kind, Kind::kMade);
  EXPECT_EQ(made.event.other, Object(11));
  EXPECT_EQ(made.event.site_line, 111u);
  ASSERT_NE(made.event.site_file, nullptr);
  EXPECT_EQ(std::string(made.event.site_file), "a.cc");
  EXPECT_EQ(made.event.size_bytes, 4096u);
  Tell(Kind::kDied);
}

TEST_F(RefObserving, ReferencesAreShownByTheirHolders) {
  if (!Observes()) return;
  Tell(Kind::kMade, 11);
  Tell(Kind::kLocalAdded);
  Tell(Kind::kLocalAdded, 12);
  Tell(Kind::kLocalAdded, 12);
  EXPECT_THAT(List(), UnorderedElementsAre(Fact(Kind::kMade, 1, 11), Fact(Kind::kLocalAdded, 1, 11),
                                           Fact(Kind::kLocalAdded, 1), Fact(Kind::kLocalAdded, 1, 12, 2)));
  Tell(Kind::kLocalDropped, 12);
  Tell(Kind::kLocalDropped, 11);
  EXPECT_THAT(List(), UnorderedElementsAre(Fact(Kind::kMade, 1, 11), Fact(Kind::kLocalAdded, 1),
                                           Fact(Kind::kLocalAdded, 1, 12)));
  Tell(Kind::kDied);
}

TEST_F(RefObserving, AnObjectThatHasNotEscapedIsNotDecided) {
  if (!Observes()) return;
  Tell(Kind::kMade);
  Tell(Kind::kNested, 11);
  Tell(Kind::kUnnested, 11);
  Tell(Kind::kLocalDropped);
  EXPECT_EQ(Take(), std::vector<ObjectId>{});
  EXPECT_EQ(counter().Stats().counted_count, 1u);
  Tell(Kind::kDied);
  EXPECT_EQ(counter().Stats().counted_count, 0u);
}

TEST_F(RefObserving, AnObjectThatEscapesIsDecidedAsAnyOther) {
  if (!Observes()) return;
  Tell(Kind::kMade);
  Observe(Kind::kEscaped, 1);
  EXPECT_EQ(counter().Stats().counted_count, 1u);
  Tell(Kind::kLocalDropped);
  Observe(Kind::kLocalGone, 1);
  EXPECT_THAT(List(), IsEmpty());
  EXPECT_EQ(Take(), std::vector<ObjectId>{Object(1)});
  EXPECT_EQ(counter().Stats().counted_count, 0u);
}

TEST_F(RefObserving, ReferencesToWhatIsUnknownChangeNothing) {
  if (!Observes()) return;
  for (const Kind kind : {Kind::kLocalAdded, Kind::kLocalDropped, Kind::kValued, Kind::kDied}) {
    Tell(kind, 11);
    EXPECT_EQ(counter().Stats().counted_count, 0u);
    EXPECT_THAT(List(), IsEmpty());
  }
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
