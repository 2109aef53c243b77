// Programs whose values lie in the store `tiered` over a real disk: what they read when it is full, and when somebody
// has damaged its files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "tests/errors/on_a_disk.h"
#include "tests/faults/program.h"

namespace manta {
namespace {

namespace fs = std::filesystem;

using testing::HasSubstr;
using testing::SizeIs;

using Row = std::vector<uint64_t>;

constexpr uint64_t kRowWords = 60'000;  // 480,000 bytes: eight of them fit into the memory, and each has its own file.
constexpr uint64_t kMemory = uint64_t{4} << 20;
constexpr uint64_t kInMemory = 8;

void Fill(std::span<uint64_t> row, uint64_t tag) {
  for (uint64_t i = 0; i < row.size(); ++i) row[i] = tag * 0x9e3779b97f4a7c15u ^ i;
}
bool Holds(std::span<const uint64_t> row, uint64_t tag) {
  Row wanted(row.size());
  Fill(wanted, tag);
  return row.size() == kRowWords && std::equal(row.begin(), row.end(), wanted.begin());
}

class SpillingTest : public testing::Test {
 protected:
  void Start(uint64_t disk_bytes_max = uint64_t{1} << 30) {
    runtime_.emplace(Init(
        OnADisk({.directory = directory_, .memory_bytes = kMemory, .disk_bytes_max = disk_bytes_max, .strict = true})));
  }

  // Puts `rows_`: the first ones leave memory.
  void PutRows(uint64_t count) {
    for (uint64_t i = rows_.size(), end = i + count; i < end; ++i) {
      Row row(kRowWords);
      Fill(row, i);
      rows_.push_back(Put(std::move(row)));
    }
  }
  bool IsWhole(uint64_t i) { return Holds(*Get(rows_[i]), i); }

  std::vector<fs::path> Files() const {
    std::vector<fs::path> files;
    if (!fs::exists(directory_)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(directory_)) {
      if (entry.path().filename().string().starts_with("objects-")) files.push_back(entry.path());
    }
    return files;
  }

  // Nothing may be left of the program, in its store or on the disk.
  void End() {
    rows_.clear();
    ExpectNothingLeft(*runtime_);
    runtime_.reset();
    EXPECT_TRUE(fs::is_empty(directory_)) << "something is left on the disk";
  }

  // The object is an error, and not a value of any kind.
  ErrorPtr ErrorOfRow(uint64_t i) {
    return RecordOf([&] { EXPECT_TRUE(IsWhole(i)); });
  }

  const std::string directory_ = SpillDirectoryFor(testing::UnitTest::GetInstance()->current_test_info()->name());
  std::optional<Runtime> runtime_;
  std::vector<ObjectRef<Row>> rows_;
};

TEST_F(SpillingTest, AFullDiskIsToldNothingIsLostAndItGoesOn) {
  Start(/*disk_bytes_max=*/3 * (kRowWords * 8 + 8192));  // Three files.
  PutRows(kInMemory + 3);
  EXPECT_THAT(Files(), SizeIs(3));
  const ErrorPtr put = RecordOf([&] { PutRows(1); });
  ASSERT_NE(put, nullptr);
  EXPECT_EQ(put->type, ErrorType::kOutOfDisk);
  for (const char* words : {"needs 480", "of disk_bytes_max 1464576", "free space on the disk", "largest holders"}) {
    EXPECT_THAT(put->message, HasSubstr(words));
  }
  try {
    BuildArray<uint64_t>(kRowWords, [](std::span<uint64_t>) {});
    ADD_FAILURE() << "an array found room";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), absl::StatusCode::kUnavailable);
    EXPECT_THAT(error.what(), HasSubstr("disk_bytes_max"));
  }
  for (uint64_t i = 3; i < kInMemory + 3; ++i) EXPECT_TRUE(IsWhole(i)) << i;
  const ErrorPtr get = ErrorOfRow(0);  // It could come back only in the place of another one.
  ASSERT_NE(get, nullptr);
  EXPECT_EQ(get->type, ErrorType::kOutOfDisk);
  rows_.pop_back();
  for (uint64_t i = 0; i < kInMemory + 2; ++i) EXPECT_TRUE(IsWhole(i)) << i;
  PutRows(1);
  EXPECT_TRUE(IsWhole(kInMemory + 2));
  End();
}

struct Damage {
  const char* name;
  std::function<void(const fs::path&)> does;
};

TEST_F(SpillingTest, WhatSomebodyDamagedIsLostAndNothingElse) {
  const Damage damages[] = {{"a flipped bit",
                             [](const fs::path& file) {
                               std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
                               stream.seekg(200'000);
                               const int byte = stream.get();
                               stream.seekp(200'000);
                               stream.put(static_cast<char>(byte ^ 0x10));
                               ASSERT_TRUE(stream.good());
                             }},
                            {"a shorter file", [](const fs::path& file) { fs::resize_file(file, 200'000); }},
                            {"an empty file", [](const fs::path& file) { fs::resize_file(file, 0); }},
                            {"no file", [](const fs::path& file) { fs::remove(file); }},
                            {"another file", [](const fs::path& file) {
                               std::ofstream stream(file, std::ios::binary | std::ios::trunc);
                               stream << std::string(500'000, 'x');
                               ASSERT_TRUE(stream.good());
                             }}};
  for (const Damage& damage : damages) {
    SCOPED_TRACE(damage.name);
    Start();
    PutRows(kInMemory + 4);
    const std::vector<fs::path> files = Files();
    ASSERT_THAT(files, SizeIs(4));
    for (int i = 0; i < 2; ++i) damage.does(files[i]);
    int lost_count = 0;
    for (uint64_t i = 0; i < kInMemory + 4; ++i) {
      const ErrorPtr error = ErrorOfRow(i);
      if (error == nullptr) continue;
      ++lost_count;
      EXPECT_EQ(error->type, ErrorType::kObjectLost) << error->ToString();
      EXPECT_THAT(error->message, HasSubstr("is not readable on disk"));
      EXPECT_THAT(error->message, HasSubstr(rows_[i].id().ToHex()));
      const ErrorPtr argument = RecordOf(Task<[](const Row& row) { return row.size(); }>().Remote(rows_[i]));
      ASSERT_NE(argument, nullptr) << "a task ran with a value that nobody wrote";
      EXPECT_EQ(argument->type, ErrorType::kDependencyFailed);
    }
    EXPECT_EQ(lost_count, 2);
    PutRows(2);  // The others' life goes on.
    EXPECT_TRUE(IsWhole(rows_.size() - 1));
    End();
  }
}

// What Ray's tests call so: a spilled object that nobody refers to, or that is freed, loses its file.
TEST_F(SpillingTest, HandleObjectSpilled) {
  Start();
  PutRows(kInMemory + 4);
  ASSERT_THAT(Files(), SizeIs(4));
  EXPECT_TRUE(IsWhole(0));  // It came back, and another one went.
  ASSERT_THAT(Files(), SizeIs(5));
  rows_[0] = {};
  EXPECT_THAT(Files(), SizeIs(4)) << "its file went with the last reference, though it was in memory";
  ObjectRef<Row> second = rows_[1];
  rows_[1] = {};
  EXPECT_THAT(Files(), SizeIs(4)) << "somebody refers to it";
  EXPECT_TRUE(Free(second));
  EXPECT_THAT(Files(), SizeIs(3));
  const ErrorPtr freed = RecordOf(second);
  ASSERT_NE(freed, nullptr);
  EXPECT_EQ(freed->type, ErrorType::kObjectFreed);
  ObjectRef<uint64_t> word = Task<[](const Row& row) { return row[1]; }>().Remote(std::move(rows_[2]));
  EXPECT_EQ(*Get(word), (2 * 0x9e3779b97f4a7c15u) ^ 1);
  for (uint64_t i = 3; i < rows_.size(); ++i) EXPECT_TRUE(IsWhole(i)) << i;
  second = {};
  word = {};
  End();
}

// Arrays are looked at where they lie: a task with two of them needs both in memory at once.
TEST(SpillingProgramTest, F27_ATaskWhoseArgumentsDoNotFitTogetherFailsAndOthersRun) {
  Runtime runtime =
      Init(OnADisk({.directory = SpillDirectoryFor("together"), .memory_bytes = 1 << 20, .put_timeout_ms = 1}));
  const auto built = [](int number) {
    return Put(BuildArray<int>(150'000, [&](std::span<int> row) { std::fill(row.begin(), row.end(), number); }));
  };
  ObjectRef<Array<int>> first = built(1);
  ObjectRef<Array<int>> second = built(2);
  const ErrorPtr both =
      RecordOf(Task<[](const Array<int>& a, const Array<int>& b) { return a[0] + b[0]; }>().Remote(first, second));
  ASSERT_NE(both, nullptr);
  ASSERT_NE(both->cause, nullptr);
  EXPECT_EQ(both->cause->type, ErrorType::kOutOfMemory);
  EXPECT_EQ(*Get(Task<[](const Array<int>& row) { return row[149'999]; }>().Remote(first)), 1);
  EXPECT_EQ(*Get(Task<[](const Array<int>& row) { return row[149'999]; }>().Remote(second)), 2);
  first = {};
  second = {};
  ExpectNothingLeft(runtime);
}

// Many values, most of them on the disk when the program ends without letting go of them.
TEST(SpillingProgramTest, NoFileIsLeftBehindWhoeverStillRefersToThem) {
  const std::string directory = SpillDirectoryFor("left");
  {
    std::vector<ObjectRef<std::string>> kept;
    const Runtime runtime = Init(OnADisk({.directory = directory, .memory_bytes = 100'000, .strict = true}));
    for (int i = 0; i < 500; ++i) kept.push_back(Put(std::string(1000, 'x')));
    EXPECT_FALSE(fs::is_empty(directory));
  }
  EXPECT_TRUE(fs::is_empty(directory));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
