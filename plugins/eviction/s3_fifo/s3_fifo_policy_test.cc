// What is S3-FIFO's own; the contract is tested by //tests/conformance:eviction, the hits by //tests/eviction.
#include "plugins/eviction/s3_fifo/s3_fifo_policy.h"

#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr ObjectId Id(uint64_t number) { return ObjectId::ForTest(number); }

void Insert(S3FifoPolicy& policy, uint64_t first, uint64_t last, uint64_t size_bytes = 10) {
  for (uint64_t i = first; i <= last; ++i) ASSERT_TRUE(policy.Insert(Id(i), size_bytes).ok());
}

void Use(S3FifoPolicy& policy, uint64_t number, int times) {
  for (int i = 0; i < times; ++i) ASSERT_TRUE(policy.Access(Id(number)).ok());
}

std::vector<uint64_t> Evict(S3FifoPolicy& policy, uint64_t count) {
  std::vector<uint64_t> order;
  while (order.size() < count) {
    const absl::StatusOr<Evicted> evicted = policy.Evict();
    if (!evicted.ok()) break;
    order.push_back(evicted->id.sequence());
  }
  return order;
}

constexpr uint64_t kAll = UINT64_MAX;

TEST(S3FifoPolicyTest, UnusedEntriesGoInOrderOfInsert) {
  S3FifoPolicy policy;
  Insert(policy, 1, 5);
  EXPECT_THAT(Evict(policy, kAll), ElementsAre(1, 2, 3, 4, 5));
}

TEST(S3FifoPolicyTest, TwoUsesLeadToMainAndOneDoesNot) {
  S3FifoPolicy policy;
  Insert(policy, 1, 4);
  Use(policy, 1, 1);
  Use(policy, 2, 2);
  EXPECT_THAT(Evict(policy, kAll), ElementsAre(1, 3, 4, 2));
}

TEST(S3FifoPolicyTest, AScanPassesByWhatMainHolds) {
  S3FifoPolicy policy;
  Insert(policy, 1, 90);
  for (uint64_t i = 1; i <= 90; ++i) Use(policy, i, 2);
  Insert(policy, 101, 120);
  // 20 of 110 are more than a tenth, but only while they are: then main gives up its oldest.
  EXPECT_THAT(Evict(policy, 1), ElementsAre(101));
  for (uint64_t i = 121; i <= 1000; ++i) {
    Insert(policy, i, i);
    const absl::StatusOr<Evicted> evicted = policy.Evict();
    ASSERT_TRUE(evicted.ok());
    ASSERT_GT(evicted->id.sequence(), 100u);
  }
}

TEST(S3FifoPolicyTest, MainGoesRoundOncePerUseUpToThree) {
  S3FifoPolicy policy;
  Insert(policy, 1, 3);
  for (uint64_t i = 1; i <= 3; ++i) Use(policy, i, 2);
  Insert(policy, 4, 4);
  ASSERT_THAT(Evict(policy, 1), ElementsAre(4));  // 1, 2 and 3 are in main now.
  Use(policy, 1, 10);                             // Counts as three.
  Use(policy, 2, 1);
  EXPECT_THAT(Evict(policy, kAll), ElementsAre(3, 2, 1));
}

TEST(S3FifoPolicyTest, AnIdThatComesBackGoesToMain) {
  S3FifoPolicy policy;
  Insert(policy, 1, 1);
  ASSERT_THAT(Evict(policy, 1), ElementsAre(1));
  EXPECT_EQ(policy.Access(Id(1)).code(), absl::StatusCode::kNotFound);  // Remembered, but no entry.
  Insert(policy, 1, 1);
  Insert(policy, 2, 5);
  EXPECT_THAT(Evict(policy, kAll), ElementsAre(2, 3, 4, 5, 1));
}

TEST(S3FifoPolicyTest, AnErasedIdIsNotRemembered) {
  S3FifoPolicy policy;
  Insert(policy, 1, 1);
  ASSERT_TRUE(policy.Erase(Id(1)).ok());
  Insert(policy, 1, 4);
  EXPECT_THAT(Evict(policy, kAll), ElementsAre(1, 2, 3, 4));
}

TEST(S3FifoPolicyTest, RemembersAsManyIdsAsItHoldsEntriesAndSomeMore) {
  S3FifoPolicy policy;
  constexpr uint64_t kRemembered = EvictionPolicy::kRememberedCountMin;
  Insert(policy, 1, kRemembered + 1);
  Evict(policy, kAll);
  Insert(policy, 1, 2);  // 1 was the oldest ghost and is forgotten; 2 goes to main.
  Insert(policy, 500, 500);
  EXPECT_THAT(Evict(policy, kAll), ElementsAre(1, 500, 2));
}

TEST(S3FifoPolicyTest, WithoutGhostsNothingIsRemembered) {
  S3FifoPolicy policy({.small_percent = 10, .ghost_percent = 0});
  Insert(policy, 1, 1);
  Evict(policy, kAll);
  Insert(policy, 1, 3);
  EXPECT_THAT(Evict(policy, kAll), ElementsAre(1, 2, 3));
}

TEST(S3FifoPolicyTest, SmallIsMeasuredInBytes) {
  S3FifoPolicy policy({.small_percent = 50, .ghost_percent = 100});
  Insert(policy, 1, 2, /*size_bytes=*/100);
  Evict(policy, kAll);
  Insert(policy, 1, 2, 100);  // Remembered: into main.
  Insert(policy, 3, 11, 10);  // Nine of eleven entries, but only 90 of 290 bytes.
  EXPECT_THAT(Evict(policy, 1), ElementsAre(1));
  Insert(policy, 12, 12, 20);  // 110 of 210 bytes.
  EXPECT_THAT(Evict(policy, 1), ElementsAre(3));
}

TEST(S3FifoPolicyTest, UnpinReturnsToTheQueueWithItsUses) {
  S3FifoPolicy policy;
  Insert(policy, 1, 3);
  Use(policy, 1, 2);
  ASSERT_TRUE(policy.Pin(Id(1)).ok());
  ASSERT_TRUE(policy.Pin(Id(2)).ok());
  ASSERT_TRUE(policy.Unpin(Id(2)).ok());  // Behind 3, in small, unused.
  ASSERT_TRUE(policy.Unpin(Id(1)).ok());  // Behind 2, in small, used twice.
  EXPECT_THAT(Evict(policy, kAll), ElementsAre(3, 2, 1));
}

TEST(S3FifoPolicyTest, UsesWhilePinnedCount) {
  S3FifoPolicy policy;
  Insert(policy, 1, 1);
  ASSERT_TRUE(policy.Pin(Id(1)).ok());
  Use(policy, 1, 2);
  ASSERT_TRUE(policy.Unpin(Id(1)).ok());
  Insert(policy, 2, 3);
  EXPECT_THAT(Evict(policy, kAll), ElementsAre(2, 3, 1));
}

TEST(S3FifoPolicyTest, EntriesOfNoBytesAndOfTheMostBytesAreEvicted) {
  S3FifoPolicy policy;
  Insert(policy, 1, 3, 0);
  Insert(policy, 4, 4, UINT64_MAX);
  Use(policy, 4, 3);
  EXPECT_THAT(Evict(policy, kAll), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(policy.Stats().entry_bytes, 0u);
}

TEST(S3FifoPolicyTest, MessagesNameTheObjectAndWhatToDo) {
  S3FifoPolicy policy;
  Insert(policy, 1, 4, 40);
  EXPECT_THAT(policy.Insert(Id(4), 1).ToString(), HasSubstr(Id(4).ToHex() + " is an entry of 40 bytes already"));
  EXPECT_THAT(policy.Access(Id(9)).ToString(), HasSubstr(Id(9).ToHex() + " is no entry: Insert it first"));
  EXPECT_THAT(policy.Unpin(Id(3)).ToString(), HasSubstr(Id(3).ToHex() + " is not pinned: Pin it first"));
  for (uint64_t i = 1; i <= 4; ++i) EXPECT_TRUE(policy.Pin(Id(i)).ok());
  EXPECT_THAT(policy.Pin(Id(3)).ToString(), HasSubstr(Id(3).ToHex() + " is pinned already"));
  EXPECT_THAT(policy.Evict().status().ToString(), HasSubstr("nothing is evictable among 4 entries"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
