#include "plugins/ref_counter/none/none_counter.h"

#include <array>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

using testing::HasSubstr;

constexpr ObjectId kObject(7, 1, 0);
constexpr ObjectId kOther(7, 2, 0);

void Observe(NoneCounter& counter, RefEventKind kind, uint64_t worker = 0) {
  const RefEvent event = {.kind = kind, .object = kObject, .other = kOther, .worker = worker};
  ASSERT_TRUE(counter.Observe(std::span(&event, 1)).ok());
}

TEST(NoneCounterTest, KnowsNothingButTheLastLocalReference) {
  NoneCounter counter;
  ASSERT_TRUE(counter.Start(7).ok());
  Observe(counter, RefEventKind::kEscaped);
  Observe(counter, RefEventKind::kBorrowed, 8);
  Observe(counter, RefEventKind::kNested);
  Observe(counter, RefEventKind::kSubmitted);
  EXPECT_EQ(counter.Stats().counted_count, 0u);
  Observe(counter, RefEventKind::kLocalGone);
  std::array<RefDecision, 2> decisions;
  ASSERT_EQ(counter.TakeDecisions(decisions), 1u);
  EXPECT_EQ(decisions[0].event.object, kObject);
  EXPECT_EQ(decisions[0].worker, 0u);
}

TEST(NoneCounterTest, SaysWhichEventIsWrong) {
  NoneCounter counter;
  const std::array<RefEvent, 2> events = {RefEvent{.object = kObject},
                                          {.kind = RefEventKind::kBorrowed, .object = kObject}};
  EXPECT_EQ(counter.Observe(events).message(),
            "event 1 of 2, of kind 6, lacks what its kind needs: none of them was observed");
  EXPECT_THAT(std::string(counter.Start(0).message()), HasSubstr("worker is 0"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
