#include "core/ownership/link.h"

#include <deque>
#include <set>
#include <tuple>
#include <vector>

#include "gtest/gtest.h"

namespace manta {
namespace {

constexpr uint64_t kSelf = 7;

RefEvent Message(uint64_t number) { return {.kind = RefEventKind::kBorrowed, .object = ObjectId(8, number, 0)}; }

TEST(LinkTest, NumbersMessagesAndConfirmsAfterThem) {
  Link link;
  EXPECT_FALSE(link.ready());
  link.Say(Message(1));
  link.Say(Message(2));
  EXPECT_TRUE(link.Hear(1));
  EXPECT_EQ(link.unsaid_count(), 3u);
  EXPECT_EQ(link.Next(kSelf).sequence, 1u);
  EXPECT_EQ(link.Next(kSelf).sequence, 2u);
  const RefEvent heard = link.Next(kSelf);
  EXPECT_EQ(heard.kind, RefEventKind::kHeard);
  EXPECT_EQ(heard.worker, kSelf);
  EXPECT_EQ(heard.sequence, 1u);
  EXPECT_FALSE(link.ready());
  EXPECT_EQ(link.unheard_count(), 2u);
}

TEST(LinkTest, HearsTheNextOneOnlyAndConfirmsEach) {
  Link link;
  EXPECT_FALSE(link.Hear(2));
  EXPECT_FALSE(link.ready());  // There is nothing to confirm yet.
  EXPECT_TRUE(link.Hear(1));
  EXPECT_FALSE(link.Hear(1));
  EXPECT_TRUE(link.Hear(2));
  EXPECT_FALSE(link.Hear(1));
  EXPECT_EQ(link.Next(kSelf).sequence, 2u);
}

TEST(LinkTest, RefusesAConfirmationOfWhatWasNotSaid) {
  Link link;
  link.Say(Message(1));
  EXPECT_FALSE(link.Confirm(2));
  EXPECT_EQ(link.unheard_count(), 1u);
  EXPECT_TRUE(link.Confirm(1));
  EXPECT_TRUE(link.Confirm(1));
  EXPECT_EQ(link.unheard_count(), 0u);
}

TEST(LinkTest, SaysAgainWhatIsUnheard) {
  Link link;
  for (uint64_t i = 1; i <= 3; ++i) link.Say(Message(i));
  for (uint64_t i = 1; i <= 3; ++i) link.Next(kSelf);
  EXPECT_TRUE(link.Confirm(1));
  link.SayAgain();
  EXPECT_EQ(link.Next(kSelf).sequence, 2u);
  EXPECT_TRUE(link.Confirm(2));  // Of the first time.
  EXPECT_EQ(link.Next(kSelf).sequence, 3u);
  EXPECT_FALSE(link.ready());
}

// Two sides and a network of sets, on which every message may come at any time, again and again. All that can happen.
struct World {
  Link from;
  Link to;
  uint64_t said_count = 0;
  uint64_t again_count = 0;
  std::vector<uint64_t> heard;
  std::set<uint64_t> messages;       // Ever said: each may come at any time.
  std::set<uint64_t> confirmations;  // Each was said, too.

  auto Key() const {
    return std::tuple(said_count, again_count, heard, messages, confirmations, from.unheard_count(),
                      from.unsaid_count(), to.unsaid_count());
  }
};

TEST(LinkTest, WhateverTheNetworkDoesWhatIsHeardBeginsWhatIsSaid) {
  constexpr uint64_t kMessageCount = 4;
  std::set<decltype(World().Key())> seen;
  std::deque<World> open = {World()};
  uint64_t complete_count = 0;
  const auto visit = [&](const World& world) {
    for (uint64_t i = 0; i < world.heard.size(); ++i) ASSERT_EQ(world.heard[i], i + 1);
    ASSERT_LE(world.said_count - world.from.unheard_count(), world.heard.size()) << "confirmed, and not heard";
    if (world.heard.size() == kMessageCount && world.from.unheard_count() == 0) ++complete_count;
    if (seen.insert(world.Key()).second) open.push_back(world);
  };
  while (!open.empty() && !HasFatalFailure()) {
    const World world = open.front();
    open.pop_front();
    if (world.said_count < kMessageCount) {
      World next = world;
      next.from.Say(Message(++next.said_count));
      visit(next);
    }
    if (world.from.ready()) {
      World next = world;
      next.messages.insert(next.from.Next(kSelf).sequence);
      visit(next);
    }
    if (world.to.ready()) {
      World next = world;
      next.confirmations.insert(next.to.Next(kSelf).sequence);
      visit(next);
    }
    if (world.again_count < 2) {
      World next = world;
      ++next.again_count;
      next.from.SayAgain();
      visit(next);
    }
    for (const uint64_t message : world.messages) {
      World next = world;
      if (next.to.Hear(message)) next.heard.push_back(message);
      visit(next);
    }
    for (const uint64_t confirmation : world.confirmations) {
      World next = world;
      ASSERT_TRUE(next.from.Confirm(confirmation));
      visit(next);
    }
  }
  RecordProperty("states", static_cast<int>(seen.size()));
  EXPECT_GT(seen.size(), 1000u);
  EXPECT_GT(complete_count, 0u);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
