#include "plugins/ref_counter/tracing/tracing_counter.h"

#include <array>
#include <utility>
#include <vector>

#include "core/simulation/simulated_host.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

using testing::ElementsAre;

constexpr ObjectId kObject(7, 1, 0);
constexpr ObjectId kOuter(7, 2, 0);

class TracingCounterTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(counter_.Start(7).ok()); }

  void Tell(RefEventKind kind, ObjectId object = kObject, ObjectId other = {}) {
    const RefEvent event = {.kind = kind, .object = object, .other = other};
    ASSERT_TRUE(counter_.Observe(std::span(&event, 1)).ok());
  }
  uint64_t Take() {
    std::array<RefDecision, 4> decisions;
    return counter_.TakeDecisions(decisions);
  }
  std::vector<std::pair<RefEventKind, int64_t>> Known() const {
    std::vector<RefFact> facts(counter_.List({}));
    EXPECT_EQ(counter_.List(facts), facts.size());
    std::vector<std::pair<RefEventKind, int64_t>> known;
    for (const RefFact& fact : facts) known.emplace_back(fact.event.kind, fact.since_ns);
    return known;
  }

  SimulatedHost host_;
  TracingCounter counter_{host_, {.observe_one_in = 3, .limits = {.objects_max = 2, .holders_max = 4}}};
};

TEST_F(TracingCounterTest, TimesAreTheHosts) {
  EXPECT_EQ(counter_.ObserveOneIn(), 3u);
  host_.clock().Advance(500);
  const int64_t made_ns = host_.clock().NowNs();
  Tell(RefEventKind::kMade);
  EXPECT_THAT(Known(),
              ElementsAre(std::pair(RefEventKind::kMade, made_ns), std::pair(RefEventKind::kLocalAdded, made_ns)));
}

TEST_F(TracingCounterTest, WhatContainedAnObjectBeforeItEscapedKeepsItThen) {
  Tell(RefEventKind::kMade);
  Tell(RefEventKind::kNested, kObject, kOuter);
  Tell(RefEventKind::kEscaped);
  Tell(RefEventKind::kLocalGone);
  EXPECT_EQ(Take(), 0u);
  Tell(RefEventKind::kUnnested, kObject, kOuter);
  EXPECT_EQ(Take(), 1u);
  EXPECT_EQ(counter_.Stats().counted_count, 0u);
}

TEST_F(TracingCounterTest, ThatItIsFullIsToldOnce) {
  for (uint64_t i = 1; i <= 4; ++i) Tell(RefEventKind::kMade, ObjectId(7, i, 0));
  EXPECT_EQ(host_.log().Count("ref_counter.trace_full"), 1u);
  EXPECT_EQ(counter_.Stats().counted_count, 2u);
}

TEST_F(TracingCounterTest, LogsWhatCannotBe) {
  const RefEvent event = {.kind = RefEventKind::kReturned, .object = kObject, .worker = 8, .sequence = 1};
  Tell(RefEventKind::kEscaped);
  ASSERT_TRUE(counter_.Observe(std::span(&event, 1)).ok());
  EXPECT_EQ(host_.log().Count("ref_counter.contradiction"), 1u);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
