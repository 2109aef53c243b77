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
