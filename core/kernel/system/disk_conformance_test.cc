// Each sentence of core/interface/disk.h, on the system's files, on simulated ones, and dry over the system's. (What a
// crash loses is tested where there are crashes: core/simulation/simulated_disk_test.cc.)

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/interface/disk.h"
#include "core/kernel/system/dry_disk.h"
#include "core/kernel/system/posix_disk.h"
#include "core/simulation/simulated_disk.h"
#include "core/simulation/simulated_random.h"

namespace manta {
namespace {

using absl::StatusCode;
using testing::HasSubstr;

struct PosixWorld {
  PosixWorld() {
    directory = testing::TempDir() + "/disk_conformance_XXXXXX";
    EXPECT_NE(mkdtemp(directory.data()), nullptr);
  }
  PosixDisk disk;
  std::string directory;
};

struct SimulatedWorld {
  SimulatedWorld() { EXPECT_TRUE(disk.MakeDirectory(directory).ok()); }
  SimulatedRandom random{1};
  SimulatedDisk disk{random};
  std::string directory = "/world";
};

struct DryWorld {
  PosixWorld real;
  DryDisk disk{real.disk};
  std::string directory = real.directory;
};

class Names final : public NameSink {
 public:
  void OnName(std::string_view name) override { names.emplace_back(name); }
  std::vector<std::string> names;
};

template <typename World>
class DiskConformance : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return world_.directory + "/" + name; }

  std::unique_ptr<File> Create(const std::string& name, const std::string& content = "") {
    auto file = disk_.Open(Path(name), OpenMode::kCreate);
    EXPECT_TRUE(file.ok()) << file.status();
    EXPECT_EQ((*file)->WriteAt(0, std::as_bytes(std::span(content))), absl::OkStatus());
    return *std::move(file);
  }

  StatusCode OpenCode(const std::string& name, OpenMode mode) { return disk_.Open(Path(name), mode).status().code(); }

  static std::string Read(File& file, uint64_t offset, size_t size_bytes) {
    std::string content(size_bytes, '?');
    EXPECT_EQ(file.ReadAt(offset, std::as_writable_bytes(std::span(content))), absl::OkStatus());
    return content;
  }

  static absl::Status Write(File& file, uint64_t offset, const std::string& content) {
    return file.WriteAt(offset, std::as_bytes(std::span(content)));
  }

  std::string ReadAll(const std::string& name) {
    const auto file = disk_.Open(Path(name), OpenMode::kRead);
    EXPECT_TRUE(file.ok()) << file.status();
    return Read(**file, 0, (*file)->SizeBytes().value());
  }

  std::vector<std::string> List(const std::string& path) {
    Names sink;
    EXPECT_EQ(disk_.List(path, sink), absl::OkStatus());
    return sink.names;
  }

  World world_;
  Disk& disk_ = world_.disk;
};

using Worlds = testing::Types<PosixWorld, SimulatedWorld, DryWorld>;
TYPED_TEST_SUITE(DiskConformance, Worlds);

TYPED_TEST(DiskConformance, WhatIsWrittenIsRead) {
  const auto file = this->Create("file", "0123456789");
  EXPECT_EQ(this->Read(*file, 0, 10), "0123456789");
  EXPECT_EQ(this->Read(*file, 3, 4), "3456");
  EXPECT_TRUE(this->Write(*file, 5, "abc").ok());
  EXPECT_EQ(this->ReadAll("file"), "01234abc89");
  EXPECT_EQ(file->SizeBytes().value(), 10u);
}

TYPED_TEST(DiskConformance, LargeTransfersAreWhole) {
  std::string content(5 << 20, ' ');
  for (size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 31 >> 3);
  this->Create("file", content);
  EXPECT_TRUE(this->ReadAll("file") == content);
}

TYPED_TEST(DiskConformance, ReadingPastTheEndIsDataLoss) {
  const auto file = this->Create("file", "0123456789");
  std::vector<std::byte> two(2);
  EXPECT_EQ(file->ReadAt(9, two).code(), StatusCode::kDataLoss);
  EXPECT_EQ(file->ReadAt(10, two).code(), StatusCode::kDataLoss);
  EXPECT_EQ(file->ReadAt(1000, two).code(), StatusCode::kDataLoss);
  EXPECT_EQ(file->ReadAt(UINT64_MAX, two).code(), StatusCode::kDataLoss);
  EXPECT_THAT(std::string(file->ReadAt(9, two).message()), HasSubstr(this->Path("file")));
}

TYPED_TEST(DiskConformance, EmptyTransfersAreFineEverywhereAndChangeNothing) {
  const auto file = this->Create("file", "0123456789");
  EXPECT_TRUE(file->ReadAt(1000, {}).ok());
  EXPECT_TRUE(file->WriteAt(1000, {}).ok());
  EXPECT_EQ(file->SizeBytes().value(), 10u);
}

TYPED_TEST(DiskConformance, AGapBeforeAWriteReadsAsZeros) {
  const auto file = this->Create("file", "ab");
  EXPECT_TRUE(this->Write(*file, 5000, "c").ok());
  EXPECT_EQ(file->SizeBytes().value(), 5001u);
  EXPECT_EQ(this->ReadAll("file"), "ab" + std::string(4998, '\0') + "c");
}

TYPED_TEST(DiskConformance, AWriteThatNoDiskHoldsIsResourceExhausted) {
  const auto file = this->Create("file");
  EXPECT_EQ(this->Write(*file, UINT64_MAX - 1, "abc").code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(this->Write(*file, INT64_MAX, "abc").code(), StatusCode::kResourceExhausted);
}

TYPED_TEST(DiskConformance, SyncSucceeds) {
  const auto file = this->Create("file", "content");
  EXPECT_EQ(file->Sync(), absl::OkStatus());
  EXPECT_EQ(this->disk_.SyncDirectory(this->world_.directory), absl::OkStatus());
}

TYPED_TEST(DiskConformance, DisjointRangesMayBeUsedByThreadsTogether) {
  const auto file = this->Create("file", std::string(4000, ' '));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const std::string own(1000, static_cast<char>('a' + t));
      for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(this->Write(*file, 1000 * t, own).ok());
        EXPECT_EQ(this->Read(*file, 1000 * t, 1000), own);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TYPED_TEST(DiskConformance, KReadWantsAnExistingFileAndDoesNotWrite) {
  EXPECT_EQ(this->OpenCode("missing", OpenMode::kRead), StatusCode::kNotFound);
  this->Create("file", "content");
  const auto file = this->disk_.Open(this->Path("file"), OpenMode::kRead);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(this->Write(**file, 0, "x").code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(this->Read(**file, 0, 7), "content");
}

TYPED_TEST(DiskConformance, KWriteWantsAnExistingFileAndKeepsItsContent) {
  EXPECT_EQ(this->OpenCode("missing", OpenMode::kWrite), StatusCode::kNotFound);
  this->Create("file", "content");
  const auto file = this->disk_.Open(this->Path("file"), OpenMode::kWrite);
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE(this->Write(**file, 0, "C").ok());
  EXPECT_EQ(this->Read(**file, 0, 7), "Content");
}

TYPED_TEST(DiskConformance, KCreateWantsANewName) {
  this->Create("file", "content");
  ASSERT_TRUE(this->disk_.MakeDirectory(this->Path("directory")).ok());
  EXPECT_EQ(this->OpenCode("file", OpenMode::kCreate), StatusCode::kAlreadyExists);
  EXPECT_EQ(this->OpenCode("directory", OpenMode::kCreate), StatusCode::kAlreadyExists);
  EXPECT_EQ(this->OpenCode("missing/file", OpenMode::kCreate), StatusCode::kNotFound);
  EXPECT_EQ(this->ReadAll("file"), "content");
}

TYPED_TEST(DiskConformance, DirectModesAreKReadAndKCreateInWholeBlocks) {
  EXPECT_EQ(this->OpenCode("missing", OpenMode::kReadDirect), StatusCode::kNotFound);
  const std::unique_ptr<std::byte, decltype(&std::free)> memory(
      static_cast<std::byte*>(std::aligned_alloc(kDirectBytes, 2 * kDirectBytes)), &std::free);
  const std::span<std::byte> blocks(memory.get(), 2 * kDirectBytes);
  for (size_t i = 0; i < blocks.size(); ++i) blocks[i] = static_cast<std::byte>(i * 31 >> 3);
  const std::vector<std::byte> written(blocks.begin(), blocks.end());
  auto file = this->disk_.Open(this->Path("file"), OpenMode::kCreateDirect);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(this->OpenCode("file", OpenMode::kCreateDirect), StatusCode::kAlreadyExists);
  EXPECT_EQ((*file)->WriteAt(0, blocks), absl::OkStatus());
  EXPECT_EQ((*file)->WriteAt(1, blocks).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ((*file)->WriteAt(0, blocks.first(100)).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ((*file)->WriteAt(0, blocks.subspan(64, kDirectBytes)).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ((*file)->Sync(), absl::OkStatus());
  EXPECT_EQ((*file)->SizeBytes().value(), blocks.size());
  file = this->disk_.Open(this->Path("file"), OpenMode::kReadDirect);
  ASSERT_TRUE(file.ok()) << file.status();
  std::ranges::fill(blocks, std::byte{0});
  EXPECT_EQ((*file)->ReadAt(kDirectBytes, blocks.first(kDirectBytes)), absl::OkStatus());
  EXPECT_TRUE(std::equal(blocks.begin(), blocks.begin() + kDirectBytes, written.begin() + kDirectBytes));
  EXPECT_EQ((*file)->ReadAt(kDirectBytes, blocks).code(), StatusCode::kDataLoss);
  EXPECT_EQ((*file)->ReadAt(512, blocks.first(kDirectBytes)).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ((*file)->WriteAt(0, blocks).code(), StatusCode::kPermissionDenied);
}

TYPED_TEST(DiskConformance, KLockIsHeldByOneOpenFileUntilItIsClosed) {
  auto holder = this->disk_.Open(this->Path("owner"), OpenMode::kLock);
  ASSERT_TRUE(holder.ok()) << holder.status();
  EXPECT_EQ(this->OpenCode("owner", OpenMode::kLock), StatusCode::kUnavailable);
  EXPECT_EQ(this->OpenCode("owner", OpenMode::kRead), StatusCode::kOk);
  EXPECT_TRUE(this->Write(**holder, 0, "mine").ok());
  holder->reset();
  holder = this->disk_.Open(this->Path("owner"), OpenMode::kLock);
  ASSERT_TRUE(holder.ok()) << holder.status();
  EXPECT_EQ(this->Read(**holder, 0, 4), "mine");
  EXPECT_EQ(this->OpenCode("missing/owner", OpenMode::kLock), StatusCode::kNotFound);
}

TYPED_TEST(DiskConformance, ALockOfARemovedFileKeepsNobodyOut) {
  const auto holder = this->disk_.Open(this->Path("owner"), OpenMode::kLock);
  ASSERT_TRUE(holder.ok()) << holder.status();
  ASSERT_TRUE(this->disk_.Remove(this->Path("owner")).ok());
  EXPECT_EQ(this->OpenCode("owner", OpenMode::kLock), StatusCode::kOk);
}

TYPED_TEST(DiskConformance, UnknownModesAreInvalid) {
  this->Create("file");
  EXPECT_EQ(this->OpenCode("file", OpenMode{0}), StatusCode::kInvalidArgument);
  EXPECT_EQ(this->OpenCode("file", OpenMode{7}), StatusCode::kInvalidArgument);
}

TYPED_TEST(DiskConformance, PathsThatAreEmptyOrHoldNulAreInvalidForEveryCall) {
  this->Create("file");
  const std::string good = this->Path("file");
  const std::string with_nul = good + std::string(1, '\0');
  for (const std::string& bad : {std::string(), with_nul}) {
    Names sink;
    EXPECT_EQ(this->disk_.Open(bad, OpenMode::kCreate).status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(this->disk_.Rename(bad, good).code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(this->disk_.Rename(good, bad).code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(this->disk_.Remove(bad).code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(this->disk_.MakeDirectory(bad).code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(this->disk_.SyncDirectory(bad).code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(this->disk_.List(bad, sink).code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(this->disk_.FreeBytes(bad).status().code(), StatusCode::kInvalidArgument);
  }
}

TYPED_TEST(DiskConformance, TheWrongKindOfFileIsInvalid) {
  this->Create("file");
  ASSERT_TRUE(this->disk_.MakeDirectory(this->Path("directory")).ok());
  this->Create("directory/file");
  Names sink;
  EXPECT_EQ(this->OpenCode("directory", OpenMode::kRead), StatusCode::kInvalidArgument);
  EXPECT_EQ(this->OpenCode("directory", OpenMode::kWrite), StatusCode::kInvalidArgument);
  EXPECT_EQ(this->OpenCode("file/below", OpenMode::kRead), StatusCode::kInvalidArgument);
  EXPECT_EQ(this->disk_.List(this->Path("file"), sink).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(this->disk_.SyncDirectory(this->Path("file")).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(this->disk_.Remove(this->Path("directory")).code(), StatusCode::kInvalidArgument);  // Not empty.
  EXPECT_EQ(this->disk_.Rename(this->Path("directory"), this->Path("new")).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(this->disk_.Rename(this->Path("file"), this->Path("directory")).code(), StatusCode::kInvalidArgument);
}

TYPED_TEST(DiskConformance, NamesThatAreTooLongAreInvalid) {
  EXPECT_EQ(this->OpenCode(std::string(300, 'x'), OpenMode::kCreate), StatusCode::kInvalidArgument);
}

TYPED_TEST(DiskConformance, MissingFilesAreNotFoundByEveryCall) {
  Names sink;
  const std::string missing = this->Path("missing");
  EXPECT_EQ(this->disk_.Rename(missing, this->Path("new")).code(), StatusCode::kNotFound);
  EXPECT_EQ(this->disk_.Remove(missing).code(), StatusCode::kNotFound);
  EXPECT_EQ(this->disk_.MakeDirectory(missing + "/below").code(), StatusCode::kNotFound);
  EXPECT_EQ(this->disk_.SyncDirectory(missing).code(), StatusCode::kNotFound);
  EXPECT_EQ(this->disk_.List(missing, sink).code(), StatusCode::kNotFound);
  EXPECT_EQ(this->disk_.FreeBytes(missing).status().code(), StatusCode::kNotFound);
  this->Create("file");
  EXPECT_EQ(this->disk_.Rename(this->Path("file"), missing + "/below").code(), StatusCode::kNotFound);
}

TYPED_TEST(DiskConformance, MessagesNameThePath) {
  EXPECT_THAT(std::string(this->disk_.Remove(this->Path("missing")).message()), HasSubstr(this->Path("missing")));
}

TYPED_TEST(DiskConformance, RenameGivesAnotherName) {
  this->Create("old", "content");
  EXPECT_EQ(this->disk_.Rename(this->Path("old"), this->Path("new")), absl::OkStatus());
  EXPECT_EQ(this->OpenCode("old", OpenMode::kRead), StatusCode::kNotFound);
  EXPECT_EQ(this->ReadAll("new"), "content");
}

TYPED_TEST(DiskConformance, RenameReplacesAFileOfTheNewName) {
  this->Create("old", "new content");
  this->Create("new", "replaced");
  EXPECT_EQ(this->disk_.Rename(this->Path("old"), this->Path("new")), absl::OkStatus());
  EXPECT_EQ(this->ReadAll("new"), "new content");
  EXPECT_THAT(this->List(this->world_.directory), testing::ElementsAre("new"));
}

TYPED_TEST(DiskConformance, RenameToTheSameNameChangesNothing) {
  this->Create("file", "content");
  EXPECT_EQ(this->disk_.Rename(this->Path("file"), this->Path("file")), absl::OkStatus());
  EXPECT_EQ(this->ReadAll("file"), "content");
}

TYPED_TEST(DiskConformance, RenameMovesBetweenDirectories) {
  ASSERT_TRUE(this->disk_.MakeDirectory(this->Path("directory")).ok());
  this->Create("file", "content");
  EXPECT_EQ(this->disk_.Rename(this->Path("file"), this->Path("directory/file")), absl::OkStatus());
  EXPECT_EQ(this->ReadAll("directory/file"), "content");
}

TYPED_TEST(DiskConformance, OpenFilesSurviveRenameAndRemove) {
  const auto file = this->Create("file", "content");
  ASSERT_TRUE(this->disk_.Rename(this->Path("file"), this->Path("other")).ok());
  EXPECT_EQ(this->Read(*file, 0, 7), "content");
  ASSERT_TRUE(this->disk_.Remove(this->Path("other")).ok());
  EXPECT_EQ(this->Read(*file, 0, 7), "content");
  EXPECT_TRUE(this->Write(*file, 0, "C").ok());
}

TYPED_TEST(DiskConformance, RemoveTakesFilesAndEmptyDirectories) {
  this->Create("file");
  ASSERT_TRUE(this->disk_.MakeDirectory(this->Path("directory")).ok());
  EXPECT_EQ(this->disk_.Remove(this->Path("file")), absl::OkStatus());
  EXPECT_EQ(this->disk_.Remove(this->Path("directory")), absl::OkStatus());
  EXPECT_THAT(this->List(this->world_.directory), testing::IsEmpty());
}

TYPED_TEST(DiskConformance, MakeDirectoryWantsANewName) {
  this->Create("file");
  ASSERT_TRUE(this->disk_.MakeDirectory(this->Path("directory")).ok());
  EXPECT_EQ(this->disk_.MakeDirectory(this->Path("directory")).code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(this->disk_.MakeDirectory(this->Path("file")).code(), StatusCode::kAlreadyExists);
}

TYPED_TEST(DiskConformance, ListTellsNamesSortedWithoutDots) {
  for (const char* name : {"b", "a", "c", "B", "10", "9"}) this->Create(name);
  ASSERT_TRUE(this->disk_.MakeDirectory(this->Path("directory")).ok());
  EXPECT_THAT(this->List(this->world_.directory), testing::ElementsAre("10", "9", "B", "a", "b", "c", "directory"));
  EXPECT_THAT(this->List(this->Path("directory")), testing::IsEmpty());
}

TYPED_TEST(DiskConformance, DotsInPathsAreUnderstood) {
  ASSERT_TRUE(this->disk_.MakeDirectory(this->Path("directory")).ok());
  this->Create("file", "content");
  EXPECT_EQ(this->ReadAll("directory/.././directory//../file"), "content");
}

TYPED_TEST(DiskConformance, FreeBytesTellsWhatAFileSystemHasLeft) {
  const auto before = this->disk_.FreeBytes(this->world_.directory);
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_GT(*before, 0u);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
