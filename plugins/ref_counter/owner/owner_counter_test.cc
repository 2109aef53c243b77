#include "plugins/ref_counter/owner/owner_counter.h"

#include <array>
#include <vector>

#include "core/simulation/simulated_host.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

constexpr ObjectId kObject(7, 1, 0);

TEST(OwnerCounterTest, LogsWhatCannotBeWithTheObjectsPast) {
  SimulatedHost host;
  OwnerCounter counter(host);
  ASSERT_TRUE(counter.Start(7).ok());
  const std::array<RefEvent, 2> events = {
      RefEvent{.kind = RefEventKind::kEscaped, .object = kObject},
      RefEvent{.kind = RefEventKind::kReturned, .object = kObject, .worker = 8, .sequence = 1}};
  ASSERT_TRUE(counter.Observe(events).ok());
  const std::vector<LogLine> lines = host.log().Lines();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].level, LogLevel::kError);
  EXPECT_EQ(lines[0].event, "ref_counter.contradiction");
  EXPECT_THAT(lines[0].facts, testing::HasSubstr("returned by who was not granted it"));
  EXPECT_THAT(lines[0].facts, testing::HasSubstr("escaped"));
}

// The end of an object's last needs comes in one batch with that of others, of which nothing is known (any more): they
// are no reason to stop there, and nobody complains.
TEST(OwnerCounterTest, F08_OneUnknownInABatchHoldsNoOtherUp) {
  constexpr ObjectId kFreed(7, 2, 0);
  constexpr ObjectId kNeverHeardOf(8, 3, 0);
  constexpr ObjectId kTask(7, 4, 0);
  SimulatedHost host;
  OwnerCounter counter(host);
  ASSERT_TRUE(counter.Start(7).ok());
  const std::array<RefEvent, 5> begin = {
      RefEvent{.kind = RefEventKind::kEscaped, .object = kObject},
      {.kind = RefEventKind::kEscaped, .object = kFreed},
      {.kind = RefEventKind::kSubmitted, .object = kObject, .other = kTask},
      {.kind = RefEventKind::kSubmitted, .object = kFreed, .other = kTask},
      {.kind = RefEventKind::kDied, .object = kFreed},
  };
  ASSERT_TRUE(counter.Observe(begin).ok());
  EXPECT_EQ(counter.Stats().counted_count, 1u);
  EXPECT_EQ(counter.Stats().decided_count, 0u);

  const std::array<RefEvent, 4> end = {
      RefEvent{.kind = RefEventKind::kTaskEnded, .object = kFreed, .other = kTask},
      {.kind = RefEventKind::kTaskEnded, .object = kNeverHeardOf, .other = kTask},
      {.kind = RefEventKind::kTaskEnded, .object = kObject, .other = kTask},
      {.kind = RefEventKind::kLocalGone, .object = kObject},
  };
  ASSERT_TRUE(counter.Observe(end).ok());
  std::array<RefDecision, 2> decisions;
  ASSERT_EQ(counter.TakeDecisions(decisions), 1u);
  EXPECT_EQ(decisions[0].event.kind, RefEventKind::kDied);
  EXPECT_EQ(decisions[0].event.object, kObject);
  EXPECT_EQ(counter.Stats().counted_count, 0u);
  EXPECT_TRUE(host.log().Lines().empty());
}

TEST(OwnerCounterTest, SaysWhichEventIsWrong) {
  SimulatedHost host;
  OwnerCounter counter(host);
  EXPECT_EQ(counter.Start(0).message(), "worker is 0, which is no process: give this process's number");
  const std::array<RefEvent, 2> events = {RefEvent{.object = kObject},
                                          {.kind = RefEventKind::kBorrowed, .object = kObject}};
  EXPECT_EQ(counter.Observe(events).message(),
            "event 1 of 2, of kind 6, lacks what its kind needs: none of them was observed");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
