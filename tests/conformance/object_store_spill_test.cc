// Stores whose objects may lie on a disk: what they say when memory or the disk has no room, and when the disk errs.
// The disk is the suite's, which errs when told; a store with one of its own shows nothing of that here.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/interface/disk.h"
#include "core/simulation/simulated_disk.h"
#include "tests/conformance/object_store_fixture.h"
#include "tests/conformance/support/suite.h"
#include "tests/conformance/support/suite_report.h"

namespace manta::conformance {
namespace {

constexpr auto kDataLoss = absl::StatusCode::kDataLoss;
constexpr auto kResourceExhausted = absl::StatusCode::kResourceExhausted;
constexpr auto kUnavailable = absl::StatusCode::kUnavailable;
constexpr char kNotItsHostsDisk[] = "it does not write to its host's disk";

constexpr uint64_t kCount = 32;  // Objects that fill the store, but for room for one more.
constexpr uint64_t kNew = 900;

class Spilling : public ObjectStoreConformance {
 protected:
  // Puts all objects. True when the test cannot go on: refused, too large, or memory holds all of them.
  bool Unable() {
    if (TooLargeToFill()) return true;
    for (uint64_t i = 0; i < kCount; ++i) Put(Id(i), size_bytes(), {}, i);
    const uint64_t pinned_count = Pin();
    for (uint64_t i = 0; i < pinned_count; ++i) EXPECT_THAT(store().Release(Id(i)), IsOk());
    if (!Plugin().Has(ObjectStore::kCapabilitySpill)) {
      EXPECT_EQ(pinned_count, kCount) << "without kCapabilitySpill no Get finds too little memory";
      NoteRefused("spill");
      return true;
    }
    if (pinned_count < kCount) return false;
    NoteNotMeasured("all objects fit into its memory: give it less than its capacity by --config");
    return true;
  }

  uint64_t size_bytes() const { return capacity_bytes() / (kCount + 1) / kUnit * kUnit; }

  // Pins object after object until there is no memory for one; how many that are.
  uint64_t Pin() {
    for (uint64_t i = 0; i < kCount; ++i) {
      const absl::StatusOr<ObjectView> view = store().Get(Id(i));
      if (!view.ok()) {
        EXPECT_THAT(view.status(), HasCode(kResourceExhausted));
        return i;
      }
      EXPECT_TRUE(HoldsPattern(view->data, i));
    }
    return kCount;
  }

  void ExpectReadable(uint64_t i) {
    const absl::StatusOr<ObjectView> view = store().Get(Id(i));
    ASSERT_THAT(view.status(), IsOk());
    EXPECT_TRUE(HoldsPattern(view->data, i));
    EXPECT_THAT(store().Release(Id(i)), IsOk());
  }

  // How many objects are kDataLoss, and stay; the others must be what was put.
  uint64_t LostCount() {
    uint64_t lost_count = 0;
    for (uint64_t i = 0; i < kCount; ++i) {
      const absl::StatusOr<ObjectView> view = store().Get(Id(i));
      if (view.ok()) {
        EXPECT_TRUE(HoldsPattern(view->data, i));
        EXPECT_THAT(store().Release(Id(i)), IsOk());
        continue;
      }
      ++lost_count;
      EXPECT_THAT(view.status(), HasCode(kDataLoss));
      EXPECT_TRUE(store().Contains(Id(i)));
    }
    return lost_count;
  }

  // Inverts each bit of each file.
  void InvertFiles(const std::string& folder) {
    struct Names final : NameSink {
      void OnName(std::string_view name) override { names.emplace_back(name); }
      std::vector<std::string> names;
    } found;
    Disk& disk = host().disk();
    ASSERT_THAT(disk.List(folder, found), IsOk());
    for (const std::string& name : found.names) {
      const std::string path = folder + name;
      const absl::StatusOr<std::unique_ptr<File>> file = disk.Open(path, OpenMode::kWrite);
      if (!file.ok()) {
        InvertFiles(path + "/");
        continue;
      }
      Bytes bytes((*file)->SizeBytes().value());
      ASSERT_THAT((*file)->ReadAt(0, bytes), IsOk());
      for (std::byte& byte : bytes) byte = ~byte;
      ASSERT_THAT((*file)->WriteAt(0, bytes), IsOk());
    }
  }

  // From now on no write succeeds, and memory is full of sealed objects that were never written, Id(1) and so on, as
  // many as it returns; Id(0) lies on the disk.
  uint64_t FillMemory() {
    for (uint64_t i = 0; i < kCount; ++i) EXPECT_THAT(store().Delete(Id(i)), IsOk());
    Put(Id(0), size_bytes(), {}, 0);
    uint64_t count = 0;
    for (; count < kCount; ++count) {  // What is open cannot leave memory, so the sealed one has to.
      const absl::StatusOr<std::span<std::byte>> data = store().Create(Id(count + 1), size_bytes(), {});
      if (!data.ok()) {
        EXPECT_THAT(data.status(), HasCode(kResourceExhausted));
        break;
      }
      Fill(*data, count + 1);
    }
    FailDisk(DiskOperation::kWrite, kResourceExhausted);
    for (uint64_t i = 1; i <= count; ++i) EXPECT_THAT(store().Seal(Id(i)), IsOk());
    return count;
  }

  void ExpectUnavailable(const absl::Status& status) {
    EXPECT_THAT(status, HasCode(kUnavailable));
    EXPECT_THAT(std::string(status.message()), testing::HasSubstr("injected")) << "what the disk said";
  }

  // From now on each such operation fails; kOk: none.
  void FailDisk(DiskOperation operation, absl::StatusCode code) {
    host().world().disk.FailSometimes(operation, code == absl::StatusCode::kOk ? 0 : 1, code);
  }
};

TEST_F(Spilling, AGetThatFindsNoMemoryIsResourceExhaustedAndTheObjectStays) {
  if (Unable()) return;
  const uint64_t next = Pin();
  const auto before = Listed();
  for (int i = 0; i < 2; ++i) EXPECT_THAT(store().Get(Id(next)).status(), HasCode(kResourceExhausted));
  EXPECT_TRUE(store().Contains(Id(next)));
  EXPECT_EQ(Listed(), before);
  ASSERT_THAT(store().Release(Id(0)), IsOk());
  ExpectReadable(next);
}

TEST_F(Spilling, ACreateThatFindsNoMemoryIsResourceExhausted) {
  if (Unable()) return;
  Pin();
  const auto before = Listed();
  EXPECT_THAT(store().Create(Id(kNew), size_bytes(), {}).status(), HasCode(kResourceExhausted));
  EXPECT_EQ(Listed(), before);
  ASSERT_THAT(store().Release(Id(0)), IsOk());
  EXPECT_THAT(store().Create(Id(kNew), size_bytes(), {}).status(), IsOk());
}

TEST_F(Spilling, ACreateThatFindsTheDiskFullIsUnavailable) {
  if (Unable()) return;
  for (uint64_t i = 0; i < kCount; ++i) ASSERT_THAT(store().Delete(Id(i)), IsOk());
  FailDisk(DiskOperation::kWrite, kResourceExhausted);
  uint64_t count = 0;
  absl::Status created;
  for (; count < kCount; ++count) {
    const absl::StatusOr<std::span<std::byte>> data = store().Create(Id(count), size_bytes(), {});
    created = data.status();
    if (!created.ok()) break;
    Fill(*data, count);
    ASSERT_THAT(store().Seal(Id(count)), IsOk());
  }
  for (uint64_t i = 0; i < count; ++i) ExpectReadable(i);  // Whatever it told of its writes.
  if (count == kCount) return NoteNotMeasured(kNotItsHostsDisk);
  ExpectUnavailable(created);
  EXPECT_FALSE(store().Contains(Id(count)));
  FailDisk(DiskOperation::kWrite, absl::StatusCode::kOk);
  Put(Id(count), size_bytes(), {}, count);
  for (uint64_t i = 0; i <= count; ++i) ExpectReadable(i);
}

TEST_F(Spilling, AGetThatFindsTheDiskFullIsUnavailable) {
  if (Unable()) return;
  const uint64_t count = FillMemory();
  const auto before = Listed();
  const absl::StatusOr<ObjectView> view = store().Get(Id(0));
  if (view.ok()) {
    EXPECT_TRUE(HoldsPattern(view->data, 0));
    EXPECT_THAT(store().Release(Id(0)), IsOk());
    for (uint64_t i = 1; i <= count; ++i) ExpectReadable(i);  // Whatever it told of its writes.
    return NoteNotMeasured(kNotItsHostsDisk);
  }
  ExpectUnavailable(view.status());
  ExpectUnavailable(store().Get(Id(0)).status());
  EXPECT_EQ(Listed(), before);
  for (uint64_t i = 1; i <= count; ++i) ExpectReadable(i);
  ASSERT_THAT(store().Delete(Id(1)), IsOk());
  ExpectReadable(0);
  FailDisk(DiskOperation::kWrite, absl::StatusCode::kOk);
  Put(Id(1), size_bytes(), {}, 1);
  for (uint64_t i = 0; i <= count; ++i) ExpectReadable(i);
}

TEST_F(Spilling, WhatCouldBeEvictedInsteadWasWhenTheDiskIsFull) {
  if (Unable() || Lacks(ObjectStore::kCapabilityCache)) return;
  const uint64_t count = FillMemory();
  if (count < 3) return NoteNotMeasured("its memory is too small a part of its capacity");
  for (const uint64_t i : {1, 2}) ASSERT_THAT(store().Cache(Id(i)), IsOk());
  const absl::StatusOr<std::span<std::byte>> data = store().Create(Id(kNew), size_bytes(), {});
  if (data.ok() && store().Contains(Id(1)) && store().Contains(Id(2))) {
    for (uint64_t i = 0; i <= count; ++i) ExpectReadable(i);
    return NoteNotMeasured(kNotItsHostsDisk);
  }
  ASSERT_THAT(data.status(), IsOk());
  EXPECT_NE(store().Contains(Id(1)), store().Contains(Id(2))) << "no more of them than needed";
  Fill(*data, kNew);
  ASSERT_THAT(store().Seal(Id(kNew)), IsOk());
  ExpectUnavailable(store().Create(Id(kNew + 1), 2 * size_bytes(), {}).status());
  EXPECT_FALSE(store().Contains(Id(1)) || store().Contains(Id(2)));
  Put(Id(kNew + 1), size_bytes(), {}, kNew + 1);  // There is room for one, and for another one when Id(3) is gone.
  ASSERT_THAT(store().Cache(Id(3)), IsOk());
  ExpectReadable(0);
  EXPECT_FALSE(store().Contains(Id(3)));
  EXPECT_EQ(store().Stats().evicted_count, 3u);
  for (const uint64_t i : {kNew, kNew + 1}) ExpectReadable(i);
  for (uint64_t i = 4; i <= count; ++i) ExpectReadable(i);
}

TEST_F(Spilling, AnObjectThatCannotBeReadIsDataLossAndEachGetTriesAgain) {
  if (Unable()) return;
  FailDisk(DiskOperation::kRead, kDataLoss);
  const uint64_t lost_count = LostCount();
  FailDisk(DiskOperation::kRead, absl::StatusCode::kOk);
  if (lost_count == 0) return NoteNotMeasured("it does not read from its host's disk");
  for (uint64_t i = 0; i < kCount; ++i) ExpectReadable(i);
}

TEST_F(Spilling, AnObjectThatIsNotWhatWasWrittenIsDataLoss) {
  if (Unable()) return;
  InvertFiles("/");
  const uint64_t lost_count = LostCount();
  InvertFiles("/");  // As they were.
  if (lost_count == 0) return NoteNotMeasured("it does not read from its host's disk");
  for (uint64_t i = 0; i < kCount; ++i) ExpectReadable(i);
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
