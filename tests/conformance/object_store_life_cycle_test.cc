// Life cycle: what each call does when it may.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "tests/conformance/object_store_fixture.h"
#include "tests/conformance/support/suite.h"
#include "tests/conformance/support/suite_host.h"
#include "tests/support/heap_in_use.h"

namespace manta::conformance {
namespace {

constexpr auto kAlreadyExists = absl::StatusCode::kAlreadyExists;
constexpr auto kFailedPrecondition = absl::StatusCode::kFailedPrecondition;
constexpr auto kNotFound = absl::StatusCode::kNotFound;

class LifeCycle : public ObjectStoreConformance {};

TEST_F(LifeCycle, CreateReturnsAllBytesForWriting) {
  for (const uint64_t size_bytes : {1, 63, 64, 65, 4097}) {
    const absl::StatusOr<std::span<std::byte>> data = store().Create(Id(size_bytes), size_bytes, {});
    ASSERT_TRUE(data.ok()) << data.status();
    ASSERT_EQ(data->size(), size_bytes);
    Fill(*data, size_bytes);
    EXPECT_TRUE(HoldsPattern(*data, size_bytes));
  }
}

TEST_F(LifeCycle, OpenObjectsAreInvisible) {
  ASSERT_THAT(store().Create(Id(1), 8, Pattern(3, 1)).status(), IsOk());
  absl::StatusOr<ObjectView> view = store().Get(Id(1));
  EXPECT_THAT(view.status(), HasCode(kNotFound));
  EXPECT_FALSE(store().Contains(Id(1)));
}

TEST_F(LifeCycle, SealedObjectsAreVisible) {
  Put(Id(1), 8);
  EXPECT_TRUE(store().Contains(Id(1)));
  EXPECT_THAT(store().Get(Id(1)).status(), IsOk());
}

TEST_F(LifeCycle, EveryReaderReadsTheDataByteForByte) {
  for (const uint64_t size_bytes : {1, 63, 64, 65, 100, 5000}) {
    Put(Id(size_bytes), size_bytes, {}, size_bytes);
    for (int reader = 0; reader < 2; ++reader) {
      const absl::StatusOr<ObjectView> view = store().Get(Id(size_bytes));
      ASSERT_THAT(view.status(), IsOk());
      EXPECT_EQ(view->data.size(), size_bytes);
      EXPECT_TRUE(HoldsPattern(view->data, size_bytes));
    }
  }
}

TEST_F(LifeCycle, EveryReaderReadsTheMetadataByteForByte) {
  for (const uint64_t size_bytes : {1, 63, 64, 65, 100, 5000}) {
    const Bytes metadata = Pattern(size_bytes, 77);
    Put(Id(size_bytes), 8, metadata);
    for (int reader = 0; reader < 2; ++reader) {
      const absl::StatusOr<ObjectView> view = store().Get(Id(size_bytes));
      ASSERT_THAT(view.status(), IsOk());
      EXPECT_TRUE(std::equal(view->metadata.begin(), view->metadata.end(), metadata.begin(), metadata.end()));
    }
  }
}

TEST_F(LifeCycle, MetadataIsCopiedByCreate) {
  Bytes metadata = Pattern(200, 5);
  const absl::StatusOr<std::span<std::byte>> data = store().Create(Id(1), 8, metadata);
  ASSERT_THAT(data.status(), IsOk());
  std::fill(metadata.begin(), metadata.end(), std::byte{0});
  Fill(*data, 1);
  ASSERT_THAT(store().Seal(Id(1)), IsOk());
  const absl::StatusOr<ObjectView> view = store().Get(Id(1));
  ASSERT_THAT(view.status(), IsOk());
  EXPECT_EQ(view->metadata.size(), 200u);
  EXPECT_TRUE(HoldsPattern(view->metadata, 5));
}

TEST_F(LifeCycle, AnEmptyObjectHasEmptyData) {
  const absl::StatusOr<std::span<std::byte>> data = store().Create(Id(1), 0, Pattern(5, 1));
  ASSERT_THAT(data.status(), IsOk());
  EXPECT_TRUE(data->empty());
  ASSERT_THAT(store().Seal(Id(1)), IsOk());
  const absl::StatusOr<ObjectView> view = store().Get(Id(1));
  ASSERT_THAT(view.status(), IsOk());
  EXPECT_TRUE(view->data.empty());
  EXPECT_EQ(view->metadata.size(), 5u);
}

TEST_F(LifeCycle, ObjectsDoNotOverlap) {
  constexpr uint64_t kCount = 300;
  std::vector<std::span<std::byte>> data(kCount);
  for (uint64_t i = 0; i < kCount; ++i) {
    const absl::StatusOr<std::span<std::byte>> created = store().Create(Id(i), i, Pattern(i % 70, i));
    ASSERT_THAT(created.status(), IsOk());
    data[i] = *created;
  }
  for (uint64_t i = 0; i < kCount; ++i) Fill(data[i], i + 1000);
  for (uint64_t i = 0; i < kCount; ++i) ASSERT_THAT(store().Seal(Id(i)), IsOk());
  for (uint64_t i = 0; i < kCount; ++i) {
    const absl::StatusOr<ObjectView> view = store().Get(Id(i));
    ASSERT_THAT(view.status(), IsOk());
    EXPECT_TRUE(HoldsPattern(view->data, i + 1000)) << i;
    EXPECT_TRUE(HoldsPattern(view->metadata, i)) << i;
  }
}

TEST_F(LifeCycle, AbortGivesAnOpenObjectUp) {
  ASSERT_THAT(store().Create(Id(1), 100, {}).status(), IsOk());
  EXPECT_THAT(store().Abort(Id(1)), IsOk());
  EXPECT_FALSE(store().Contains(Id(1)));
  EXPECT_EQ(store().Stats().used_bytes, 0u);
}

TEST_F(LifeCycle, AnIdMayBeUsedAgainAfterAbort) {
  ASSERT_THAT(store().Create(Id(1), 100, Pattern(10, 1)).status(), IsOk());
  ASSERT_THAT(store().Abort(Id(1)), IsOk());
  Put(Id(1), 50, Pattern(20, 3), 9);
  const absl::StatusOr<ObjectView> view = store().Get(Id(1));
  ASSERT_THAT(view.status(), IsOk());
  EXPECT_EQ(view->data.size(), 50u);
  EXPECT_EQ(view->metadata.size(), 20u);
  EXPECT_TRUE(HoldsPattern(view->data, 9));
}

TEST_F(LifeCycle, AnIdMayBeUsedAgainAfterDelete) {
  Put(Id(1), 100, Pattern(10, 1), 4);
  ASSERT_THAT(store().Delete(Id(1)), IsOk());
  Put(Id(1), 50, Pattern(20, 3), 9);
  const absl::StatusOr<ObjectView> view = store().Get(Id(1));
  ASSERT_THAT(view.status(), IsOk());
  EXPECT_EQ(view->data.size(), 50u);
  EXPECT_TRUE(HoldsPattern(view->data, 9));
}

TEST_F(LifeCycle, DeleteMakesAnObjectInvisibleAtOnce) {
  Put(Id(1), 100);
  ASSERT_THAT(store().Delete(Id(1)), IsOk());
  EXPECT_FALSE(store().Contains(Id(1)));
  EXPECT_THAT(store().Get(Id(1)).status(), HasCode(kNotFound));
}

TEST_F(LifeCycle, DeleteMakesAPinnedObjectInvisibleAtOnce) {
  Put(Id(1), 100);
  ASSERT_THAT(store().Get(Id(1)).status(), IsOk());
  ASSERT_THAT(store().Delete(Id(1)), IsOk());
  EXPECT_FALSE(store().Contains(Id(1)));
  EXPECT_THAT(store().Get(Id(1)).status(), HasCode(kNotFound));
}

TEST_F(LifeCycle, ReadersSpansLiveUntilTheMatchingRelease) {
  const Bytes metadata = Pattern(3000, 8);
  Put(Id(1), 3000, metadata, 7);
  const absl::StatusOr<ObjectView> first = store().Get(Id(1));
  const absl::StatusOr<ObjectView> second = store().Get(Id(1));
  ASSERT_THAT(first.status(), IsOk());
  ASSERT_THAT(second.status(), IsOk());
  ASSERT_THAT(store().Delete(Id(1)), IsOk());
  ASSERT_THAT(store().Release(Id(1)), IsOk());
  // One pin is left; memory that was given up by mistake would be used again here.
  for (uint64_t i = 2; i < 50; ++i) Put(Id(i), 3000, Pattern(3000, i), i);
  EXPECT_TRUE(HoldsPattern(second->data, 7));
  EXPECT_TRUE(HoldsPattern(second->metadata, 8));
}

TEST_F(LifeCycle, MemoryOfADeletedObjectIsFreeWhenItsLastPinIsReleased) {
  Put(Id(1), 100);
  ASSERT_THAT(store().Get(Id(1)).status(), IsOk());
  ASSERT_THAT(store().Get(Id(1)).status(), IsOk());
  ASSERT_THAT(store().Delete(Id(1)), IsOk());
  EXPECT_EQ(store().Stats().used_bytes, ObjectStore::ChargeBytes(100, 0));
  ASSERT_THAT(store().Release(Id(1)), IsOk());
  EXPECT_EQ(store().Stats().used_bytes, ObjectStore::ChargeBytes(100, 0));
  ASSERT_THAT(store().Release(Id(1)), IsOk());
  EXPECT_EQ(store().Stats().used_bytes, 0u);
}

TEST_F(LifeCycle, MemoryOfAnUnpinnedObjectIsFreeAfterDelete) {
  Put(Id(1), 100);
  ASSERT_THAT(store().Delete(Id(1)), IsOk());
  EXPECT_EQ(store().Stats().used_bytes, 0u);
}

TEST_F(LifeCycle, ADeletedPinnedObjectKeepsItsId) {
  Put(Id(1), 100);
  ASSERT_THAT(store().Get(Id(1)).status(), IsOk());
  ASSERT_THAT(store().Delete(Id(1)), IsOk());
  EXPECT_THAT(store().Create(Id(1), 8, {}).status(), HasCode(kAlreadyExists));
  ASSERT_THAT(store().Release(Id(1)), IsOk());
  EXPECT_THAT(store().Create(Id(1), 8, {}).status(), IsOk());
}

TEST_F(LifeCycle, OneReleaseIsOwedForEachGet) {
  constexpr int kPins = 5;
  Put(Id(1), 8);
  for (int i = 0; i < kPins; ++i) ASSERT_THAT(store().Get(Id(1)).status(), IsOk());
  for (int i = 0; i < kPins; ++i) EXPECT_THAT(store().Release(Id(1)), IsOk());
  EXPECT_THAT(store().Release(Id(1)), HasCode(kFailedPrecondition));
}

TEST_F(LifeCycle, AFailedGetPinsNothing) {
  ASSERT_THAT(store().Create(Id(1), 8, {}).status(), IsOk());
  ASSERT_THAT(store().Get(Id(1)).status(), HasCode(kNotFound));
  ASSERT_THAT(store().Seal(Id(1)), IsOk());
  EXPECT_THAT(store().Release(Id(1)), HasCode(kFailedPrecondition));
}

TEST_F(LifeCycle, ContainsIsTrueWhenGetWouldFindTheObject) {
  EXPECT_FALSE(store().Contains(Id(1)));
  EXPECT_FALSE(store().Contains(ObjectId()));
  Put(Id(1), 8);
  EXPECT_TRUE(store().Contains(Id(1)));
  EXPECT_FALSE(store().Contains(Id(2)));
  ASSERT_THAT(store().Get(Id(1)).status(), IsOk());
  EXPECT_TRUE(store().Contains(Id(1)));
}

TEST_F(LifeCycle, IdsThatDifferInOnePartAreDifferentObjects) {
  const ObjectId ids[] = {ObjectId(1, 1, 0), ObjectId(2, 1, 0), ObjectId(1, 2, 0), ObjectId(1, 1, 1),
                          ObjectId(0, 1, 0), ObjectId(1, 0, 0), ObjectId(0, 0, 1)};
  uint64_t tag = 0;
  for (const ObjectId& id : ids) Put(id, 16, {}, ++tag);
  tag = 0;
  for (const ObjectId& id : ids) {
    const absl::StatusOr<ObjectView> view = store().Get(id);
    ASSERT_THAT(view.status(), IsOk());
    EXPECT_TRUE(HoldsPattern(view->data, ++tag)) << id.ToHex();
  }
}

TEST_F(LifeCycle, OpenObjectsMayBeLeftAtDestruction) {
  ASSERT_THAT(store().Create(Id(1), 100, Pattern(10, 1)).status(), IsOk());
  Destroy();
}

TEST_F(LifeCycle, SealedObjectsMayBeLeftAtDestruction) {
  Put(Id(1), 100);
  if (Plugin().Has(ObjectStore::kCapabilityCache)) PutCached(Id(2), 100);
  Destroy();
}

// Memory that no count of the store's shows: the heap of this process, before and after.
TEST_F(LifeCycle, AllMemoryIsFreeAfterDestruction) {
  constexpr int kRounds = 20;
  constexpr uint64_t kCount = 300;
  constexpr int64_t kNoiseBytes = 128 << 10;  // The C library's caches.
  CountingListener listener;
  const auto live = [&listener] {
    SuiteHost host(Plugin().slot(), Options().seed);
    const absl::StatusOr<std::unique_ptr<ObjectStore>> made = Plugin().Make<ObjectStore>(host);
    ASSERT_TRUE(made.ok()) << made.status();
    ObjectStore& store = **made;
    const Bytes metadata = Pattern(40, 1);
    for (uint64_t i = 0; i < kCount; ++i) {
      (void)store.Create(Id(i), 100, metadata);
      if (i % 6 == 0) continue;  // Left open.
      if (i % 6 == 1) (void)store.Abort(Id(i));
      (void)store.Seal(Id(i));
      if (i % 6 == 2) (void)store.Delete(Id(i));
      if (i % 6 == 3) (void)store.Cache(Id(i));
      if (i % 6 == 4) (void)store.Subscribe(Id(kCount + i), &listener);
      const bool pinned = i % 6 == 5 && store.Get(Id(i)).ok();
      if (i % 4 == 3) (void)store.Delete(Id(i));
      if (pinned) (void)store.Release(Id(i));
    }
  };
  live();  // What the process needs once is not the store's.
  const int64_t before = HeapBytesInUse();
  for (int round = 0; round < kRounds; ++round) live();
  EXPECT_LE(HeapBytesInUse() - before, kNoiseBytes) << "after " << kRounds << " stores of " << kCount << " objects";
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
