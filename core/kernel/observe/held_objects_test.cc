#include "core/kernel/observe/held_objects.h"

#include <string>
#include <vector>

#include "core/kernel/observe/memory_reply.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kSecond = 1'000'000'000;
constexpr ObjectId kTask(7, 1000, 0);

ObjectId Id(uint64_t number) { return ObjectId(7, number, 0); }

// What a counter lists, in a few words.
class HeldObjectsTest : public testing::Test {
 protected:
  void Made(uint64_t object, int64_t at_ns = kSecond, uint32_t line = 1, uint64_t size_bytes = 100) {
    facts_.push_back({.event = {.kind = RefEventKind::kMade,
                                .site_line = line,
                                .object = Id(object),
                                .size_bytes = size_bytes,
                                .site_file = "made.cc"},
                      .since_ns = at_ns});
  }
  void Held(uint64_t object, ObjectId by, uint64_t count = 1, uint32_t line = 9) {
    facts_.push_back({.event = {.kind = RefEventKind::kLocalAdded,
                                .site_line = line,
                                .object = Id(object),
                                .other = by,
                                .site_file = "got.cc"},
                      .since_ns = 2 * kSecond,
                      .count = count});
  }
  void Inside(uint64_t object, uint64_t outer) {
    facts_.push_back({.event = {.kind = RefEventKind::kNested, .object = Id(object), .other = Id(outer)}});
  }
  void Told(RefEventKind kind, uint64_t object, uint64_t worker = 0) {
    facts_.push_back({.event = {.kind = kind, .object = Id(object), .other = kTask, .worker = worker, .transfer = 1}});
  }
  HeldObjects held() const { return HeldObjects(facts_); }
  static std::vector<std::string> Holders(const HeldGroup& group) {
    std::vector<std::string> holders;
    for (const HeldBy& by : group.held_by) holders.push_back(std::to_string(by.object_count) + " by " + by.name);
    return holders;
  }
  // When before all was as it is now.
  std::vector<HeldLeak> Leaks() const { return held().LeaksSince(held()); }
  std::vector<std::string> Path(uint64_t object) const {
    std::vector<std::string> steps;
    for (const HeldStep& step : held().PathTo(Id(object))) steps.push_back(step.what);
    return steps;
  }
  struct MadeFacts {
    void Add(ObjectId id, int64_t at_ns) {
      facts.push_back({.event = {.kind = RefEventKind::kMade, .object = id}, .since_ns = at_ns});
    }
    std::vector<RefFact> facts;
  };

  // Whether `count` objects, made in equal steps from `first_ns` on, are said to grow at 12 s of a program's life.
  static bool Grows(int count, int64_t first_ns, int64_t last_ns, int64_t now_ns = 12 * kSecond) {
    MadeFacts facts;
    for (int i = 0; i < count; ++i) facts.Add(Id(i + 1), first_ns + (last_ns - first_ns) * i / (count - 1));
    return HeldObjects(facts.facts).Groups(/*begin_ns=*/1, now_ns).at(0).grows;
  }

  std::vector<RefFact> facts_;
};

TEST_F(HeldObjectsTest, GroupsAreByPlaceTheMostBytesFirst) {
  Made(1, 5 * kSecond, 1);
  Held(1, {});
  Made(2, 3 * kSecond, 2, 5000);
  Held(2, kTask, 3);
  Made(3, 4 * kSecond, 1);
  Held(3, {});
  Held(3, kTask, 1, 10);
  Inside(3, 2);
  const std::vector<HeldGroup> groups = held().Groups(1, 10 * kSecond);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].made_at, "made.cc:2");
  EXPECT_EQ(groups[0].reference_count, 3u);
  EXPECT_THAT(Holders(groups[0]), ElementsAre("1 by tasks (got.cc:9)"));
  EXPECT_EQ(groups[1].object_count, 2u);
  EXPECT_EQ(groups[1].size_bytes, 200u);
  EXPECT_EQ(groups[1].oldest_ns, 4 * kSecond);
  EXPECT_EQ(groups[1].example, Id(3));
  EXPECT_THAT(Holders(groups[1]), ElementsAre("2 by main (got.cc:9)", "1 by objects", "1 by tasks (got.cc:10)"));
}

TEST_F(HeldObjectsTest, WhatIsLeftOfEachThirdGrows) {
  EXPECT_TRUE(Grows(30, kSecond, 12 * kSecond - 1));
  EXPECT_FALSE(Grows(8, kSecond, 12 * kSecond - 1)) << "too few to say";
  EXPECT_FALSE(Grows(30, kSecond, 2 * kSecond)) << "made at the start, and kept";
  EXPECT_FALSE(Grows(30, 10 * kSecond, 12 * kSecond - 1)) << "the old ones have gone";
  EXPECT_FALSE(Grows(30, 1, kSecond / 2, kSecond / 2)) << "too early to say";
}

TEST_F(HeldObjectsTest, APathEndsAtWhoHoldsTheNearest) {
  Made(1);
  Inside(1, 2);
  Inside(1, 3);
  Made(2);
  Inside(2, 4);
  Made(3);
  Held(3, kTask, 2);
  Made(4);
  Held(4, {});
  EXPECT_THAT(Path(1), ElementsAre("lies in object " + Id(3).ToHex(),
                                   "is held by code of task " + kTask.ToHex() + ", 2 references"));
  EXPECT_THAT(Path(2), ElementsAre("lies in object " + Id(4).ToHex(), "is held by main"));
  EXPECT_THAT(Path(9), IsEmpty());
}

TEST_F(HeldObjectsTest, APathWithoutAnEndSaysWhy) {
  Made(1);
  Inside(1, 2);
  Made(2);
  Inside(2, 1);
  Made(3);
  Inside(3, 77);
  Made(4);
  EXPECT_THAT(Path(1).back(), HasSubstr("a ring"));
  EXPECT_THAT(Path(3).back(), HasSubstr("which is not observed"));
  EXPECT_THAT(Path(4), ElementsAre("is held by nobody that was recorded"));
}

TEST_F(HeldObjectsTest, WhatTheProtocolKnowsIsNamed) {
  Told(RefEventKind::kEscaped, 1);
  Told(RefEventKind::kBorrowed, 2, 8);
  Told(RefEventKind::kSent, 3, 8);
  Told(RefEventKind::kSubmitted, 4);
  Told(RefEventKind::kWeak, 5);
  EXPECT_THAT(Path(1), ElementsAre("is held by this process"));
  EXPECT_THAT(Path(2), ElementsAre("is held by process 8"));
  EXPECT_THAT(Path(3), ElementsAre("is held by a message to process 8"));
  EXPECT_THAT(Path(4), ElementsAre("is held by task " + kTask.ToHex()));
  EXPECT_THAT(Path(5), ElementsAre("is held by weak references"));
  Held(1, {});  // Says more.
  EXPECT_THAT(Path(1), ElementsAre("is held by main"));
}

TEST_F(HeldObjectsTest, WhatCodeLeftBehindLeaks) {
  for (uint64_t object = 1; object <= 3; ++object) {
    Made(object);
    Held(object, kTask);
  }
  Made(4, kSecond, 7);
  Held(4, ObjectId(7, 1001, 0));
  const std::vector<HeldLeak> leaks = Leaks();
  ASSERT_EQ(leaks.size(), 2u);
  EXPECT_EQ(leaks[0].made_at, "made.cc:1");
  EXPECT_EQ(leaks[0].got_at, "got.cc:9");
  EXPECT_EQ(leaks[0].object_count, 3u);
  EXPECT_EQ(leaks[0].size_bytes, 300u);
  EXPECT_EQ(leaks[1].made_at, "made.cc:7");
  EXPECT_THAT(LeakLines(Leaks(), 1), ElementsAre(AllOf(HasSubstr("made_at=made.cc:1"), HasSubstr("held_since=got.cc:9"),
                                                       HasSubstr("objects=3")),
                                                 HasSubstr("made_at=made.cc:7")));
}

TEST_F(HeldObjectsTest, WhatMainKeepsDoesNotLeak) {
  Made(1);
  Held(1, kTask);
  Held(1, {});  // Main holds it, too.
  Made(2);
  Held(2, kTask);
  Inside(2, 1);  // It lies in what main holds.
  Made(3);
  Held(3, kTask);
  Inside(3, 55);  // In what, is not known.
  Made(4);
  Held(4, Id(1));  // The task's result is held: the reference may lie in it.
  Made(5);
  Held(5, {});
  Told(RefEventKind::kBorrowed, 6, 8);
  EXPECT_THAT(Leaks(), IsEmpty());
  EXPECT_THAT(LeakLines(Leaks(), 64), IsEmpty());
}

TEST_F(HeldObjectsTest, WhatMainKeptBeforeDoesNotLeak) {
  Made(1);
  Held(1, kTask);
  Made(2);
  Held(2, Id(3));
  const HeldObjects after = held();
  EXPECT_EQ(after.LeaksSince(after).size(), 1u);
  Held(1, {});  // Shutdown took it from main: it was an actor's, who had been handed it.
  Made(3);
  Held(3, {});  // The result of the task that made 2.
  EXPECT_THAT(after.LeaksSince(held()), IsEmpty());
}

TEST_F(HeldObjectsTest, WhatTheRuntimeHeldBeforeMayLeak) {
  Made(1);
  Held(1, kTask);
  const HeldObjects after = held();
  facts_.push_back({.event = {.kind = RefEventKind::kLocalAdded, .object = Id(1)}});  // An argument that is to go.
  EXPECT_EQ(after.LeaksSince(held()).size(), 1u);
  EXPECT_THAT(Leaks(), IsEmpty()) << "it has not gone: somebody might still be handed it";
}

TEST_F(HeldObjectsTest, TheRuntimesReferencesAreNamed) {
  facts_.push_back({.event = {.kind = RefEventKind::kLocalAdded, .object = Id(1)}});
  EXPECT_THAT(Path(1), ElementsAre("is held by the runtime"));
}

TEST_F(HeldObjectsTest, ARingThatCodeHoldsLeaks) {
  Made(1);
  Held(1, kTask);
  Inside(1, 2);
  Made(2);
  Inside(2, 1);
  EXPECT_EQ(Leaks().size(), 1u);
  Held(2, {});
  EXPECT_THAT(Leaks(), IsEmpty());
}

TEST_F(HeldObjectsTest, RepliesAreAsOfAllObjects) {
  Made(1, kSecond, 1, /*size_bytes=*/0);
  Held(1, {});
  ObjectsView view;
  view.objects = {{.id = Id(1), .type = "Big", .place = "native", .size_bytes = 1000, .references = 2, .from = "Make"},
                  {.id = Id(2), .type = "Big", .place = "native", .size_bytes = 500, .references = 1, .from = "Make"},
                  {.id = Id(3), .type = "", .place = "store", .size_bytes = 9000, .references = 0, .from = ""}};
  const MemoryMoment moment = {.begin_ns = 0, .now_ns = 3 * kSecond};
  const ReplyTable table = HeldReply(held(), view, 64, moment, 10);
  EXPECT_EQ(table.Fact("observed_one_in"), "64");
  EXPECT_EQ(table.Fact("observed"), "1");
  EXPECT_THAT(table.rows, ElementsAre(ElementsAre("made.cc:1", "64", "64000", "64", "64 by main (got.cc:9)", "2000", "",
                                                  Id(1).ToHex())));
  const ReplyTable plain = UnheldReply(view, 1);
  EXPECT_EQ(plain.Fact("observed_one_in"), "0");
  EXPECT_EQ(plain.Fact("more"), "1");
  EXPECT_THAT(plain.rows, ElementsAre(ElementsAre("", "", "store", "1", "9000", "0", Id(3).ToHex())));
  EXPECT_THAT(UnheldReply(view, 2).rows.back(), ElementsAre("Make", "Big", "native", "2", "1500", "3", Id(1).ToHex()));
}

TEST_F(HeldObjectsTest, WhatIsKnownOnlySinceItEscapedIsNotObserved) {
  Told(RefEventKind::kEscaped, 9);  // The first of all.
  Inside(9, 1);
  Made(1);
  Held(1, {});
  Made(2, 2 * kSecond);
  Held(2, kTask);
  Told(RefEventKind::kEscaped, 2);  // Observed, all the same.
  const MemoryMoment moment = {.begin_ns = 0, .now_ns = 3 * kSecond};
  const ReplyTable table = HeldReply(held(), {}, 256, moment, 10);
  EXPECT_EQ(table.Fact("observed"), "2");
  EXPECT_EQ(table.Fact("places"), "1");
  EXPECT_THAT(table.rows,
              ElementsAre(ElementsAre("made.cc:1", "512", "51200", "512",
                                      "256 by main (got.cc:9), 256 by tasks (got.cc:9)", "2000", "", Id(1).ToHex())));
  const ReplyTable path = PathReply(held(), Id(9).ToHex(), moment);
  EXPECT_EQ(path.Fact("made_by"), "(not known)");
  EXPECT_EQ(path.Fact("made_at"), "(not known)");
  EXPECT_EQ(PathReply(held(), Id(1).ToHex(), moment).Fact("made_by"), "main");
}

TEST_F(HeldObjectsTest, ThreeHoldersAreNamedAndTheOthersCounted) {
  for (uint64_t object = 1; object <= 2; ++object) {
    Made(object);
    Held(object, {});
  }
  for (uint32_t line = 1; line <= 4; ++line) Held(1, kTask, 1, line);
  const ReplyTable table = HeldReply(held(), {}, 10, {.begin_ns = 0, .now_ns = 3 * kSecond}, 10);
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0][4], "20 by main (got.cc:9), 10 by tasks (got.cc:1), 10 by tasks (got.cc:2), and 2 more");
}

TEST_F(HeldObjectsTest, AnObjectIsNamedByItsLastDigits) {
  Made(0x11);
  Made(0x21);
  Held(0x21, kTask);
  const std::string hex = Id(0x21).ToHex();
  const MemoryMoment moment = {.begin_ns = 0, .now_ns = 3 * kSecond};
  const ReplyTable table = PathReply(held(), hex.substr(hex.size() - 6), moment);
  EXPECT_EQ(table.Fact("object"), hex);
  EXPECT_EQ(table.Fact("made_at"), "made.cc:1");
  EXPECT_THAT(table.rows, ElementsAre(ElementsAre("1", HasSubstr("is held by code of task"), "1000", "got.cc:9")));
  EXPECT_THAT(std::string(PathReply(held(), "10000", moment).Fact("error")), HasSubstr("2 objects end with"));
  EXPECT_THAT(std::string(PathReply(held(), "abc", moment).Fact("error")), HasSubstr("no object \"abc\""));
  EXPECT_THAT(std::string(PathReply(held(), "", moment).Fact("error")), HasSubstr("observes no object"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
