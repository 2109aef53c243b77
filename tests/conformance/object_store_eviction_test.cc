// Eviction: which objects go, when, and how many.
#include <cstddef>
#include <cstdint>

#include "tests/conformance/object_store_fixture.h"

namespace manta::conformance {
namespace {

constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kResourceExhausted = absl::StatusCode::kResourceExhausted;

class Eviction : public ObjectStoreConformance {
 protected:
  // True when the test cannot go on: refused, or too large.
  bool Unable() { return Lacks(ObjectStore::kCapabilityCache) || TooLargeToFill(); }

  uint64_t ContainedCount(uint64_t first, uint64_t count) {
    uint64_t contained = 0;
    for (uint64_t i = first; i < first + count; ++i) contained += store().Contains(Id(i)) ? 1 : 0;
    return contained;
  }
};

constexpr uint64_t kCount = 32;
constexpr uint64_t kNew = 900;

TEST_F(Eviction, CachedObjectsAreEvictedWhenRoomIsNeeded) {
  if (Unable()) return;
  const uint64_t size_bytes = FillWithCached(0, kCount);
  EXPECT_THAT(store().Create(Id(kNew), size_bytes, {}).status(), IsOk());
  EXPECT_EQ(ContainedCount(0, kCount), kCount - 1);
}

TEST_F(Eviction, NoMoreAreEvictedThanNeeded) {
  if (Unable()) return;
  const uint64_t size_bytes = FillWithCached(0, kCount);
  uint64_t left = kCount;
  for (const uint64_t count : {1, 3, 7, 2}) {
    EXPECT_THAT(store().Create(Id(kNew + left), count * size_bytes, {}).status(), IsOk());
    left -= count;
    EXPECT_EQ(ContainedCount(0, kCount), left) << "after one object of " << count << " times their size";
  }
  EXPECT_THAT(store().Create(Id(kNew), 1, {}).status(), IsOk());
  EXPECT_EQ(ContainedCount(0, kCount), left - 1) << "after one byte";
  EXPECT_THAT(store().Create(Id(kNew + 1), size_bytes - kUnit, {}).status(), IsOk());
  EXPECT_EQ(ContainedCount(0, kCount), left - 1) << "after an object that fits beside that byte";
}

TEST_F(Eviction, NothingIsEvictedWhileThereIsRoom) {
  if (Unable()) return;
  const uint64_t size_bytes = FillWithCached(0, kCount);
  ASSERT_THAT(store().Delete(Id(3)), IsOk());
  EXPECT_THAT(store().Create(Id(kNew), size_bytes, {}).status(), IsOk());
  EXPECT_EQ(ContainedCount(0, kCount), kCount - 1);
  EXPECT_EQ(store().Stats().evicted_count, 0u);
}

TEST_F(Eviction, NothingIsEvictedForAnObjectThatWouldNotFitEvenThen) {
  if (Unable()) return;
  const uint64_t size_bytes = FillWithCached(0, kCount);
  ASSERT_THAT(store().Uncache(Id(0)), IsOk());
  EXPECT_THAT(store().Create(Id(kNew), (kCount - 1) * size_bytes + 1, {}).status(), HasCode(kResourceExhausted));
  EXPECT_EQ(ContainedCount(0, kCount), kCount);
  EXPECT_EQ(store().Stats().evicted_count, 0u);
  EXPECT_THAT(store().Create(Id(kNew), (kCount - 1) * size_bytes, {}).status(), IsOk());
  EXPECT_TRUE(store().Contains(Id(0)));
  EXPECT_EQ(ContainedCount(0, kCount), 1u);
}

TEST_F(Eviction, NothingIsEvictedForAnIdThatIsTaken) {
  if (Unable()) return;
  const uint64_t size_bytes = FillWithCached(0, kCount);
  EXPECT_THAT(store().Create(Id(5), size_bytes, {}).status(), HasCode(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(ContainedCount(0, kCount), kCount);
}

TEST_F(Eviction, ObjectsThatAreNotCachedAreNeverEvicted) {
  if (Unable()) return;
  const uint64_t size_bytes = capacity_bytes() / kCount / kUnit * kUnit;
  for (uint64_t i = 0; i < kCount; ++i) Put(Id(i), size_bytes);
  EXPECT_THAT(store().Create(Id(kNew), size_bytes, {}).status(), HasCode(kResourceExhausted));
  EXPECT_EQ(ContainedCount(0, kCount), kCount);
  // One cached object among them: it alone may go, and then nothing more.
  ASSERT_THAT(store().Cache(Id(7)), IsOk());
  EXPECT_THAT(store().Create(Id(kNew), size_bytes, {}).status(), IsOk());
  EXPECT_FALSE(store().Contains(Id(7)));
  EXPECT_THAT(store().Create(Id(kNew + 1), size_bytes, {}).status(), HasCode(kResourceExhausted));
  EXPECT_EQ(ContainedCount(0, kCount), kCount - 1);
}

TEST_F(Eviction, PinnedObjectsAreNotEvicted) {
  if (Unable()) return;
  const uint64_t size_bytes = FillWithCached(0, kCount);
  for (uint64_t i = 0; i < kCount; i += 2) ASSERT_THAT(store().Get(Id(i)).status(), IsOk());
  EXPECT_THAT(store().Create(Id(kNew), (kCount / 2) * size_bytes, {}).status(), IsOk());
  for (uint64_t i = 0; i < kCount; ++i) EXPECT_EQ(store().Contains(Id(i)), i % 2 == 0) << i;
  EXPECT_THAT(store().Create(Id(kNew + 1), size_bytes, {}).status(), HasCode(kResourceExhausted));
}

TEST_F(Eviction, ObjectsCachedWhilePinnedAreNotEvicted) {
  if (Unable()) return;
  const uint64_t size_bytes = capacity_bytes() / kUnit * kUnit;
  Put(Id(1), size_bytes);
  ASSERT_THAT(store().Get(Id(1)).status(), IsOk());
  ASSERT_THAT(store().Cache(Id(1)), IsOk());
  EXPECT_THAT(store().Create(Id(kNew), 1, {}).status(), HasCode(kResourceExhausted));
  ASSERT_THAT(store().Release(Id(1)), IsOk());
  EXPECT_THAT(store().Create(Id(kNew), 1, {}).status(), IsOk());
  EXPECT_FALSE(store().Contains(Id(1)));
}

TEST_F(Eviction, ReleasedObjectsMayBeEvictedAgain) {
  if (Unable()) return;
  PutCached(Id(1), capacity_bytes() / kUnit * kUnit);
  for (int i = 0; i < 2; ++i) ASSERT_THAT(store().Get(Id(1)).status(), IsOk());
  ASSERT_THAT(store().Release(Id(1)), IsOk());
  EXPECT_THAT(store().Create(Id(kNew), 1, {}).status(), HasCode(kResourceExhausted)) << "one pin is left";
  ASSERT_THAT(store().Release(Id(1)), IsOk());
  EXPECT_THAT(store().Create(Id(kNew), 1, {}).status(), IsOk());
}

TEST_F(Eviction, UncacheTakesThePermissionBack) {
  if (Unable()) return;
  PutCached(Id(1), capacity_bytes() / kUnit * kUnit);
  ASSERT_THAT(store().Uncache(Id(1)), IsOk());
  EXPECT_THAT(store().Create(Id(kNew), 1, {}).status(), HasCode(kResourceExhausted));
  EXPECT_TRUE(store().Contains(Id(1)));
  ASSERT_THAT(store().Cache(Id(1)), IsOk());
  EXPECT_THAT(store().Create(Id(kNew), 1, {}).status(), IsOk());
}

TEST_F(Eviction, UncacheOfAPinnedObjectHoldsAfterItsRelease) {
  if (Unable()) return;
  PutCached(Id(1), capacity_bytes() / kUnit * kUnit);
  ASSERT_THAT(store().Get(Id(1)).status(), IsOk());
  ASSERT_THAT(store().Uncache(Id(1)), IsOk());
  ASSERT_THAT(store().Release(Id(1)), IsOk());
  EXPECT_THAT(store().Create(Id(kNew), 1, {}).status(), HasCode(kResourceExhausted));
  EXPECT_TRUE(store().Contains(Id(1)));
}

TEST_F(Eviction, AnEvictedObjectIsAsIfDeleted) {
  if (Unable()) return;
  PutCached(Id(1), capacity_bytes() / kUnit * kUnit);
  ASSERT_THAT(store().Create(Id(kNew), 1, {}).status(), IsOk());
  EXPECT_FALSE(store().Contains(Id(1)));
  EXPECT_THAT(store().Get(Id(1)).status(), HasCode(kNotFound));
  EXPECT_THAT(store().Delete(Id(1)), HasCode(kNotFound));
  EXPECT_EQ(store().Stats().used_bytes, kUnit);
  EXPECT_EQ(Listed().count(Id(1)), 0u);
  EXPECT_THAT(store().Create(Id(1), 8, {}).status(), IsOk());
}

TEST_F(Eviction, ADeletedCachedObjectIsCachedNoMore) {
  if (Unable()) return;
  PutCached(Id(1), 100);
  ASSERT_THAT(store().Delete(Id(1)), IsOk());
  EXPECT_EQ(store().Stats().cached_count, 0u);
  Put(Id(1), capacity_bytes() / kUnit * kUnit);
  EXPECT_THAT(store().Create(Id(kNew), 1, {}).status(), HasCode(kResourceExhausted)) << "the new object is not cached";
}

TEST_F(Eviction, StatsCountCachedObjectsAndTheirCharges) {
  if (Lacks(ObjectStore::kCapabilityCache)) return;
  PutCached(Id(1), 100);
  PutCached(Id(2), 1000);
  Put(Id(3), 50);
  EXPECT_EQ(store().Stats().cached_count, 2u);
  EXPECT_EQ(store().Stats().cached_bytes, ObjectStore::ChargeBytes(100, 0) + ObjectStore::ChargeBytes(1000, 0));
  ASSERT_THAT(store().Get(Id(1)).status(), IsOk());
  EXPECT_EQ(store().Stats().cached_count, 2u) << "a pinned object stays cached";
  ASSERT_THAT(store().Cache(Id(1)), IsOk());
  EXPECT_EQ(store().Stats().cached_count, 2u) << "caching twice is caching once";
  ASSERT_THAT(store().Uncache(Id(1)), IsOk());
  EXPECT_EQ(store().Stats().cached_count, 1u);
  EXPECT_EQ(store().Stats().cached_bytes, ObjectStore::ChargeBytes(1000, 0));
  EXPECT_EQ(Listed().at(Id(1)).cached, 0u);
  EXPECT_EQ(Listed().at(Id(2)).cached, 1u);
}

TEST_F(Eviction, StatsCountEvictions) {
  if (Unable()) return;
  const uint64_t size_bytes = FillWithCached(0, kCount);
  for (uint64_t i = 1; i <= 5; ++i) {
    ASSERT_THAT(store().Create(Id(kNew + i), size_bytes, {}).status(), IsOk());
    EXPECT_EQ(store().Stats().evicted_count, i);
    EXPECT_EQ(store().Stats().cached_count, kCount - i);
  }
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
