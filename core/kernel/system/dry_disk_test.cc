// What a DryDisk does besides being a disk (disk_conformance_test.cc): it shows the real one, and leaves it alone.
#include "core/kernel/system/dry_disk.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/kernel/system/posix_disk.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

namespace fs = std::filesystem;
using absl::StatusCode;
using testing::ElementsAre;

class DryDiskTest : public testing::Test {
 protected:
  DryDiskTest() {
    directory_ = testing::TempDir() + "/dry_disk_XXXXXX";
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    fs::create_directory(Path("full"));
    fs::create_directory(Path("empty"));
    std::ofstream(Path("full/large")) << std::string(10000, 'r');
    std::ofstream(Path("small")) << "real";
  }
  ~DryDiskTest() override { fs::remove_all(directory_); }

  std::string Path(const std::string& name) const { return directory_ + "/" + name; }

  // All that is really there: paths, sizes, contents, times.
  std::vector<std::string> Real() const {
    std::vector<std::string> found;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory_)) {
      std::ifstream file(entry.path(), std::ios::binary);
      found.push_back(entry.path().string() + " " + std::to_string(entry.last_write_time().time_since_epoch().count()) +
                      " " + (entry.is_directory() ? "" : std::string((std::istreambuf_iterator<char>(file)), {})));
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  std::vector<std::string> List(const std::string& name) {
    class Names final : public NameSink {
     public:
      void OnName(std::string_view name) override { names.emplace_back(name); }
      std::vector<std::string> names;
    } sink;
    EXPECT_EQ(disk_.List(Path(name), sink), absl::OkStatus());
    return sink.names;
  }

  std::string Read(const std::string& name, uint64_t offset, size_t size_bytes) {
    const auto file = disk_.Open(Path(name), OpenMode::kRead);
    if (!file.ok()) return file.status().ToString();
    std::string content(size_bytes, '?');
    EXPECT_EQ((*file)->ReadAt(offset, std::as_writable_bytes(std::span(content))), absl::OkStatus());
    return content;
  }

  absl::Status Write(const std::string& name, OpenMode mode, uint64_t offset, const std::string& content) {
    const auto file = disk_.Open(Path(name), mode);
    if (!file.ok()) return file.status();
    return (*file)->WriteAt(offset, std::as_bytes(std::span(content)));
  }

  std::string directory_;
  PosixDisk real_;
  DryDisk disk_{real_};
};

TEST_F(DryDiskTest, ShowsTheRealDisk) {
  EXPECT_THAT(List(""), ElementsAre("empty", "full", "small"));
  EXPECT_EQ(Read("small", 0, 4), "real");
  EXPECT_EQ(disk_.Open(Path("gone"), OpenMode::kRead).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(disk_.MakeDirectory(Path("full")).code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(disk_.MakeDirectory(Path("gone/below")).code(), StatusCode::kNotFound);
  EXPECT_EQ(disk_.MakeDirectory(Path("small/below")).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(disk_.Remove(Path("full")).code(), StatusCode::kInvalidArgument);
}

TEST_F(DryDiskTest, WhatIsChangedIsSeenHereAndIsNotReal) {
  const std::vector<std::string> before = Real();
  EXPECT_EQ(Write("full/large", OpenMode::kWrite, 5000, "dry"), absl::OkStatus());
  EXPECT_EQ(Read("full/large", 4998, 7), "rrdryrr");
  EXPECT_EQ(Read("full/large", 0, 10000).size(), 10000u);
  EXPECT_EQ(Write("small", OpenMode::kLock, 4, "ly"), absl::OkStatus());
  EXPECT_EQ(Read("small", 0, 6), "really");
  EXPECT_EQ(disk_.Rename(Path("small"), Path("empty/moved")), absl::OkStatus());
  EXPECT_THAT(List("empty"), ElementsAre("moved"));
  EXPECT_EQ(Read("empty/moved", 0, 6), "really");
  EXPECT_EQ(disk_.Remove(Path("full/large")), absl::OkStatus());
  EXPECT_THAT(List("full"), ElementsAre());
  EXPECT_EQ(disk_.Remove(Path("full")), absl::OkStatus());
  EXPECT_THAT(List(""), ElementsAre("empty"));
  EXPECT_EQ(Real(), before);
}

TEST_F(DryDiskTest, NewDirectoriesAreWholeWorlds) {
  const std::vector<std::string> before = Real();
  EXPECT_EQ(disk_.MakeDirectory(Path("new")), absl::OkStatus());
  EXPECT_EQ(disk_.MakeDirectory(Path("new/inner")), absl::OkStatus());
  EXPECT_EQ(Write("new/inner/file", OpenMode::kCreate, 3, "x"), absl::OkStatus());
  EXPECT_EQ(Read("new/inner/file", 0, 4), std::string(3, '\0') + "x");
  EXPECT_TRUE(disk_.FreeBytes(Path("new/inner/file")).ok());
  EXPECT_EQ(disk_.Remove(Path("new")).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(disk_.Remove(Path("new/inner/file")), absl::OkStatus());
  EXPECT_EQ(disk_.Remove(Path("new/inner")), absl::OkStatus());
  EXPECT_EQ(disk_.Remove(Path("new")), absl::OkStatus());
  EXPECT_THAT(List(""), ElementsAre("empty", "full", "small"));
  EXPECT_EQ(Real(), before);
}

// The real file of that name does not show through.
TEST_F(DryDiskTest, ADirectoryThatIsMadeAnewIsEmpty) {
  EXPECT_EQ(disk_.Remove(Path("full/large")), absl::OkStatus());
  EXPECT_EQ(disk_.Remove(Path("full")), absl::OkStatus());
  EXPECT_EQ(disk_.Open(Path("full/large"), OpenMode::kRead).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(disk_.MakeDirectory(Path("full")), absl::OkStatus());
  EXPECT_THAT(List("full"), ElementsAre());
  EXPECT_EQ(disk_.Open(Path("full/large"), OpenMode::kRead).status().code(), StatusCode::kNotFound);
}

TEST_F(DryDiskTest, ARealLockIsNeitherTakenNorSeen) {
  const auto real = real_.Open(Path("small"), OpenMode::kLock);
  ASSERT_TRUE(real.ok()) << real.status();
  EXPECT_TRUE(disk_.Open(Path("small"), OpenMode::kLock).ok());
  EXPECT_TRUE(disk_.Open(Path("new"), OpenMode::kLock).ok());
  EXPECT_FALSE(fs::exists(Path("new")));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
