#include "plugins/ref_counter/tracing/trace_table.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr ObjectId kObject(7, 1, 0);
constexpr ObjectId kTask(7, 10, 0);
constexpr ObjectId kOtherTask(7, 11, 0);

class TraceTableTest : public testing::Test {
 protected:
  void Tell(RefEventKind kind, ObjectId other = {}, uint32_t line = 1, ObjectId object = kObject) {
    table_.Hear({.kind = kind, .site_line = line, .object = object, .other = other, .site_file = file_}, ++now_ns_);
  }

  // "10:2 since 3 at 5": code, references, time, line.
  std::vector<std::string> Holders() const {
    std::vector<RefFact> facts;
    table_.AppendFacts(facts);
    std::vector<std::string> holders;
    for (const RefFact& fact : facts) {
      if (fact.event.kind != RefEventKind::kLocalAdded) continue;
      holders.push_back(std::to_string(fact.event.other.sequence()) + ":" + std::to_string(fact.count) + " since " +
                        std::to_string(fact.since_ns) + " at " + std::to_string(fact.event.site_line));
    }
    return holders;
  }

  const char* file_ = "a.cc";
  int64_t now_ns_ = 0;
  TraceTable table_{{.objects_max = 2, .holders_max = 3}};
};

TEST_F(TraceTableTest, WhoMadeItHoldsItFirst) {
  Tell(RefEventKind::kMade, kTask, 5);
  EXPECT_THAT(Holders(), ElementsAre("10:1 since 1 at 5"));
  table_.Hear({.kind = RefEventKind::kValued, .object = kObject, .size_bytes = 4096}, 9);
  std::vector<RefFact> facts;
  table_.AppendFacts(facts);
  EXPECT_EQ(facts[0].event.kind, RefEventKind::kMade);
  EXPECT_EQ(facts[0].event.size_bytes, 4096u);
  EXPECT_EQ(std::string(facts[0].event.site_file), "a.cc");
}

TEST_F(TraceTableTest, AHolderIsOldAsItsFirstReferenceAndStandsWhereItGotTheLast) {
  Tell(RefEventKind::kMade, kTask, 5);
  Tell(RefEventKind::kLocalAdded, {}, 6);
  Tell(RefEventKind::kLocalAdded, kTask, 7);
  EXPECT_THAT(Holders(), ElementsAre("0:1 since 2 at 6", "10:2 since 1 at 7"));
  Tell(RefEventKind::kLocalDropped, kTask);
  Tell(RefEventKind::kLocalDropped, kTask);
  EXPECT_THAT(Holders(), ElementsAre("0:1 since 2 at 6"));
}

TEST_F(TraceTableTest, WhoDropsWhatItNeverGotWasHandedIt) {
  Tell(RefEventKind::kMade, kTask, 5);
  Tell(RefEventKind::kLocalAdded, {}, 6);
  Tell(RefEventKind::kLocalDropped, kOtherTask);  // The task's, which got its latest one first.
  EXPECT_THAT(Holders(), ElementsAre("0:1 since 2 at 6"));
  Tell(RefEventKind::kLocalDropped, kOtherTask);
  Tell(RefEventKind::kLocalDropped, kOtherTask);  // None is left: it changes nothing.
  EXPECT_THAT(Holders(), IsEmpty());
  EXPECT_EQ(table_.object_count(), 1u);
}

TEST_F(TraceTableTest, ReferencesThatTheRuntimeHandsOnAreItsOwnAndGoFirst) {
  Tell(RefEventKind::kMade, {}, 5);
  file_ = "x/core/runtime/argument.h";
  Tell(RefEventKind::kLocalAdded, {}, 6);
  file_ = nullptr;
  Tell(RefEventKind::kLocalAdded, {}, 0);
  EXPECT_THAT(Holders(), ElementsAre("0:1 since 1 at 5", "0:2 since 2 at 0"));
  file_ = "a.cc";
  Tell(RefEventKind::kLocalAdded, kTask, 7);  // It keeps a copy of its argument,
  Tell(RefEventKind::kLocalDropped, kTask);   // which goes with the task,
  Tell(RefEventKind::kLocalDropped, {});      // and then the queue's,
  Tell(RefEventKind::kLocalDropped, {});      // and the main part's.
  EXPECT_THAT(Holders(), ElementsAre("10:1 since 4 at 7"));
}

TEST_F(TraceTableTest, WhatIsHandedOnIsTakenFromCodeBeforeTheMainPart) {
  Tell(RefEventKind::kMade, {}, 5);
  Tell(RefEventKind::kLocalAdded, kTask, 6);
  Tell(RefEventKind::kLocalDropped, kOtherTask);
  EXPECT_THAT(Holders(), ElementsAre("0:1 since 1 at 5"));
}

TEST_F(TraceTableTest, HoldersBeyondAreTheRuntimesAndContainersBeyondAreLeftOut) {
  Tell(RefEventKind::kMade, kTask, 1);
  for (uint64_t task = 11; task <= 14; ++task) Tell(RefEventKind::kLocalAdded, ObjectId(7, task, 0), 2);
  EXPECT_THAT(Holders(),
              ElementsAre("10:1 since 1 at 1", "11:1 since 2 at 2", "12:1 since 3 at 2", "0:2 since 4 at 0"));
  for (uint64_t outer = 20; outer < 24; ++outer) Tell(RefEventKind::kNested, ObjectId(7, outer, 0));
  EXPECT_THAT(table_.ContainersOf(kObject), ElementsAre(ObjectId(7, 20, 0), ObjectId(7, 21, 0), ObjectId(7, 22, 0)));
}

TEST_F(TraceTableTest, ContainersAreASet) {
  Tell(RefEventKind::kMade);
  Tell(RefEventKind::kNested, kTask);
  Tell(RefEventKind::kNested, kTask);
  EXPECT_TRUE(table_.Contains(kTask, kObject));
  Tell(RefEventKind::kUnnested, kTask);
  EXPECT_FALSE(table_.Contains(kTask, kObject));
}

TEST_F(TraceTableTest, ObjectsBeyondArePassedOverUntilThereIsRoom) {
  for (uint64_t object = 1; object <= 3; ++object) Tell(RefEventKind::kMade, {}, 1, ObjectId(7, object, 0));
  EXPECT_EQ(table_.object_count(), 2u);
  EXPECT_EQ(table_.passed_over_count(), 1u);
  Tell(RefEventKind::kDied, {}, 1, ObjectId(7, 1, 0));
  Tell(RefEventKind::kMade, {}, 1, ObjectId(7, 4, 0));
  EXPECT_EQ(table_.object_count(), 2u);
  EXPECT_EQ(table_.passed_over_count(), 1u);
}

TEST_F(TraceTableTest, WhatWasNotMadeIsUnknown) {
  for (const RefEventKind kind :
       {RefEventKind::kLocalAdded, RefEventKind::kLocalDropped, RefEventKind::kValued, RefEventKind::kNested,
        RefEventKind::kUnnested, RefEventKind::kEscaped, RefEventKind::kDied}) {
    Tell(kind, kTask);
  }
  EXPECT_EQ(table_.object_count(), 0u);
  EXPECT_EQ(table_.unescaped_count(), 0u);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
