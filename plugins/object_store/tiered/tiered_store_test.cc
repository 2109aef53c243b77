// What is this store's alone; the contract is the conformance suite's.
#include "plugins/object_store/tiered/tiered_store.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/simulation/simulated_host.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plugins/object_store/tiered/test_world.h"

namespace manta {
namespace {

using absl::StatusCode;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr uint64_t kKiB = 1 << 10;
constexpr uint64_t kMemory = 64 * kKiB;
constexpr uint64_t kMetadata = 64;  // The charge of PutObject's.

ObjectId Id(uint64_t number) { return ObjectId::ForTest(number + 1); }

class TieredStoreTest : public testing::Test {
 protected:
  void Make(const TieredStoreOptions& options) {
    store_ = nullptr;
    auto made = MakeTieredStore(host_, kMemory, options);
    ASSERT_TRUE(made.ok()) << made.status();
    store_ = *std::move(made);
  }
  void SetUp() override { Make({.capacity_bytes = 16 * kMemory, .limits = {.spill_at_percent = 100}}); }

  // An object that takes `charge_bytes` of memory.
  absl::Status Put(uint64_t number, uint64_t charge_bytes) {
    return PutObject(*store_, Id(number), charge_bytes - kMetadata, number);
  }
  void Fill(uint64_t first, uint64_t count, uint64_t charge_bytes) {
    for (uint64_t i = first; i < first + count; ++i) ASSERT_TRUE(Put(i, charge_bytes).ok()) << i;
  }
  int64_t Metric(const char* name) { return host_.metrics().Value(name); }
  std::vector<std::string> Files() { return SpillFiles(host_.disk()); }

  SimulatedHost host_{{.disk_capacity_bytes = 8 * kMemory}};
  std::unique_ptr<TieredStore> store_;
};

TEST_F(TieredStoreTest, WhatDoesNotFitIntoMemoryIsSpilledAndComesBack) {
  Fill(0, 40, 4 * kKiB);
  EXPECT_EQ(store_->Stats().used_bytes, 40 * 4 * kKiB);
  EXPECT_EQ(store_->Stats().sealed_count, 40u);
  EXPECT_GE(Metric("spill.written_objects"), 24);
  EXPECT_LE(host_.memory().used_bytes(), kMemory);
  for (uint64_t i = 0; i < 40; ++i) {
    EXPECT_TRUE(store_->Contains(Id(i)));
    EXPECT_EQ(LookAt(*store_, Id(i)), absl::OkStatus()) << i;
  }
  EXPECT_LE(host_.memory().used_bytes(), kMemory);
}

TEST_F(TieredStoreTest, NothingIsWrittenWhileMemoryIsEnough) {
  Fill(0, 16, 4 * kKiB);
  EXPECT_THAT(Files(), IsEmpty());
  EXPECT_EQ(Metric("spill.chosen"), 0);
}

TEST_F(TieredStoreTest, AnObjectOfAllTheMemoryPushesOutAllOthers) {
  Fill(0, 16, 4 * kKiB);
  ASSERT_TRUE(Put(100, kMemory).ok());
  EXPECT_EQ(Metric("spill.written_objects"), 16);
  EXPECT_EQ(LookAt(*store_, Id(3)), absl::OkStatus());
  EXPECT_EQ(LookAt(*store_, Id(100)), absl::OkStatus());
}

TEST_F(TieredStoreTest, PinnedAndOpenObjectsStayAndFullIsSaidWithFigures) {
  Fill(0, 16, 4 * kKiB);
  for (uint64_t i = 0; i < 15; ++i) ASSERT_TRUE(store_->Get(Id(i)).ok());
  ASSERT_TRUE(store_->Create(Id(100), 4 * kKiB, {}).ok());  // In place of the last one.
  const absl::Status full = store_->Create(Id(101), 100, {}).status();
  EXPECT_EQ(full.code(), StatusCode::kResourceExhausted);
  for (const std::string& words : {Id(101).ToHex(), std::string("needs 128 bytes of memory, 0 of 65536 are free"),
                                   std::string("65536 are open, pinned")}) {
    EXPECT_THAT(std::string(full.message()), HasSubstr(words));
  }
  EXPECT_EQ(store_->Get(Id(15)).status().code(), StatusCode::kResourceExhausted);
  EXPECT_TRUE(store_->Contains(Id(15)));
  ASSERT_TRUE(store_->Release(Id(0)).ok());
  EXPECT_EQ(LookAt(*store_, Id(15)), absl::OkStatus());
  for (uint64_t i = 1; i < 15; ++i) EXPECT_TRUE(store_->Release(Id(i)).ok());
}

TEST_F(TieredStoreTest, NothingIsWrittenForAnObjectThatWouldNotFitEvenThen) {
  Fill(0, 16, 4 * kKiB);
  ASSERT_TRUE(store_->Get(Id(7)).ok());
  EXPECT_EQ(Put(100, kMemory).code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(Files(), IsEmpty());
  EXPECT_TRUE(store_->Release(Id(7)).ok());
}

TEST_F(TieredStoreTest, AnObjectThatCameBackLeavesAgainWithoutBeingWritten) {
  Fill(0, 32, 4 * kKiB);
  for (uint64_t i = 0; i < 32; ++i) ASSERT_EQ(LookAt(*store_, Id(i)), absl::OkStatus());
  const int64_t written = Metric("spill.written_objects");
  EXPECT_EQ(written, 32);
  for (uint64_t i = 0; i < 100; ++i) ASSERT_EQ(LookAt(*store_, Id(i * 7 % 32)), absl::OkStatus());
  EXPECT_EQ(Metric("spill.written_objects"), written);
}

TEST_F(TieredStoreTest, SmallObjectsShareAFileThatGoesWithTheLastOfThem) {
  Fill(0, 64, kKiB);
  Fill(100, 1, 8 * kKiB);  // A batch is an eighth of the memory: these were eight.
  ASSERT_THAT(Files(), SizeIs(1));
  ASSERT_EQ(Metric("spill.written_objects"), 8);
  for (const uint64_t i : {3, 0, 7, 1, 2, 6, 5}) {
    ASSERT_TRUE(store_->Delete(Id(i)).ok());
    EXPECT_THAT(Files(), SizeIs(1));
  }
  ASSERT_TRUE(store_->Delete(Id(100)).ok());  // Room, so that nothing is written for the next one.
  EXPECT_EQ(LookAt(*store_, Id(4)), absl::OkStatus());
  ASSERT_TRUE(store_->Delete(Id(4)).ok());
  EXPECT_THAT(Files(), IsEmpty());
  EXPECT_EQ(Metric("spill.disk_bytes"), 0);
}

TEST_F(TieredStoreTest, ManySmallObjectsGoToFilesOfOneBatchEach) {
  Fill(0, 64, kKiB);
  Fill(100, 1, kMemory);
  EXPECT_THAT(Files(), SizeIs(8));
}

// Objects in files of 50, on a disk that counts.
class RowTest : public testing::Test {
 protected:
  static constexpr uint64_t kCount = 1000;

  RowTest() {
    auto made =
        MakeTieredStore(host_, 4096 * kKiB, {.capacity_bytes = UINT64_MAX, .limits = {.spill_at_percent = 100}});
    if (!made.ok()) return;
    store_ = *std::move(made);
    for (uint64_t i = 0; i < kCount; ++i) EXPECT_TRUE(PutObject(*store_, Id(i), 10'000, i).ok());
    ReadRow(0, kCount);  // Now all have a file, and the first are on disk.
  }

  // Calls of the disk for reading objects in a row.
  uint64_t ReadRow(uint64_t first, uint64_t count) {
    const uint64_t before = disk_.calls();
    for (uint64_t i = first; i < first + count; ++i) EXPECT_EQ(LookAt(*store_, Id(i)), absl::OkStatus()) << i;
    return disk_.calls() - before;
  }

  SimulatedHost world_{{.memory_limit_bytes = UINT64_MAX}};
  FaultyDisk disk_{world_.disk()};
  HostWithDisk host_{world_, disk_};
  std::unique_ptr<TieredStore> store_;
};

TEST_F(RowTest, ObjectsThatComeBackInARowAreReadAhead) {
  ASSERT_NE(store_, nullptr);
  const int64_t read = world_.metrics().Value("spill.read_objects");
  // Of each file: two alone, of two calls each; then one to open it and one to read.
  EXPECT_LE(ReadRow(0, 200), 5u * (2 * 2 + 2));
  EXPECT_EQ(world_.metrics().Value("spill.read_objects") - read, 200);
}

TEST_F(RowTest, RowsOfSeveralFilesAreReadInTurn) {
  ASSERT_NE(store_, nullptr);
  const uint64_t before = disk_.calls();
  for (uint64_t i = 0; i < 40; ++i) {
    for (const uint64_t row : {0, 100, 200, 300}) EXPECT_EQ(LookAt(*store_, Id(row + i)), absl::OkStatus());
  }
  EXPECT_LE(disk_.calls() - before, 4u * (2 * 2 + 2) * 2);
}

// A fifth file waits until another's reader goes.
TEST_F(RowTest, MoreFilesThanReadersAreReadAloneAndInTurn) {
  ASSERT_NE(store_, nullptr);
  const uint64_t before = disk_.calls();
  for (uint64_t i = 0; i < 40; ++i) {
    for (uint64_t row = 0; row < 500; row += 100) EXPECT_EQ(LookAt(*store_, Id(row + i)), absl::OkStatus());
  }
  EXPECT_LE(disk_.calls() - before, 4u * (2 * 2 + 2) * 2 + 2 * 40);
}

// More than readers are kept for: each read alone, and none ahead in vain.
TEST_F(RowTest, SoManyFilesInTurnAreNoRows) {
  ASSERT_NE(store_, nullptr);
  uint64_t reads = 0;
  const uint64_t before = disk_.calls();
  for (uint64_t i = 0; i < 20; ++i) {
    for (uint64_t row = 0; row + 50 <= kCount; row += 50, ++reads) {
      EXPECT_EQ(LookAt(*store_, Id(row + i)), absl::OkStatus());
    }
  }
  EXPECT_LE(disk_.calls() - before, 2 * reads);
}

TEST_F(RowTest, OtherOrdersReadEachAlone) {
  ASSERT_NE(store_, nullptr);
  const uint64_t before = disk_.calls();
  for (uint64_t i = 100; i-- > 0;) EXPECT_EQ(LookAt(*store_, Id(i)), absl::OkStatus());
  EXPECT_EQ(disk_.calls() - before, 2u * 100);
}

// A block that cannot be read is the loss of the object in it, not of those before that were read together with it.
TEST_F(RowTest, AnErrorAheadHarmsNobodyElse) {
  ASSERT_NE(store_, nullptr);
  uint64_t harmless = 0;
  for (uint64_t call = 1; call <= 24; ++call) {
    disk_.Arm(DiskFault::kFails, call);
    uint64_t failed = 0;
    for (uint64_t i = 0; i < 200; ++i) {
      const absl::Status looked = LookAt(*store_, Id(i));
      if (looked.ok()) continue;
      ++failed;
      EXPECT_EQ(looked.code(), StatusCode::kDataLoss) << looked;
      EXPECT_EQ(LookAt(*store_, Id(i)), absl::OkStatus()) << i;
    }
    EXPECT_TRUE(disk_.met());
    EXPECT_LE(failed, 1u);
    if (failed == 0) ++harmless;
    for (uint64_t i = 400; i < 900; ++i) EXPECT_EQ(LookAt(*store_, Id(i)), absl::OkStatus());  // Pushes them out.
  }
  EXPECT_EQ(harmless, 8u) << "of two calls that read ahead and four that do not, for each of four files";
}

TEST_F(RowTest, ReadersGoWithTheirFiles) {
  ASSERT_NE(store_, nullptr);
  ReadRow(0, 10);
  for (uint64_t i = 0; i < kCount; ++i) EXPECT_TRUE(store_->Delete(Id(i)).ok());
  EXPECT_THAT(SpillFiles(world_.disk()), IsEmpty());
  store_ = nullptr;
  EXPECT_EQ(SpillDirectories(world_.disk()), 0u);
  EXPECT_EQ(world_.memory().used_bytes(), 0u);
}

TEST_F(TieredStoreTest, LargeObjectsHaveFilesOfTheirOwn) {
  Fill(0, 8, 100);
  Fill(10, 3, 16 * kKiB);
  ASSERT_TRUE(Put(100, kMemory).ok());
  EXPECT_THAT(Files(), SizeIs(4));
  for (uint64_t i = 0; i < 8; ++i) ASSERT_TRUE(store_->Delete(Id(i)).ok());
  EXPECT_THAT(Files(), SizeIs(3));
}

TEST_F(TieredStoreTest, AnIdThatIsMadeAnewIsNotWhatLiesOnDisk) {
  Fill(0, 32, 4 * kKiB);
  ASSERT_TRUE(store_->Delete(Id(1)).ok());
  ASSERT_TRUE(PutObject(*store_, Id(1), 4 * kKiB, 4711).ok());
  Fill(50, 16, 4 * kKiB);  // So that it is spilled as well.
  const absl::StatusOr<ObjectView> view = store_->Get(Id(1));
  ASSERT_TRUE(view.ok());
  EXPECT_TRUE(HoldsPattern(view->data, 4711));
  EXPECT_TRUE(store_->Release(Id(1)).ok());
}

TEST_F(TieredStoreTest, ADeletedObjectLivesUntilItsPinIsReleased) {
  Fill(0, 32, 4 * kKiB);
  const absl::StatusOr<ObjectView> view = store_->Get(Id(0));
  ASSERT_TRUE(view.ok());
  ASSERT_TRUE(store_->Delete(Id(0)).ok());
  Fill(50, 30, 4 * kKiB);
  EXPECT_TRUE(Whole(*view));
  EXPECT_EQ(PutObject(*store_, Id(0), 10, 1).code(), StatusCode::kAlreadyExists);
  EXPECT_TRUE(store_->Release(Id(0)).ok());
  EXPECT_TRUE(PutObject(*store_, Id(0), 10, 1).ok());
}

TEST_F(TieredStoreTest, NoMoreIsCachedUnpinnedThanItsLimitWhereverItIs) {
  Make({.capacity_bytes = 16 * kMemory, .cache_bytes_max = 2 * kMemory, .limits = {.spill_at_percent = 100}});
  for (uint64_t i = 0; i < 40; ++i) {
    ASSERT_TRUE(Put(i, 4 * kKiB).ok());
    ASSERT_TRUE(store_->Cache(Id(i)).ok());
  }
  EXPECT_EQ(store_->Stats().used_bytes, 2 * kMemory);
  EXPECT_EQ(store_->Stats().evicted_count, 8u);
  ASSERT_TRUE(store_->Get(Id(39)).ok());
  ASSERT_TRUE(Put(40, 4 * kKiB).ok());
  ASSERT_TRUE(store_->Cache(Id(40)).ok());
  EXPECT_EQ(store_->Stats().cached_count, 33u);
  ASSERT_TRUE(store_->Release(Id(39)).ok());
  EXPECT_EQ(store_->Stats().cached_count, 32u);
}

TEST_F(TieredStoreTest, CachedObjectsAreSpilledAndEvictedOnlyAtTheCapacity) {
  Make({.capacity_bytes = 2 * kMemory, .limits = {.spill_at_percent = 100}});
  for (uint64_t i = 0; i < 32; ++i) {
    ASSERT_TRUE(Put(i, 4 * kKiB).ok());
    ASSERT_TRUE(store_->Cache(Id(i)).ok());
  }
  EXPECT_EQ(store_->Stats().evicted_count, 0u);
  Fill(100, 3, 4 * kKiB);
  EXPECT_EQ(store_->Stats().evicted_count, 3u);
  for (uint64_t i = 0; i < 3; ++i) EXPECT_FALSE(store_->Contains(Id(i))) << "the policy is first in, first out";
  EXPECT_EQ(LookAt(*store_, Id(3)), absl::OkStatus());
}

TEST_F(TieredStoreTest, AFullDiskIsToldNothingIsLostAndItRecovers) {
  // Somebody else takes all but a little of the disk.
  auto hog = host_.disk().Open("/hog", OpenMode::kCreate);
  ASSERT_TRUE(hog.ok());
  ASSERT_TRUE((*hog)->WriteAt(0, std::vector<std::byte>(8 * kMemory - 3 * 4096)).ok());
  Fill(0, 16, 4 * kKiB);
  const absl::Status full = Put(100, 16 * kKiB);
  EXPECT_EQ(full.code(), StatusCode::kUnavailable);
  EXPECT_THAT(std::string(full.message()), HasSubstr("no space is left on the simulated disk"));
  EXPECT_FALSE(store_->Contains(Id(100)));
  EXPECT_EQ(host_.log().Count("spill.failed"), 1u);
  for (uint64_t i = 0; i < 16; ++i) EXPECT_EQ(LookAt(*store_, Id(i)), absl::OkStatus()) << i;
  EXPECT_EQ(store_->Stats().sealed_count, 16u);
  hog->reset();
  ASSERT_TRUE(host_.disk().Remove("/hog").ok());
  EXPECT_TRUE(Put(100, 16 * kKiB).ok());
  EXPECT_EQ(host_.log().Count("spill.recovered"), 1u);
  for (uint64_t i = 0; i < 16; ++i) EXPECT_EQ(LookAt(*store_, Id(i)), absl::OkStatus()) << i;
}

TEST_F(TieredStoreTest, WhatMayBeLostIsGivenUpBeforeAnObjectIsRefused) {
  Fill(0, 16, 4 * kKiB);
  for (const uint64_t i : {4, 9}) ASSERT_TRUE(store_->Cache(Id(i)).ok());
  host_.disk().FailSometimes(DiskOperation::kWrite, 1, StatusCode::kDataLoss);
  EXPECT_TRUE(Put(100, 4 * kKiB).ok());
  EXPECT_FALSE(store_->Contains(Id(4)));
  EXPECT_TRUE(store_->Contains(Id(9)));
  EXPECT_EQ(Put(101, 8 * kKiB).code(), StatusCode::kUnavailable);
  for (const uint64_t i : {0, 3, 15}) EXPECT_EQ(LookAt(*store_, Id(i)), absl::OkStatus());
}

TEST_F(TieredStoreTest, FilesTakeNoMoreThanTheyMay) {
  Make({.capacity_bytes = 16 * kMemory, .limits = {.disk_bytes_max = 40 * kKiB, .spill_at_percent = 100}});
  uint64_t made = 0;
  absl::Status last;
  while (last.ok() && made < 100) {
    last = Put(made, 4 * kKiB);
    if (last.ok()) ++made;
  }
  EXPECT_EQ(last.code(), StatusCode::kUnavailable);
  EXPECT_THAT(std::string(last.message()), HasSubstr("disk_bytes_max 40960"));
  EXPECT_LE(Metric("spill.disk_bytes"), static_cast<int64_t>(40 * kKiB));
  // What lies on disk comes back as soon as it needs nobody else's place.
  EXPECT_EQ(store_->Get(Id(0)).status().code(), StatusCode::kUnavailable);
  ASSERT_TRUE(store_->Delete(Id(made - 1)).ok());
  for (uint64_t i = 0; i + 1 < made; ++i) EXPECT_EQ(LookAt(*store_, Id(i)), absl::OkStatus()) << i;
}

TEST_F(TieredStoreTest, AShortMemoryBudgetSpillsAsAShortMemoryDoes) {
  host_.memory().SetLimit(32 * kKiB);
  Fill(0, 20, 4 * kKiB);
  EXPECT_LE(host_.memory().used_bytes(), 32 * kKiB);
  for (uint64_t i = 0; i < 20; ++i) EXPECT_EQ(LookAt(*store_, Id(i)), absl::OkStatus()) << i;
}

TEST_F(TieredStoreTest, TheEndLeavesNoFileAndNoMemory) {
  Fill(0, 60, 4 * kKiB);
  ASSERT_TRUE(store_->Create(Id(100), 100, {}).ok());
  EXPECT_FALSE(Files().empty());
  EXPECT_EQ(SpillDirectories(host_.disk()), 1u);
  store_ = nullptr;
  EXPECT_EQ(SpillDirectories(host_.disk()), 0u);
  EXPECT_EQ(host_.memory().used_bytes(), 0u);
}

TEST_F(TieredStoreTest, WhatAMachinesCrashLeftIsRemovedByTheNextStore) {
  Fill(0, 60, 4 * kKiB);
  for (const std::string& file : Files()) {
    const std::string directory = file.substr(0, file.rfind('/'));
    ASSERT_TRUE(host_.disk().SyncDirectory(directory).ok());
  }
  ASSERT_TRUE(host_.disk().SyncDirectory(kSpillBase).ok());
  ASSERT_TRUE(host_.disk().SyncDirectory("/").ok());
  host_.disk().Crash(CrashLoss::kEverything);
  ASSERT_FALSE(Files().empty());
  EXPECT_EQ(store_->Get(Id(0)).status(), absl::OkStatus());  // The file was synced.
  EXPECT_TRUE(store_->Release(Id(0)).ok());
  SimulatedHost other;
  HostWithDisk next(other, host_.disk());  // Its lock is free, as that of a dead process.
  auto successor = MakeTieredStore(next, kMemory, {});
  ASSERT_TRUE(successor.ok()) << successor.status();
  EXPECT_THAT(Files(), IsEmpty());
  EXPECT_EQ(SpillDirectories(host_.disk()), 1u);
  EXPECT_EQ(store_->Get(Id(5)).status().code(), StatusCode::kDataLoss) << "told, not mistaken for something else";
  successor->reset();
}

TEST_F(TieredStoreTest, AThreadSpillsAheadOnceMemoryIsFullEnough) {
  Make({.capacity_bytes = 16 * kMemory, .limits = {.spill_at_percent = 50}});
  Fill(0, 7, 4 * kKiB);
  for (int i = 0; i < 20; ++i) host_.executor().Yield();
  EXPECT_EQ(Metric("spill.chosen"), 0);
  Fill(7, 3, 4 * kKiB);
  for (int i = 0; i < 20; ++i) host_.executor().Yield();
  EXPECT_GE(Metric("spill.chosen"), 2);
  EXPECT_LE(host_.memory().used_bytes(), kMemory / 2);
  for (uint64_t i = 0; i < 10; ++i) EXPECT_EQ(LookAt(*store_, Id(i)), absl::OkStatus()) << i;
}

TEST_F(TieredStoreTest, NothingIsSpilledAheadForASecondAfterTheDiskRefused) {
  Make({.capacity_bytes = 16 * kMemory, .limits = {.spill_at_percent = 50}});
  host_.disk().FailAfter(DiskOperation::kWrite, 1, StatusCode::kDataLoss);
  Fill(0, 10, 4 * kKiB);
  for (int i = 0; i < 20; ++i) host_.executor().Yield();
  EXPECT_EQ(Metric("spill.write_failures"), 1);
  Fill(10, 2, 4 * kKiB);
  for (int i = 0; i < 20; ++i) host_.executor().Yield();
  EXPECT_EQ(Metric("spill.written_objects"), 0);
  host_.clock().Advance(1'000'000'000);
  Fill(12, 1, 4 * kKiB);
  for (int i = 0; i < 20; ++i) host_.executor().Yield();
  EXPECT_GT(Metric("spill.written_objects"), 0);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
