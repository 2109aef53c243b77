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
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "core/runtime/core_visit.h"
#include "core/runtime/current_runtime.h"
#include "core/runtime/runtime_view.h"
#include "tests/errors/on_a_disk.h"
#include "tests/faults/program.h"
#include "tests/support/small_disk.h"

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

int CountOf(std::string_view words, std::string_view text) {
  int count = 0;
  for (size_t at = text.find(words); at != std::string_view::npos; at = text.find(words, at + 1)) ++count;
  return count;
}

class SpillingTest : public testing::Test {
 protected:
  void Start(uint64_t disk_bytes_max = uint64_t{1} << 30, bool strict = true) {
    runtime_.emplace(Init(OnADisk(
        {.directory = directory_, .memory_bytes = kMemory, .disk_bytes_max = disk_bytes_max, .strict = strict})));
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

  // A counter of the store's.
  uint64_t Metric(const std::string& name) const {
    const std::string text = runtime_->MetricsText();
    const size_t at = text.find("\n" + name + " ");
    EXPECT_NE(at, std::string::npos) << "there is no metric " << name;
    return at == std::string::npos ? 0 : std::stoull(text.substr(at + name.size() + 2));
  }
  uint64_t written_count() const { return Metric("manta_spill_written_objects_total"); }
  uint64_t read_count() const { return Metric("manta_spill_read_objects_total"); }

  // What tools show of an object; its place is "" when they do not know it. An array's id is that of what was built.
  static ObjectRow Shown(ObjectId id) {
    const CoreVisit visit(*CurrentRuntime());
    for (const ObjectRow& row : RuntimeView(*visit.core()).Objects(/*limit=*/1000).objects) {
      if (row.id == id) return row;
    }
    return {};
  }

  std::set<ObjectId> StoredIds() const {
    std::vector<ObjectInfo> infos(1000);
    infos.resize(runtime_->object_store().List(infos));
    std::set<ObjectId> ids;
    for (const ObjectInfo& info : infos) ids.insert(info.id);
    return ids;
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

  std::string directory_ = SpillDirectoryFor(testing::UnitTest::GetInstance()->current_test_info()->name());
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

// A real disk of 8 MiB, most of which is somebody else's.
TEST_F(SpillingTest, ADiskThatTheSystemCallsFullIsToldNothingIsLostAndItGoesOn) {
  const SmallDiskEnd end = OnASmallDisk("size=8m", [this](const std::string& disk) {
    const std::string other = disk + "/other";
    std::ofstream(other) << std::string(5 << 20, 'x');
    directory_ = disk + "/spilled";
    Start();
    constexpr uint64_t kOnDisk = 6;  // In 3 MiB.
    PutRows(kInMemory + kOnDisk);
    for (int i = 0; i < 2; ++i) {
      EXPECT_THAT(Files(), SizeIs(kOnDisk)) << "part of a file is left";
      const ErrorPtr put = RecordOf([&] { PutRows(1); });
      ASSERT_NE(put, nullptr);
      EXPECT_EQ(put->type, ErrorType::kOutOfDisk);
      for (const char* words : {"needs 480", "No space left on device (errno 28)", "free space on the disk"}) {
        EXPECT_THAT(put->message, HasSubstr(words));
      }
    }
    for (uint64_t i = kOnDisk; i < kInMemory + kOnDisk; ++i) EXPECT_TRUE(IsWhole(i)) << i;
    const ErrorPtr get = ErrorOfRow(0);
    ASSERT_NE(get, nullptr);
    EXPECT_EQ(get->type, ErrorType::kOutOfDisk);
    fs::remove(other);
    PutRows(1);
    for (uint64_t i = 0; i < rows_.size(); ++i) EXPECT_TRUE(IsWhole(i)) << i;
    EXPECT_EQ(rows_.size(), kInMemory + kOnDisk + 1);
    End();
  });
  if (end == SmallDiskEnd::kNoDisk) GTEST_SKIP() << kNoSmallDisk;
  EXPECT_EQ(end, SmallDiskEnd::kPassed);
}

// Many large objects on the disk: none of them is in the way.
TEST_F(SpillingTest, WhatIsPinnedIsNamedBeforeWhatMayLieOnTheDisk) {
  Start();
  PutRows(kInMemory + 12);
  const auto build = [](size_t words) { return BuildArray<uint64_t>(words, [](std::span<uint64_t>) {}); };
  std::vector<Array<uint64_t>> looked_at;
  for (int i = 0; i < 8; ++i) looked_at.push_back(build(50'000));
  const std::string error = ErrorOf([&] { build(150'000); });
  EXPECT_THAT(error, HasSubstr("needs 1200000 bytes"));
  const std::string_view pinned = " of 400000 bytes, in the store, 1 pin;";
  const std::string_view spillable = " bytes, in the store or on its disk, 0 pins";
  EXPECT_EQ(CountOf(pinned, error), 8) << error;
  EXPECT_EQ(CountOf(spillable, error), 2) << error;
  EXPECT_LT(error.rfind(pinned), error.find(spillable));
  looked_at.clear();
  EXPECT_EQ(build(150'000).size(), 150'000u);
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

// What Ray's tests call so, there of nodes: how much of a task's arguments lies where. Here it lies natively, in the
// store's memory, or on the disk; tools show both of the latter as the store's, and its counters tell them apart.
TEST_F(SpillingTest, GetLocalityData) {
  Start(/*disk_bytes_max=*/uint64_t{1} << 30, /*strict=*/false);
  Row row(kRowWords);
  Fill(row, 100);
  ObjectRef<Row> native = Put(std::move(row));
  std::vector<ObjectRef<Array<uint64_t>>> arrays;
  std::vector<ObjectId> ids;
  for (uint64_t i = 0; i < kInMemory + 1; ++i) {  // The last one takes the first one's place.
    const std::set<ObjectId> before = StoredIds();
    arrays.push_back(Put(BuildArray<uint64_t>(kRowWords, [i](std::span<uint64_t> elements) { Fill(elements, i); })));
    for (const ObjectId id : StoredIds()) {
      if (!before.contains(id)) ids.push_back(id);
    }
  }
  ASSERT_THAT(ids, SizeIs(kInMemory + 1));
  ObjectRef<Array<uint64_t>> on_disk = arrays.front();
  ObjectRef<Array<uint64_t>> in_memory = arrays.back();

  auto [promise, late] = MakePromise<bool>();
  ObjectRef<bool> whole = Task<[](const Row& a, const Array<uint64_t>& b, const Array<uint64_t>& c, bool) {
                            return Holds(a, 100) && Holds(b, kInMemory) && Holds(c, 0);
                          }>()
                              .Remote(native, in_memory, on_disk, late);
  EXPECT_EQ(Shown(native.id()).place, "native");
  EXPECT_NEAR(static_cast<double>(Shown(native.id()).size_bytes), kRowWords * 8, 500);
  for (const ObjectId argument : {ids.front(), ids.back()}) {
    EXPECT_EQ(Shown(argument).place, "store");
    EXPECT_EQ(Shown(argument).size_bytes, kRowWords * 8);
  }
  EXPECT_EQ(runtime_->counts().stored_count, int64_t{kInMemory + 1}) << "the arrays, and not the native one";
  EXPECT_THAT(Files(), SizeIs(1));
  EXPECT_GE(Metric("manta_spill_disk_bytes"), kRowWords * 8);
  EXPECT_EQ(read_count(), 0u) << "an argument is brought when its task begins, and not before";

  promise.Set(true);
  EXPECT_TRUE(*Get(whole));
  EXPECT_EQ(read_count(), 1u) << "the other two lay in memory";
  EXPECT_TRUE(Holds(*Get(on_disk), 0));
  EXPECT_EQ(read_count(), 1u) << "it lies there, too, since then";
  native = {};
  in_memory = {};
  on_disk = {};
  arrays.clear();
  whole = {};
  late = {};
  promise = {};
  End();
}

// What Ray's tests call so, there of the node with an object's first copy: where it is known to lie, while it goes to
// the disk, comes back, goes again, and is freed.
TEST_F(SpillingTest, PlasmaLocation) {
  Start();
  PutRows(kInMemory);
  const uint64_t size_bytes = Shown(rows_[0].id()).size_bytes;
  EXPECT_GE(size_bytes, kRowWords * 8);
  EXPECT_EQ(written_count(), 0u);
  const auto lies_in_the_store = [&] {
    const ObjectRow row = Shown(rows_[0].id());
    return row.place == "store" && row.size_bytes == size_bytes && row.references == 0;
  };
  EXPECT_TRUE(lies_in_the_store()) << "in memory";

  PutRows(1);
  EXPECT_TRUE(lies_in_the_store()) << "on the disk";
  ASSERT_THAT(Files(), SizeIs(1));
  EXPECT_GE(fs::file_size(Files().front()), size_bytes);
  EXPECT_EQ(written_count(), 1u);

  EXPECT_TRUE(IsWhole(0));
  EXPECT_EQ(read_count(), 1u);
  EXPECT_TRUE(lies_in_the_store()) << "in memory, and on the disk";
  EXPECT_THAT(Files(), SizeIs(2)) << "its own stays, and another one has left memory for it";

  PutRows(kInMemory);  // Everything else leaves memory, and so does this one, without being written again.
  EXPECT_TRUE(lies_in_the_store()) << "on the disk alone";
  EXPECT_THAT(Files(), SizeIs(kInMemory + 1));
  EXPECT_EQ(written_count(), kInMemory + 1);
  EXPECT_EQ(Metric("manta_spill_chosen_total"), kInMemory + 2);

  EXPECT_TRUE(Free(rows_[0]));
  EXPECT_EQ(Shown(rows_[0].id()).place, "") << "nowhere";
  EXPECT_THAT(Files(), SizeIs(kInMemory));
  const uint64_t last = rows_.size() - 1;
  EXPECT_EQ(Shown(rows_[last].id()).place, "store");
  EXPECT_TRUE(Free(rows_[last]));
  EXPECT_EQ(Shown(rows_[last].id()).place, "") << "nowhere: it lay in memory";
  EXPECT_THAT(Files(), SizeIs(kInMemory));
  EXPECT_EQ(read_count(), 1u) << "nothing was read in order to be freed";
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
