#include "core/runtime/handle_cycles.h"

#include <string>
#include <vector>

#include "core/base/text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;

// "1 -> 2 -> 1, 2 actors, 0 other handles"
std::vector<std::string> Find(const std::vector<HeldActor>& actors) {
  std::vector<std::string> found;
  for (const HandleCycle& cycle : FindHandleCycles(actors)) {
    found.push_back(Concat(cycle.actors, ", ", cycle.actor_count, " actors, ", cycle.other_handles, " other handles"));
  }
  return found;
}

TEST(HandleCyclesTest, ChainsAreNone) {
  EXPECT_THAT(Find({}), IsEmpty());
  EXPECT_THAT(Find({{.number = 1, .name = "A", .handle_count = 1},
                    {.number = 2, .name = "B", .handle_count = 2, .holders = {1, 1}},
                    {.number = 3, .name = "C", .handle_count = 2, .holders = {1, 2}}}),
              IsEmpty());
}

TEST(HandleCyclesTest, AnActorThatHoldsItself) {
  EXPECT_THAT(Find({{.number = 4, .name = "A", .handle_count = 3, .holders = {4, 4}}}),
              ElementsAre("actor 4 (A) -> actor 4 (A), 1 actors, 1 other handles"));
}

TEST(HandleCyclesTest, AShortestWayIsShownAndAllAreCounted) {
  // 2 -> 3 -> 5 -> 2, and the longer 2 -> 3 -> 4 -> 5 -> 2. 1 holds one of them, and 6 is held by one.
  EXPECT_THAT(Find({{.number = 1, .name = "A", .handle_count = 1},
                    {.number = 2, .name = "B", .handle_count = 3, .holders = {1, 5}},
                    {.number = 3, .name = "C", .handle_count = 1, .holders = {2}},
                    {.number = 4, .name = "D", .handle_count = 1, .holders = {3}},
                    {.number = 5, .name = "E", .handle_count = 2, .holders = {3, 4}},
                    {.number = 6, .name = "F", .handle_count = 1, .holders = {5}}}),
              ElementsAre("actor 2 (B) -> actor 3 (C) -> actor 5 (E) -> actor 2 (B), 4 actors, 2 other handles"));
}

TEST(HandleCyclesTest, SeveralAreInTheirActorsOrder) {
  EXPECT_THAT(Find({{.number = 1, .name = "A", .handle_count = 1, .holders = {2}},
                    {.number = 2, .name = "B", .handle_count = 1, .holders = {1}},
                    {.number = 3, .name = "C", .handle_count = 2, .holders = {3, 2}}}),
              ElementsAre("actor 1 (A) -> actor 2 (B) -> actor 1 (A), 2 actors, 0 other handles",
                          "actor 3 (C) -> actor 3 (C), 1 actors, 1 other handles"));
}

TEST(HandleCyclesTest, WhoIsNotThereHoldsNothingThatCouldClose) {
  EXPECT_THAT(Find({{.number = 1, .name = "A", .handle_count = 1, .holders = {9}}}), IsEmpty());
}

TEST(HandleCyclesTest, LongRingsNeedNoStack) {
  std::vector<HeldActor> ring;
  for (uint64_t i = 0; i < 20'000; ++i) {
    ring.push_back({.number = i + 1, .name = "A", .handle_count = 1, .holders = {i == 0 ? 20'000 : i}});
  }
  const std::vector<HandleCycle> cycles = FindHandleCycles(ring);
  ASSERT_EQ(cycles.size(), 1u);
  EXPECT_EQ(cycles[0].actor_count, 20'000u);
  EXPECT_EQ(cycles[0].other_handles, 0u);
  EXPECT_THAT(cycles[0].actors, EndsWith("actor 8 (A) -> 19992 more -> actor 1 (A)"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
