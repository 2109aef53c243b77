// What is LRU's own; the contract is tested by //tests/conformance:eviction.
#include "plugins/eviction/lru/lru_policy.h"

#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr ObjectId Id(uint64_t number) { return ObjectId::ForTest(number); }

std::vector<uint64_t> EvictAll(LruPolicy& policy) {
  std::vector<uint64_t> order;
  for (absl::StatusOr<Evicted> evicted = policy.Evict(); evicted.ok(); evicted = policy.Evict()) {
    order.push_back(evicted->id.sequence());
  }
  return order;
}

class LruPolicyTest : public testing::Test {
 protected:
  LruPolicyTest() {
    for (uint64_t i = 1; i <= 4; ++i) EXPECT_TRUE(policy_.Insert(Id(i), 10 * i).ok());
  }

  LruPolicy policy_;
};

TEST_F(LruPolicyTest, UnusedEntriesGoInOrderOfInsert) { EXPECT_THAT(EvictAll(policy_), ElementsAre(1, 2, 3, 4)); }

TEST_F(LruPolicyTest, AccessMakesNewest) {
  EXPECT_TRUE(policy_.Access(Id(2)).ok());
  EXPECT_TRUE(policy_.Access(Id(1)).ok());
  EXPECT_THAT(EvictAll(policy_), ElementsAre(3, 4, 2, 1));
}

TEST_F(LruPolicyTest, UnpinMakesNewest) {
  EXPECT_TRUE(policy_.Pin(Id(1)).ok());
  EXPECT_TRUE(policy_.Access(Id(2)).ok());
  EXPECT_TRUE(policy_.Unpin(Id(1)).ok());
  EXPECT_THAT(EvictAll(policy_), ElementsAre(3, 4, 2, 1));
}

TEST_F(LruPolicyTest, AccessWhilePinnedKeepsItPinned) {
  EXPECT_TRUE(policy_.Pin(Id(1)).ok());
  EXPECT_TRUE(policy_.Access(Id(1)).ok());
  EXPECT_THAT(EvictAll(policy_), ElementsAre(2, 3, 4));
  EXPECT_EQ(policy_.Stats().entry_bytes, 10u);
  EXPECT_TRUE(policy_.Unpin(Id(1)).ok());
  EXPECT_THAT(EvictAll(policy_), ElementsAre(1));
}

TEST_F(LruPolicyTest, AFailedCallDoesNotCountAsUse) {
  EXPECT_EQ(policy_.Insert(Id(1), 5).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(policy_.Unpin(Id(2)).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(EvictAll(policy_), ElementsAre(1, 2, 3, 4));
}

TEST_F(LruPolicyTest, OrderSurvivesGrowingAndShrinking) {
  for (uint64_t i = 5; i <= 10000; ++i) EXPECT_TRUE(policy_.Insert(Id(i), i).ok());
  for (uint64_t i = 1; i <= 9990; ++i) {
    const absl::StatusOr<Evicted> evicted = policy_.Evict();
    ASSERT_TRUE(evicted.ok());
    ASSERT_EQ(evicted->id, Id(i));
  }
  EXPECT_THAT(EvictAll(policy_), ElementsAre(9991, 9992, 9993, 9994, 9995, 9996, 9997, 9998, 9999, 10000));
}

TEST_F(LruPolicyTest, MessagesNameTheObjectAndWhatToDo) {
  EXPECT_THAT(policy_.Insert(Id(4), 1).ToString(), HasSubstr(Id(4).ToHex() + " is an entry of 40 bytes already"));
  EXPECT_THAT(policy_.Access(Id(9)).ToString(), HasSubstr(Id(9).ToHex() + " is no entry: Insert it first"));
  EXPECT_THAT(policy_.Unpin(Id(3)).ToString(), HasSubstr(Id(3).ToHex() + " is not pinned: Pin it first"));
  for (uint64_t i = 1; i <= 4; ++i) EXPECT_TRUE(policy_.Pin(Id(i)).ok());
  EXPECT_THAT(policy_.Pin(Id(3)).ToString(), HasSubstr(Id(3).ToHex() + " is pinned already"));
  EXPECT_THAT(policy_.Evict().status().ToString(), HasSubstr("nothing is evictable among 4 entries"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
