// Stats and List: what the store says of itself.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "tests/conformance/object_store_fixture.h"

namespace manta::conformance {
namespace {

class Pictures : public ObjectStoreConformance {
 protected:
  // One open, two sealed (one of them pinned twice), one deleted and pinned.
  void PutOneOfEach() {
    ASSERT_THAT(store().Create(Id(1), 100, Pattern(10, 1)).status(), IsOk());
    Put(Id(2), 200);
    Put(Id(3), 300, Pattern(100, 1));
    for (int i = 0; i < 2; ++i) ASSERT_THAT(store().Get(Id(3)).status(), IsOk());
    Put(Id(4), 400);
    ASSERT_THAT(store().Get(Id(4)).status(), IsOk());
    ASSERT_THAT(store().Delete(Id(4)), IsOk());
  }
};

TEST_F(Pictures, AFreshStoreIsEmpty) {
  const ObjectStoreStats stats = store().Stats();
  EXPECT_EQ(stats.used_bytes + stats.open_count + stats.sealed_count + stats.pinned_count, 0u);
  EXPECT_EQ(stats.cached_count + stats.cached_bytes + stats.evicted_count, 0u);
  EXPECT_EQ(store().List({}), 0u);
}

TEST_F(Pictures, StatsCountObjectsByTheirState) {
  PutOneOfEach();
  const ObjectStoreStats stats = store().Stats();
  EXPECT_EQ(stats.open_count, 1u);
  EXPECT_EQ(stats.sealed_count, 2u);
  EXPECT_EQ(stats.pinned_count, 2u);
}

TEST_F(Pictures, UsedBytesIsWhatTheListedObjectsAreCharged) {
  PutOneOfEach();
  uint64_t charges = 0;
  for (const auto& [id, object] : Listed())
    charges += ObjectStore::ChargeBytes(object.size_bytes, object.metadata_bytes);
  EXPECT_EQ(store().Stats().used_bytes, charges);
  EXPECT_EQ(charges, 192u + 256u + 448u + 448u);
}

TEST_F(Pictures, TheCapacityStaysAsItIs) {
  PutOneOfEach();
  EXPECT_EQ(store().Stats().capacity_bytes, capacity_bytes());
}

TEST_F(Pictures, ListShowsEachObjectWithItsSizesPinsAndState) {
  PutOneOfEach();
  const std::map<ObjectId, ListedObject> listed = Listed();
  const std::map<ObjectId, ListedObject> expected = {{Id(1), {100, 10, 0, ObjectState::kOpen, 0}},
                                                     {Id(2), {200, 0, 0, ObjectState::kSealed, 0}},
                                                     {Id(3), {300, 100, 2, ObjectState::kSealed, 0}},
                                                     {Id(4), {400, 0, 1, ObjectState::kDeleted, 0}}};
  EXPECT_TRUE(listed == expected);
}

TEST_F(Pictures, ListIsOrderedById) {
  constexpr uint64_t kCount = 200;
  for (uint64_t i = 0; i < kCount; ++i) Put(Id(i * 37 % kCount), 8);
  std::vector<ObjectInfo> infos(kCount);
  ASSERT_EQ(store().List(infos), kCount);
  EXPECT_TRUE(std::is_sorted(infos.begin(), infos.end(), [](const auto& a, const auto& b) { return a.id < b.id; }));
}

TEST_F(Pictures, ListWritesAsFarAsTheSpanReachesAndReturnsHowManyThereAre) {
  constexpr uint64_t kCount = 10;
  for (uint64_t i = 0; i < kCount; ++i) Put(Id(i), i);
  std::vector<ObjectInfo> all(kCount);
  ASSERT_EQ(store().List(all), kCount);
  for (uint64_t length = 0; length <= kCount + 2; ++length) {
    const ObjectInfo untouched{.id = Id(5000), .size_bytes = 4711};
    std::vector<ObjectInfo> infos(kCount + 3, untouched);
    EXPECT_EQ(store().List(std::span(infos).first(length)), kCount);
    for (uint64_t i = 0; i < infos.size(); ++i) {
      EXPECT_EQ(infos[i].id, i < std::min(length, kCount) ? all[i].id : untouched.id) << "span " << length << ", " << i;
    }
  }
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
