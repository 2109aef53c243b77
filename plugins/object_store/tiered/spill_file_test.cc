#include "plugins/object_store/tiered/spill_file.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/simulation/simulated_clock.h"
#include "core/simulation/simulated_disk.h"
#include "core/simulation/simulated_executor.h"
#include "core/simulation/simulated_random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "plugins/object_store/tiered/test_world.h"

namespace manta {
namespace {

using absl::StatusCode;

constexpr const char* kPath = "/file";

std::vector<std::byte> Pattern(uint64_t size_bytes, uint64_t tag) {
  std::vector<std::byte> bytes(size_bytes);
  FillPattern(bytes, tag);
  return bytes;
}

class SpillFileTest : public testing::Test {
 protected:
  void Add(uint64_t size_bytes, uint64_t metadata_bytes) {
    const uint64_t number = data_.size();
    data_.push_back(Pattern(size_bytes, number));
    metadata_.push_back(Pattern(metadata_bytes, number + 1000));
  }

  void Write() {
    std::vector<SpillItem> items;
    for (size_t i = 0; i < data_.size(); ++i) {
      items.push_back({.id = ObjectId::ForTest(i + 1), .data = data_[i], .metadata = metadata_[i]});
    }
    auto written = WriteSpillFile(disk_, executor_, buffers_, kPath, items);
    ASSERT_TRUE(written.ok()) << written.status();
    entries_ = *std::move(written);
    file_bytes_ = SpillFileBytes(items);
    const auto file = disk_.Open(kPath, OpenMode::kRead);
    EXPECT_EQ((*file)->SizeBytes().value(), file_bytes_);
  }

  absl::Status Read(size_t number) { return Read(number, entries_[number]); }
  absl::Status Read(size_t number, const SpillEntry& entry) {
    auto reader = SpillReader::Open(disk_, executor_, buffers_, kPath);
    return reader.ok() ? Read(**reader, number, entry) : reader.status();
  }
  absl::Status Read(SpillReader& reader, size_t number) { return Read(reader, number, entries_[number]); }
  absl::Status Read(SpillReader& reader, size_t number, const SpillEntry& entry) {
    std::vector<std::byte> metadata(entry.metadata_bytes), data(entry.size_bytes);
    if (absl::Status begun = reader.Begin(entry); !begun.ok()) return begun;
    if (absl::Status read = reader.Read(metadata); !read.ok()) return read;
    if (absl::Status read = reader.Read(data); !read.ok()) return read;
    if (absl::Status same = reader.Finish(); !same.ok()) return same;
    EXPECT_TRUE(data == data_[number]) << number;
    EXPECT_TRUE(metadata == metadata_[number]) << number;
    return absl::OkStatus();
  }

  SimulatedRandom random_{1};
  SimulatedDisk disk_{random_};
  SimulatedClock clock_;
  SimulatedExecutor executor_{clock_, random_};
  DirectBuffers buffers_;
  std::vector<std::vector<std::byte>> data_, metadata_;
  std::vector<SpillEntry> entries_;
  uint64_t file_bytes_ = 0;
};

TEST_F(SpillFileTest, ObjectsOfAllSizesComeBackAsTheyWere) {
  for (const uint64_t size : {0, 1, 7, 100, 4000, 4095, 4096, 4097, 70'000}) {
    for (const uint64_t metadata : {0, 1, 50, 5000}) Add(size, metadata);
  }
  Add(kTransferBytes - 100, 30);  // Ends near the end of a transfer, begins near one, and is longer than two.
  Add(kTransferBytes + 1, 0);
  Add(2 * kTransferBytes + 777, kTransferBytes + 5);
  Add(5 * kTransferBytes, 0);
  ASSERT_NO_FATAL_FAILURE(Write());
  for (size_t i = data_.size(); i-- > 0;) EXPECT_EQ(Read(i), absl::OkStatus()) << i;
}

// The entries before and after a jump may lie in what was read ahead, in what is on its way, or anywhere else.
TEST_F(SpillFileTest, AReaderThatReadsAheadGivesTheSameInAnyOrder) {
  for (uint64_t i = 0; i < 60; ++i) Add(i * i * 97 % 200'000, i % 3 * 900);
  Add(2 * kTransferBytes + 777, 5);
  for (uint64_t i = 0; i < 30; ++i) Add(i * 7919 % 300'000, 0);
  ASSERT_NO_FATAL_FAILURE(Write());
  for (const size_t step : {1, 2, 7, 23, 40, 90}) {  // From 23 on it goes back and forth.
    auto reader = SpillReader::Open(disk_, executor_, buffers_, kPath, file_bytes_);
    ASSERT_TRUE(reader.ok()) << reader.status();
    for (size_t i = 0; i < data_.size(); ++i) {
      ASSERT_EQ(Read(**reader, i * step % data_.size()), absl::OkStatus()) << i << " by " << step;
    }
  }
}

TEST_F(SpillFileTest, ReadingAheadTakesFewTransfersAndEndsWithTheFile) {
  for (uint64_t i = 0; i < 500; ++i) Add(9000, 10);
  ASSERT_NO_FATAL_FAILURE(Write());
  FaultyDisk counting(disk_);
  auto reader = SpillReader::Open(counting, executor_, buffers_, kPath, file_bytes_);
  ASSERT_TRUE(reader.ok()) << reader.status();
  for (size_t i = 0; i < data_.size(); ++i) {
    EXPECT_FALSE((*reader)->AtEnd()) << i;
    ASSERT_EQ(Read(**reader, i), absl::OkStatus()) << i;
  }
  EXPECT_TRUE((*reader)->AtEnd());
  EXPECT_EQ(counting.calls(), 1 + (file_bytes_ + kTransferBytes - 1) / kTransferBytes);
}

TEST_F(SpillFileTest, WhatIsRememberedOtherwiseIsDataLoss) {
  Add(1000, 10);
  Add(1000, 10);
  ASSERT_NO_FATAL_FAILURE(Write());
  SpillEntry wrong = entries_[1];
  wrong.id = entries_[0].id;
  EXPECT_EQ(Read(1, wrong).code(), StatusCode::kDataLoss);
  wrong = entries_[1];
  wrong.offset = 0;
  EXPECT_EQ(Read(1, wrong).code(), StatusCode::kDataLoss);
  wrong = entries_[1];
  wrong.size_bytes = 999;
  EXPECT_EQ(Read(1, wrong).code(), StatusCode::kDataLoss);
  wrong = entries_[1];
  wrong.checksum ^= 1;  // As if the file held an earlier object of the same id and size.
  EXPECT_EQ(Read(1, wrong).code(), StatusCode::kDataLoss);
  EXPECT_EQ(Read(1), absl::OkStatus());
}

TEST_F(SpillFileTest, MessagesNameObjectPlaceAndFile) {
  Add(1000, 10);
  ASSERT_NO_FATAL_FAILURE(Write());
  const auto file = disk_.Open(kPath, OpenMode::kWrite);
  ASSERT_TRUE((*file)->WriteAt(500, Pattern(1, 99)).ok());
  const absl::Status read = Read(0);
  for (const std::string& words :
       {entries_[0].id.ToHex(), std::string("at byte 0 of \"/file\""), std::string("checksum")}) {
    EXPECT_THAT(std::string(read.message()), testing::HasSubstr(words));
  }
}

TEST_F(SpillFileTest, AFailedSyncIsAFailedFile) {
  Add(1000, 10);
  disk_.FailAfter(DiskOperation::kSync, 1, StatusCode::kDataLoss);
  const SpillItem item = {.id = ObjectId::ForTest(1), .data = data_[0], .metadata = metadata_[0]};
  EXPECT_EQ(WriteSpillFile(disk_, executor_, buffers_, kPath, std::span(&item, 1)).status().code(),
            StatusCode::kDataLoss);
}

TEST_F(SpillFileTest, AFailureOfAnyTransferIsTold) {
  constexpr uint64_t kTransferCount = 6;
  Add((kTransferCount - 1) * kTransferBytes, 0);
  const SpillItem item = {.id = ObjectId::ForTest(1), .data = data_[0], .metadata = metadata_[0]};
  for (uint64_t i = 1; i <= kTransferCount; ++i) {
    disk_.FailAfter(DiskOperation::kWrite, i, StatusCode::kResourceExhausted);
    const auto written = WriteSpillFile(disk_, executor_, buffers_, kPath, std::span(&item, 1));
    EXPECT_EQ(written.status().code(), StatusCode::kResourceExhausted) << i;
    ASSERT_TRUE(disk_.Remove(kPath).ok());
  }
  ASSERT_NO_FATAL_FAILURE(Write());
  for (uint64_t i = 1; i <= kTransferCount; ++i) {
    disk_.FailAfter(DiskOperation::kRead, i, StatusCode::kDataLoss);
    EXPECT_EQ(Read(0).code(), StatusCode::kDataLoss) << i;
  }
  EXPECT_EQ(Read(0), absl::OkStatus());
}

// Nobody asked for what fails: it is told to who comes to it.
TEST_F(SpillFileTest, AFailureAheadIsToldWhenItIsReached) {
  for (uint64_t i = 0; i < 7; ++i) Add(kTransferBytes / 2, 0);
  ASSERT_NO_FATAL_FAILURE(Write());
  disk_.FailAfter(DiskOperation::kRead, 2, StatusCode::kDataLoss);
  auto reader = SpillReader::Open(disk_, executor_, buffers_, kPath, file_bytes_);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(Read(**reader, 0), absl::OkStatus());
  EXPECT_EQ(Read(**reader, 1).code(), StatusCode::kDataLoss) << "ends beyond the first transfer";
  EXPECT_EQ(Read(1), absl::OkStatus());
}

// The published values of XXH3's 64 bits for no bytes, and for one.
TEST(ChecksumTest, IsXxh3AndDoesNotDependOnTheCuts) {
  EXPECT_EQ(Checksum().value(), 0x2d06800538d394c2u);
  const std::vector<std::byte> bytes = Pattern(100'000, 5);
  Checksum whole;
  whole.Add(bytes);
  for (const size_t cut : {1u, 63u, 64u, 255u, 1024u, 99'999u}) {
    Checksum parts;
    parts.Add(std::span(bytes).first(cut));
    parts.Add({});
    parts.Add(std::span(bytes).subspan(cut));
    EXPECT_EQ(parts.value(), whole.value()) << cut;
  }
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
