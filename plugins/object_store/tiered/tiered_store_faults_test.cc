// Every call of the disk fails once, in every way, and what is told as success may be a lie.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/simulation/simulated_host.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plugins/object_store/tiered/spill_file.h"
#include "plugins/object_store/tiered/test_world.h"
#include "plugins/object_store/tiered/tiered_store.h"

namespace manta {
namespace {

using absl::StatusCode;

constexpr uint64_t kKiB = 1 << 10;
constexpr uint64_t kMemory = 32 * kKiB;
constexpr TieredStoreOptions kOptions = {.capacity_bytes = 16 * kMemory, .limits = {.spill_at_percent = 100}};

ObjectId Id(uint64_t number) { return ObjectId::ForTest(number + 1); }

constexpr const char* kFaultNames[] = {"none", "fails", "is full", "tears and fails", "tears", "flips a bit"};
bool Lies(DiskFault fault) { return fault == DiskFault::kTears || fault == DiskFault::kFlipsABit; }

// One life of a store, on a disk whose k-th call meets a fault.
class Life {
 public:
  Life(DiskFault fault, uint64_t call) : fault_(fault) { disk_.Arm(fault, call); }

  void Run() {
    auto made = MakeTieredStore(host_, kMemory, kOptions);
    if (made.ok()) {
      store_ = *std::move(made);
      PutAndLook(0);
      DeleteSome();
      PutAndLook(100);
      Pinned();
      DeleteAll();
      store_ = nullptr;
    } else {
      EXPECT_FALSE(Lies(fault_)) << made.status();
      Typed(made.status());
    }
    EXPECT_EQ(SpillDirectories(world_.disk()), 0u) << "something was left on the disk";
    EXPECT_EQ(world_.memory().used_bytes(), 0u);
  }

  bool met() const { return disk_.met(); }
  uint64_t lost() const { return lost_; }

 private:
  void Typed(const absl::Status& status) {
    EXPECT_THAT(status.code(),
                testing::AnyOf(StatusCode::kResourceExhausted, StatusCode::kUnavailable, StatusCode::kDataLoss))
        << status;
    EXPECT_FALSE(status.message().empty());
  }

  void PutAndLook(uint64_t first) {
    constexpr uint64_t kSizes[] = {100, 700, 2000, 9000, 3, 0, 5000};
    for (uint64_t i = first; i < first + 20; ++i) {
      const absl::Status put = PutObject(*store_, Id(i), kSizes[i % std::size(kSizes)], i);
      if (put.ok()) {
        made_.push_back(i);
      } else {
        EXPECT_EQ(put.code(), StatusCode::kUnavailable) << put;
      }
    }
    LookAtAll();
  }

  // A disk that tells its failures loses nothing: at the latest the second Get succeeds.
  void LookAtAll() {
    for (const uint64_t i : made_) {
      absl::Status looked = LookAt(*store_, Id(i));
      if (looked.ok()) continue;
      Typed(looked);
      looked = LookAt(*store_, Id(i));
      if (looked.ok()) continue;
      ++lost_;
      EXPECT_TRUE(Lies(fault_)) << "object " << i << " is lost: " << looked;
      EXPECT_EQ(looked.code(), StatusCode::kDataLoss) << looked;
    }
  }

  void DeleteSome() {
    std::vector<uint64_t> kept;
    for (const uint64_t i : made_) {
      if (i % 3 == 0) {
        kept.push_back(i);
      } else {
        EXPECT_TRUE(store_->Delete(Id(i)).ok());
      }
    }
    made_ = kept;
  }

  void Pinned() {
    const absl::StatusOr<ObjectView> view = store_->Get(Id(made_.front()));
    if (!view.ok()) return Typed(view.status());
    EXPECT_TRUE(store_->Delete(Id(made_.front())).ok());
    PutObject(*store_, Id(1000), 20'000, 1).IgnoreError();
    EXPECT_TRUE(Whole(*view));
    EXPECT_TRUE(store_->Release(Id(made_.front())).ok());
    made_.erase(made_.begin());
    store_->Delete(Id(1000)).IgnoreError();
  }

  void DeleteAll() {
    LookAtAll();
    for (const uint64_t i : made_) EXPECT_TRUE(store_->Delete(Id(i)).ok());
    EXPECT_EQ(store_->Stats().used_bytes, 0u);
    // What could not be removed once goes with the next file that is removed, or at the end.
    EXPECT_LE(SpillFiles(world_.disk()).size(), disk_.met() && !Lies(fault_) ? 1u : 0u);
  }

  const DiskFault fault_;
  SimulatedHost world_;
  FaultyDisk disk_{world_.disk()};
  HostWithDisk host_{world_, disk_};
  std::unique_ptr<TieredStore> store_;
  std::vector<uint64_t> made_;
  uint64_t lost_ = 0;
};

TEST(TieredStoreFaultsTest, EachCallOfTheDiskFailsOnceInEachWay) {
  std::map<DiskFault, uint64_t> calls, lost;
  for (const DiskFault fault :
       {DiskFault::kFails, DiskFault::kIsFull, DiskFault::kTearsAndFails, DiskFault::kTears, DiskFault::kFlipsABit}) {
    for (uint64_t call = 1;; ++call) {
      SCOPED_TRACE(Concat("call ", call, " of the disk ", kFaultNames[static_cast<int>(fault)]));
      Life life(fault, call);
      life.Run();
      if (!life.met()) break;
      ++calls[fault];
      lost[fault] += life.lost();
      if (HasFailure()) return;
    }
  }
  for (const auto& [fault, count] : calls) EXPECT_GT(count, 40u) << kFaultNames[static_cast<int>(fault)];
  // The lies that were told did harm, and were found.
  EXPECT_GT(lost[DiskFault::kTears], 0u);
  EXPECT_GT(lost[DiskFault::kFlipsABit], 0u);
}

// Deletes objects at one call of the disk.
struct Deleter {
  static void Call(void* context) {
    auto& self = *static_cast<Deleter*>(context);
    if (self.countdown == 0 || --self.countdown != 0) return;
    for (const uint64_t number : self.numbers) EXPECT_TRUE(self.store->Delete(Id(number)).ok());
  }

  TieredStore* store = nullptr;
  std::vector<uint64_t> numbers = {};
  uint64_t countdown = 0;  // Calls until then; 0: never.
};

TEST(TieredStoreFaultsTest, F22_ASharedFileOutlivesWhatIsFreedWhileItIsWritten) {
  for (const std::vector<uint64_t>& freed : std::vector<std::vector<uint64_t>>{{0}, {0, 2}, {0, 1, 2}}) {
    for (uint64_t call = 1; call <= 3; ++call) {  // Open, write, sync.
      SCOPED_TRACE(Concat(freed.size(), " freed at call ", call));
      SimulatedHost world;
      Deleter deleter;
      FaultyDisk disk(world.disk(), &Deleter::Call, &deleter);
      const HostWithDisk host(world, disk);
      const auto store = MakeTieredStore(host, kMemory, kOptions);
      ASSERT_TRUE(store.ok()) << store.status();
      for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(PutObject(**store, Id(i), 700, i).ok());
      deleter = {.store = store->get(), .numbers = freed, .countdown = call};
      ASSERT_TRUE(PutObject(**store, Id(100), kMemory - 64, 7).ok());
      ASSERT_EQ(deleter.countdown, 0u);
      ASSERT_TRUE((*store)->Delete(Id(100)).ok());
      for (uint64_t i = 0; i < 3; ++i) {
        if (std::find(freed.begin(), freed.end(), i) != freed.end()) {
          EXPECT_EQ(LookAt(**store, Id(i)).code(), StatusCode::kNotFound);
          continue;
        }
        EXPECT_EQ(SpillFiles(world.disk()).size(), 1u);
        EXPECT_EQ(LookAt(**store, Id(i)), absl::OkStatus());
        EXPECT_TRUE((*store)->Delete(Id(i)).ok());
      }
      EXPECT_TRUE(SpillFiles(world.disk()).empty());
      EXPECT_EQ((*store)->Stats().used_bytes, 0u);
      EXPECT_EQ(world.memory().used_bytes(), 0u);
    }
  }
}

TEST(TieredStoreFaultsTest, F25_WhatEndsInTheMiddleIsToldTriedAgainAndLeavesNoFile) {
  SimulatedHost world;
  FaultyDisk disk(world.disk());
  const HostWithDisk host(world, disk);
  const auto made = MakeTieredStore(host, kMemory, kOptions);
  ASSERT_TRUE(made.ok()) << made.status();
  TieredStore& store = **made;
  for (uint64_t i = 0; i < 3; ++i) ASSERT_TRUE(PutObject(store, Id(i), 700, i).ok());
  for (uint64_t call = 1; call <= 3; ++call) {  // Of the spill: open, write, sync.
    disk.Arm(DiskFault::kTearsAndFails, call);
    const absl::Status put = PutObject(store, Id(100), kMemory - 64, 7);
    EXPECT_EQ(put.code(), StatusCode::kUnavailable) << put;
    EXPECT_THAT(std::string(put.message()), testing::HasSubstr("injected: input/output error"));
    EXPECT_TRUE(SpillFiles(world.disk()).empty());
    for (uint64_t i = 0; i < 3; ++i) EXPECT_EQ(LookAt(store, Id(i)), absl::OkStatus());
  }
  EXPECT_EQ(PutObject(store, Id(100), kMemory - 64, 7), absl::OkStatus());
  for (uint64_t call = 1; call <= 2; ++call) {  // Of the restore: open, read.
    disk.Arm(DiskFault::kFails, call);
    EXPECT_EQ(LookAt(store, Id(1)).code(), StatusCode::kDataLoss) << "and not that it is absent";
    EXPECT_EQ(LookAt(store, Id(1)), absl::OkStatus());
    EXPECT_EQ(LookAt(store, Id(100)), absl::OkStatus());  // Pushes it out again.
  }
  for (uint64_t i = 0; i < 2; ++i) ASSERT_TRUE(store.Delete(Id(i)).ok());
  EXPECT_EQ(SpillFiles(world.disk()).size(), 2u);
  disk.Arm(DiskFault::kFails, 1);  // The removal of a file.
  EXPECT_TRUE(store.Delete(Id(2)).ok());
  EXPECT_TRUE(disk.met());
  EXPECT_EQ(SpillFiles(world.disk()).size(), 2u);
  EXPECT_TRUE(store.Delete(Id(100)).ok());
  EXPECT_TRUE(SpillFiles(world.disk()).empty());
}

// There is one thread here: a store that waited for a pin would wait for ever.
TEST(TieredStoreFaultsTest, F27_WhatDoesNotFitTogetherIsToldAndNotWaitedFor) {
  SimulatedHost world;
  const auto made = MakeTieredStore(world, kMemory, kOptions);
  ASSERT_TRUE(made.ok()) << made.status();
  TieredStore& store = **made;
  for (uint64_t i = 0; i < 2; ++i) ASSERT_TRUE(PutObject(store, Id(i), kMemory / 2 + 1000, i).ok());
  const absl::StatusOr<ObjectView> needed = store.Get(Id(0));
  ASSERT_TRUE(needed.ok()) << needed.status();
  const absl::Status wanted = store.Get(Id(1)).status();
  EXPECT_EQ(wanted.code(), StatusCode::kResourceExhausted) << wanted;
  EXPECT_THAT(std::string(wanted.message()), testing::HasSubstr("are open, pinned"));
  EXPECT_TRUE(Whole(*needed));
  ASSERT_TRUE(store.Release(Id(0)).ok());
  EXPECT_EQ(LookAt(store, Id(1)), absl::OkStatus());
  EXPECT_EQ(LookAt(store, Id(0)), absl::OkStatus());
}

class DamagedFileTest : public testing::Test {
 protected:
  void SetUp() override {
    auto made = MakeTieredStore(host_, kMemory, kOptions);
    ASSERT_TRUE(made.ok()) << made.status();
    store_ = *std::move(made);
    for (uint64_t i = 0; i < 5; ++i) ASSERT_TRUE(PutObject(*store_, Id(i), 700 + i, i).ok());
    // All of it: so each look at one of them reads it back, and it leaves again.
    ASSERT_TRUE(PutObject(*store_, Id(100), kMemory - 64, 7).ok());
    const std::vector<std::string> files = SpillFiles(host_.disk());
    ASSERT_EQ(files.size(), 1u);
    file_ = files.front();
  }

  // Looks at an object that is not in memory.
  absl::Status LookOnDisk(uint64_t number) {
    const absl::Status looked = LookAt(*store_, Id(number));
    EXPECT_TRUE(LookAt(*store_, Id(100)).ok());
    return looked;
  }

  // A file of one block.
  std::vector<std::byte> Bytes(const std::string& path) {
    std::vector<std::byte> bytes(4096);
    const auto file = host_.disk().Open(path, OpenMode::kRead);
    EXPECT_TRUE(file.ok() && (*file)->ReadAt(0, bytes).ok());
    return bytes;
  }

  void Xor(uint64_t offset, std::byte bits) {
    const auto file = host_.disk().Open(file_, OpenMode::kWrite);
    std::byte found{};
    ASSERT_TRUE((*file)->ReadAt(offset, std::span(&found, 1)).ok());
    found ^= bits;
    ASSERT_TRUE((*file)->WriteAt(offset, std::span(&found, 1)).ok());
  }

  SimulatedHost host_;
  std::unique_ptr<TieredStore> store_;
  std::string file_;
};

TEST_F(DamagedFileTest, NoneOfTenThousandFlippedBitsIsTakenForData) {
  std::mt19937_64 random(42);
  uint64_t found = 0;
  const uint64_t entries_bytes = 5 * (48 + 8 + 8) + 700 + 701 + 702 + 703 + 704;
  for (int i = 0; i < 10'000; ++i) {
    const uint64_t offset = random() % entries_bytes;
    const std::byte bit = static_cast<std::byte>(1u << random() % 8);
    ASSERT_NO_FATAL_FAILURE(Xor(offset, bit));
    const uint64_t number = offset * 5 / entries_bytes;  // The one that was hit, or its neighbour.
    for (const uint64_t each : {number, (number + 1) % 5, (number + 4) % 5}) {
      const absl::Status looked = LookAt(*store_, Id(each));
      if (looked.code() == StatusCode::kDataLoss) ++found;
      ASSERT_TRUE(looked.ok() || looked.code() == StatusCode::kDataLoss) << looked << " at byte " << offset;
    }
    ASSERT_TRUE(LookAt(*store_, Id(100)).ok());  // Pushes them out again.
    ASSERT_NO_FATAL_FAILURE(Xor(offset, bit));
  }
  EXPECT_EQ(found, 10'000u);
}

TEST_F(DamagedFileTest, F23_AnObjectMadeAnewLeavesTheSharedFileAlone) {
  const std::vector<std::byte> before = Bytes(file_);
  ASSERT_TRUE(store_->Delete(Id(0)).ok());
  ASSERT_TRUE(PutObject(*store_, Id(0), 5000, 4711).ok());
  ASSERT_TRUE(LookAt(*store_, Id(100)).ok());  // Pushes it out: it is spilled again.
  const std::vector<std::string> files = SpillFiles(host_.disk());
  EXPECT_EQ(files.size(), 3u) << "no name is used twice";
  EXPECT_THAT(files, testing::Contains(file_));
  EXPECT_EQ(Bytes(file_), before);
  const absl::StatusOr<ObjectView> anew = store_->Get(Id(0));
  ASSERT_TRUE(anew.ok()) << anew.status();
  EXPECT_EQ(anew->data.size(), 5000u);
  EXPECT_TRUE(HoldsPattern(anew->data, 4711));
  ASSERT_TRUE(store_->Release(Id(0)).ok());
  for (uint64_t i = 1; i < 5; ++i) EXPECT_EQ(LookAt(*store_, Id(i)), absl::OkStatus()) << i;
}

TEST_F(DamagedFileTest, F23_ADamagedHeaderIsToldWhateverItSays) {
  const uint64_t second = 48 + 8 + 700 + 8;  // Where the second entry begins.
  for (const uint64_t field : {offsetof(SpillEntryHeader, metadata_bytes), offsetof(SpillEntryHeader, size_bytes)}) {
    for (uint64_t i = 0; i < 8; ++i) ASSERT_NO_FATAL_FAILURE(Xor(second + field + i, std::byte{0x7f}));
    const absl::Status looked = LookOnDisk(1);
    EXPECT_EQ(looked.code(), StatusCode::kDataLoss) << looked;
    EXPECT_THAT(std::string(looked.message()), testing::HasSubstr("has another header than was written"));
    EXPECT_EQ(LookOnDisk(2), absl::OkStatus()) << "its neighbour is whole";
    for (uint64_t i = 0; i < 8; ++i) ASSERT_NO_FATAL_FAILURE(Xor(second + field + i, std::byte{0x7f}));
    EXPECT_EQ(LookOnDisk(1), absl::OkStatus());
  }
}

TEST_F(DamagedFileTest, AShorterFileIsNoticedAndItsObjectsStayDeletable) {
  const std::vector<std::byte> bytes = Bytes(file_);
  for (const uint64_t kept : {0, 40, 600, 1500, 3700}) {
    ASSERT_TRUE(host_.disk().Remove(file_).ok());
    const auto file = host_.disk().Open(file_, OpenMode::kCreate);
    ASSERT_TRUE((*file)->WriteAt(0, std::span(bytes).first(kept)).ok());
    const absl::Status looked = LookOnDisk(4);
    EXPECT_EQ(looked.code(), StatusCode::kDataLoss) << looked;
    EXPECT_TRUE(store_->Contains(Id(4)));
  }
  for (uint64_t i = 0; i < 5; ++i) EXPECT_TRUE(store_->Delete(Id(i)).ok());
  EXPECT_TRUE(SpillFiles(host_.disk()).empty());
}

TEST_F(DamagedFileTest, AMissingFileIsDataLossNotAMissingObject) {
  ASSERT_TRUE(host_.disk().Remove(file_).ok());
  const absl::Status looked = LookOnDisk(2);
  EXPECT_EQ(looked.code(), StatusCode::kDataLoss);
  EXPECT_THAT(std::string(looked.message()), testing::HasSubstr(Id(2).ToHex()));
  EXPECT_TRUE(store_->Delete(Id(2)).ok());
}

TEST_F(DamagedFileTest, AnErrorThatPassesIsOver) {
  host_.disk().FailAfter(DiskOperation::kRead, 1, StatusCode::kDataLoss);
  EXPECT_EQ(LookOnDisk(1).code(), StatusCode::kDataLoss);
  EXPECT_EQ(LookOnDisk(1), absl::OkStatus());
  host_.disk().FailAfter(DiskOperation::kOpen, 1, StatusCode::kResourceExhausted);
  EXPECT_EQ(LookOnDisk(1).code(), StatusCode::kResourceExhausted) << "no descriptor";
  EXPECT_EQ(LookOnDisk(1), absl::OkStatus());
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
