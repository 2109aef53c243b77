// Limits: 0, 1, exactly the limit, one more; alignment; what is charged.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/conformance/object_store_fixture.h"
#include "tests/conformance/support/suite_report.h"

namespace manta::conformance {
namespace {

constexpr auto kInvalidArgument = absl::StatusCode::kInvalidArgument;
constexpr auto kResourceExhausted = absl::StatusCode::kResourceExhausted;

class Limits : public ObjectStoreConformance {
 protected:
  bool Aligned(const void* data) { return reinterpret_cast<uintptr_t>(data) % ObjectStore::kAlignmentBytes == 0; }
  uint64_t WholeUnits() const { return capacity_bytes() / kUnit * kUnit; }
};

TEST_F(Limits, DataStartsAtAMultipleOfTheAlignment) {
  uint64_t number = 0;
  for (uint64_t metadata_bytes = 0; metadata_bytes <= 130; metadata_bytes += 5) {
    for (const uint64_t size_bytes : {1, 7, 64, 100, 1000}) {
      const ObjectId id = Id(++number);
      const absl::StatusOr<std::span<std::byte>> data = store().Create(id, size_bytes, Bytes(metadata_bytes));
      ASSERT_THAT(data.status(), IsOk());
      EXPECT_TRUE(Aligned(data->data())) << size_bytes << " bytes, " << metadata_bytes << " of metadata";
      Fill(*data, number);
      ASSERT_THAT(store().Seal(id), IsOk());
      const absl::StatusOr<ObjectView> view = store().Get(id);
      ASSERT_THAT(view.status(), IsOk());
      EXPECT_TRUE(Aligned(view->data.data())) << size_bytes << " bytes, " << metadata_bytes << " of metadata";
    }
  }
}

TEST_F(Limits, ObjectsAreChargedInWholeUnits) {
  struct Case {
    uint64_t size_bytes, metadata_bytes, charge_bytes;
  };
  constexpr Case kCases[] = {{0, 0, 0},  {1, 0, 64},  {64, 0, 64},   {65, 0, 128},
                             {0, 1, 64}, {1, 1, 128}, {64, 64, 128}, {65, 65, 256}};
  for (const Case& each : kCases) {
    ASSERT_THAT(store().Create(Id(1), each.size_bytes, Bytes(each.metadata_bytes)).status(), IsOk());
    EXPECT_EQ(store().Stats().used_bytes, each.charge_bytes) << each.size_bytes << " and " << each.metadata_bytes;
    ASSERT_THAT(store().Abort(Id(1)), IsOk());
  }
}

TEST_F(Limits, MetadataOfTheLargestSizeIsKept) {
  if (capacity_bytes() < ObjectStore::ChargeBytes(64, ObjectStore::kMetadataBytesMax)) {
    NoteNotMeasured("the capacity is less than 16 MiB and 64 bytes: give a larger one by --config");
    return;
  }
  Put(Id(1), 64, Pattern(ObjectStore::kMetadataBytesMax, 3), 4);
  const absl::StatusOr<ObjectView> view = store().Get(Id(1));
  ASSERT_THAT(view.status(), IsOk());
  EXPECT_EQ(view->metadata.size(), ObjectStore::kMetadataBytesMax);
  EXPECT_TRUE(HoldsPattern(view->metadata, 3));
  EXPECT_TRUE(HoldsPattern(view->data, 4));
}

TEST_F(Limits, MetadataAboveTheLargestSizeIsInvalidArgument) {
  const Bytes metadata(ObjectStore::kMetadataBytesMax + 1);
  EXPECT_THAT(store().Create(Id(1), 0, metadata).status(), HasCode(kInvalidArgument));
}

TEST_F(Limits, AnObjectOfExactlyTheCapacityFits) {
  if (TooLargeToFill()) return;
  const absl::StatusOr<std::span<std::byte>> data = store().Create(Id(1), WholeUnits(), {});
  ASSERT_THAT(data.status(), IsOk());
  EXPECT_EQ(data->size(), WholeUnits());
  EXPECT_EQ(store().Stats().used_bytes, WholeUnits());
  data->front() = data->back() = std::byte{1};
}

TEST_F(Limits, AnObjectOfMoreThanTheCapacityIsResourceExhausted) {
  EXPECT_THAT(store().Create(Id(1), WholeUnits() + 1, {}).status(), HasCode(kResourceExhausted));
  EXPECT_THAT(store().Create(Id(1), WholeUnits(), Bytes(1)).status(), HasCode(kResourceExhausted));
}

TEST_F(Limits, HugeSizesDoNotWrap) {
  for (const uint64_t size_bytes : {UINT64_MAX, UINT64_MAX - 1, UINT64_MAX - 62, UINT64_MAX - 63, UINT64_MAX - 64,
                                    UINT64_MAX - 127, UINT64_MAX / 2, uint64_t{1} << 63}) {
    if (size_bytes <= capacity_bytes()) continue;
    EXPECT_THAT(store().Create(Id(1), size_bytes, {}).status(), HasCode(kResourceExhausted)) << size_bytes;
    EXPECT_THAT(store().Create(Id(1), size_bytes, Bytes(200)).status(), HasCode(kResourceExhausted)) << size_bytes;
  }
}

TEST_F(Limits, TheCapacityCanBeUsedToItsLastUnit) {
  if (TooLargeToFill()) return;
  constexpr uint64_t kSmallCount = 100;
  ASSERT_THAT(store().Create(Id(0), WholeUnits() - kSmallCount * kUnit, {}).status(), IsOk());
  for (uint64_t i = 1; i <= kSmallCount; ++i) EXPECT_THAT(store().Create(Id(i), 1, {}).status(), IsOk()) << i;
  EXPECT_EQ(store().Stats().used_bytes, WholeUnits());
  EXPECT_THAT(store().Create(Id(500), 1, {}).status(), HasCode(kResourceExhausted));
  EXPECT_THAT(store().Create(Id(500), 0, Bytes(1)).status(), HasCode(kResourceExhausted));
  EXPECT_THAT(store().Create(Id(500), 0, {}).status(), IsOk()) << "an empty object needs no room";
}

TEST_F(Limits, WhatIsGivenUpCanBeUsedAgainInFull) {
  if (TooLargeToFill()) return;
  for (int round = 0; round < 3; ++round) {
    ASSERT_THAT(store().Create(Id(1), WholeUnits(), {}).status(), IsOk());
    ASSERT_THAT(store().Abort(Id(1)), IsOk());
    constexpr uint64_t kCount = 64;
    const uint64_t size_bytes = WholeUnits() / kCount / kUnit * kUnit;
    for (uint64_t i = 0; i < kCount; ++i) ASSERT_THAT(store().Create(Id(i), size_bytes, {}).status(), IsOk());
    for (uint64_t i = 0; i < kCount; ++i) {
      if (i % 2 == 0) {
        ASSERT_THAT(store().Abort(Id(i)), IsOk());
      } else {
        ASSERT_THAT(store().Seal(Id(i)), IsOk());
        ASSERT_THAT(store().Delete(Id(i)), IsOk());
      }
    }
  }
}

TEST_F(Limits, DeletedPinnedObjectsKeepTheirRoom) {
  if (TooLargeToFill()) return;
  ASSERT_THAT(store().Create(Id(1), WholeUnits(), {}).status(), IsOk());
  ASSERT_THAT(store().Seal(Id(1)), IsOk());
  ASSERT_THAT(store().Get(Id(1)).status(), IsOk());
  ASSERT_THAT(store().Delete(Id(1)), IsOk());
  EXPECT_THAT(store().Create(Id(2), 1, {}).status(), HasCode(kResourceExhausted));
  ASSERT_THAT(store().Release(Id(1)), IsOk());
  EXPECT_THAT(store().Create(Id(2), 1, {}).status(), IsOk());
}

TEST_F(Limits, ACreateThatDoesNotFitChangesNothing) {
  Put(Id(1), 100);
  const ObjectStoreStats before = store().Stats();
  const auto listed = Listed();
  ASSERT_THAT(store().Create(Id(2), WholeUnits(), {}).status(), HasCode(kResourceExhausted));
  EXPECT_EQ(store().Stats().used_bytes, before.used_bytes);
  EXPECT_EQ(store().Stats().open_count, 0u);
  EXPECT_TRUE(Listed() == listed);
  EXPECT_THAT(store().Create(Id(2), 8, {}).status(), IsOk());
}

// Not a sentence of the store's header but of the budget's: who holds much memory asks before.
TEST_F(Limits, AnEmptyMemoryBudgetIsResourceExhausted) {
  if (TooLargeToFill()) return;
  const uint64_t size_bytes = WholeUnits() / 2;
  host().world().memory.SetLimit(host().memory().used_bytes());
  const absl::Status status = store().Create(Id(1), size_bytes, {}).status();
  if (status.ok()) {
    NoteNotMeasured("the store does not charge the process's memory budget");
    return;
  }
  EXPECT_THAT(status, HasCode(kResourceExhausted));
  EXPECT_EQ(store().Stats().used_bytes, 0u);
  host().world().memory.SetLimit(UINT64_MAX);
  EXPECT_THAT(store().Create(Id(1), size_bytes, {}).status(), IsOk());
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
