#include "core/simulation/simulated_disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/simulation/simulated_random.h"

namespace manta {
namespace {

using absl::StatusCode;

std::span<const std::byte> Bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

class SimulatedDiskTest : public testing::Test {
 protected:
  // A new file with this content; neither is synced.
  std::unique_ptr<File> Write(const std::string& path, const std::string& content) {
    auto file = disk_.Open(path, OpenMode::kCreate);
    EXPECT_TRUE(file.ok()) << file.status();
    EXPECT_TRUE((*file)->WriteAt(0, Bytes(content)).ok());
    return *std::move(file);
  }

  // The file's content, or "absent".
  std::string Read(const std::string& path) {
    const auto file = disk_.Open(path, OpenMode::kRead);
    if (!file.ok()) return "absent";
    std::string content((*file)->SizeBytes().value(), ' ');
    EXPECT_TRUE((*file)->ReadAt(0, std::as_writable_bytes(std::span(content))).ok());
    return content;
  }

  SimulatedRandom random_{1};
  SimulatedDisk disk_{random_, {.capacity_bytes = 10000}};
};

TEST_F(SimulatedDiskTest, ACrashKeepsWhatWasSyncedFileAndDirectory) {
  for (const CrashLoss loss : {CrashLoss::kEverything, CrashLoss::kAtRandom}) {
    const std::string path = loss == CrashLoss::kEverything ? "one" : "two";
    ASSERT_TRUE(Write(path, "content")->Sync().ok());
    ASSERT_TRUE(disk_.SyncDirectory("/").ok());
    disk_.Crash(loss);
    EXPECT_EQ(Read(path), "content");
  }
}

TEST_F(SimulatedDiskTest, AnUnsyncedEntryIsLostWithItsSyncedFile) {
  ASSERT_TRUE(Write("file", "content")->Sync().ok());
  disk_.Crash(CrashLoss::kEverything);
  EXPECT_EQ(Read("file"), "absent");
}

TEST_F(SimulatedDiskTest, UnsyncedBytesAreLostAndTheFileIsAsItWasSynced) {
  const auto file = Write("file", "content");
  ASSERT_TRUE(disk_.SyncDirectory("/").ok());
  ASSERT_TRUE(file->Sync().ok());
  ASSERT_TRUE(file->WriteAt(0, Bytes("overwritten and longer")).ok());
  disk_.Crash(CrashLoss::kEverything);
  EXPECT_EQ(Read("file"), "content");
}

TEST_F(SimulatedDiskTest, WritesAreTornAtSectors) {
  std::set<std::string> outcomes;
  for (int i = 0; i < 100; ++i) {
    const std::string path = "file" + std::to_string(i);
    const auto file = Write(path, std::string(1024, 'o'));
    ASSERT_TRUE(file->Sync().ok());
    ASSERT_TRUE(disk_.SyncDirectory("/").ok());
    ASSERT_TRUE(file->WriteAt(0, Bytes(std::string(1024, 'n'))).ok());
    disk_.Crash(CrashLoss::kAtRandom);
    const std::string content = Read(path);
    ASSERT_EQ(content.size(), 1024u);
    EXPECT_EQ(content.substr(0, 512), std::string(512, content[0]));
    EXPECT_EQ(content.substr(512), std::string(512, content[512]));
    outcomes.insert({content[0], content[512]});
    ASSERT_TRUE(disk_.Remove(path).ok());
    ASSERT_TRUE(disk_.SyncDirectory("/").ok());
  }
  EXPECT_THAT(outcomes, testing::UnorderedElementsAre("oo", "on", "no", "nn"));
}

TEST_F(SimulatedDiskTest, AGrownFileMayKeepItsSizeAndLoseItsBytes) {
  std::set<std::string> outcomes;
  for (int i = 0; i < 100; ++i) {
    const auto file = Write("file", "12");
    ASSERT_TRUE(disk_.SyncDirectory("/").ok());
    disk_.Crash(CrashLoss::kAtRandom);
    outcomes.insert(Read("file"));
    ASSERT_TRUE(disk_.Remove("file").ok());
    ASSERT_TRUE(disk_.SyncDirectory("/").ok());
  }
  EXPECT_THAT(outcomes, testing::UnorderedElementsAre("", "12", std::string(2, '\0')));
}

TEST_F(SimulatedDiskTest, ARenameSurvivesWholeOrNotAtAll) {
  std::set<std::string> outcomes;
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(Write("old", "old")->Sync().ok());
    ASSERT_TRUE(Write("new", "new")->Sync().ok());
    ASSERT_TRUE(disk_.SyncDirectory("/").ok());
    ASSERT_TRUE(disk_.Rename("new", "old").ok());
    disk_.Crash(CrashLoss::kAtRandom);
    outcomes.insert(Read("old") + "," + Read("new"));
    (void)disk_.Remove("old");
    (void)disk_.Remove("new");
    ASSERT_TRUE(disk_.SyncDirectory("/").ok());
  }
  EXPECT_THAT(outcomes, testing::UnorderedElementsAre("old,new", "new,absent"));
}

TEST_F(SimulatedDiskTest, SyncingADirectoryDoesNotKeepItInItsOwn) {
  ASSERT_TRUE(disk_.MakeDirectory("outer").ok());
  ASSERT_TRUE(Write("outer/file", "content")->Sync().ok());
  ASSERT_TRUE(disk_.SyncDirectory("outer").ok());
  disk_.Crash(CrashLoss::kEverything);
  EXPECT_EQ(disk_.SyncDirectory("outer").code(), StatusCode::kNotFound);
}

TEST_F(SimulatedDiskTest, ARenameBetweenDirectoriesIsKeptBySyncingEither) {
  for (const std::string synced : {"a", "b"}) {
    for (const std::string directory : {"a", "b"}) ASSERT_TRUE(disk_.MakeDirectory(directory).ok());
    ASSERT_TRUE(disk_.SyncDirectory("/").ok());
    ASSERT_TRUE(Write("a/file", "content")->Sync().ok());
    ASSERT_TRUE(disk_.Rename("a/file", "b/file").ok());
    ASSERT_TRUE(disk_.SyncDirectory(synced).ok());
    disk_.Crash(CrashLoss::kEverything);
    EXPECT_EQ(Read("a/file"), "absent");
    EXPECT_EQ(Read("b/file"), "content");
    for (const std::string left : {"b/file", "a", "b"}) ASSERT_TRUE(disk_.Remove(left).ok());
    ASSERT_TRUE(disk_.SyncDirectory("/").ok());
  }
}

TEST_F(SimulatedDiskTest, FilesOpenedBeforeACrashAreGone) {
  const auto file = Write("file", "content");
  disk_.Crash(CrashLoss::kEverything);
  std::vector<std::byte> byte(1);
  EXPECT_EQ(file->ReadAt(0, byte).code(), StatusCode::kDataLoss);
  EXPECT_EQ(file->WriteAt(0, byte).code(), StatusCode::kDataLoss);
  EXPECT_EQ(file->Sync().code(), StatusCode::kDataLoss);
  EXPECT_EQ(file->SizeBytes().status().code(), StatusCode::kDataLoss);
}

TEST_F(SimulatedDiskTest, AFullDiskTakesWhatFits) {
  const auto file = Write("file", std::string(9990, 'x'));
  EXPECT_EQ(disk_.FreeBytes("/").value(), 10u);
  EXPECT_EQ(file->WriteAt(9985, Bytes(std::string(20, 'y'))).code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(Read("file"), std::string(9985, 'x') + std::string(15, 'y'));
  EXPECT_EQ(disk_.FreeBytes("/").value(), 0u);
  EXPECT_TRUE(file->WriteAt(0, Bytes("over what is there")).ok());
}

TEST_F(SimulatedDiskTest, SpaceIsFreeWhenNoNameAndNoOpenFileIsLeft) {
  auto file = Write("file", std::string(1000, 'x'));
  ASSERT_TRUE(disk_.Remove("file").ok());
  EXPECT_EQ(disk_.FreeBytes("/").value(), 9000u);
  file.reset();
  EXPECT_EQ(disk_.FreeBytes("/").value(), 10000u);
  Write("file", std::string(1000, 'x'));
  disk_.Crash(CrashLoss::kEverything);
  EXPECT_EQ(disk_.FreeBytes("/").value(), 10000u);
}

TEST_F(SimulatedDiskTest, TheCountedOperationFailsOnce) {
  disk_.FailAfter(DiskOperation::kWrite, 2, StatusCode::kDataLoss);
  const auto file = Write("file", "first");
  const absl::Status failed = file->WriteAt(0, Bytes("SECOND"));
  EXPECT_EQ(failed.code(), StatusCode::kDataLoss);
  EXPECT_EQ(failed.message(), "write \"file\": injected");
  EXPECT_TRUE(file->WriteAt(0, Bytes("third")).ok());
}

TEST_F(SimulatedDiskTest, AFailingWriteMayLeaveAPart) {
  const std::string fresh = "abcdefgh";
  std::set<size_t> lengths;
  for (int i = 0; i < 200; ++i) {
    disk_.FailAfter(DiskOperation::kWrite, 1, StatusCode::kDataLoss);
    const auto file = disk_.Open("file", OpenMode::kCreate);
    ASSERT_TRUE(file.ok());
    EXPECT_FALSE((*file)->WriteAt(0, Bytes(fresh)).ok());
    const std::string content = Read("file");
    EXPECT_EQ(content, fresh.substr(0, content.size()));
    lengths.insert(content.size());
    ASSERT_TRUE(disk_.Remove("file").ok());
  }
  EXPECT_THAT(lengths, testing::UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

TEST_F(SimulatedDiskTest, AFailedSyncKeepsNothingAndFailsForGood) {
  const auto file = Write("file", "content");
  ASSERT_TRUE(disk_.SyncDirectory("/").ok());
  disk_.FailAfter(DiskOperation::kSync, 1, StatusCode::kDataLoss);
  EXPECT_FALSE(file->Sync().ok());
  EXPECT_FALSE(file->Sync().ok());
  disk_.Crash(CrashLoss::kEverything);
  EXPECT_EQ(Read("file"), "");
}

// Which of a hundred opens fail.
std::string FailedOpens(uint64_t seed) {
  SimulatedRandom random(seed);
  SimulatedDisk disk(random);
  disk.FailSometimes(DiskOperation::kOpen, 4, StatusCode::kPermissionDenied);
  std::string failed;
  for (int i = 0; i < 100; ++i) {
    const StatusCode code = disk.Open("missing", OpenMode::kRead).status().code();
    failed += code == StatusCode::kPermissionDenied ? 'x' : '.';
  }
  return failed;
}

TEST_F(SimulatedDiskTest, TheSeedDecidesWhatFailsSometimes) {
  const std::string failed = FailedOpens(1);
  EXPECT_EQ(FailedOpens(1), failed);
  EXPECT_NE(FailedOpens(2), failed);
  EXPECT_NEAR(static_cast<double>(std::ranges::count(failed, 'x')), 25, 20);
}

TEST_F(SimulatedDiskTest, FilesMayOutliveTheDisk) {
  auto disk = std::make_unique<SimulatedDisk>(random_);
  const auto file = disk->Open("file", OpenMode::kCreate);
  disk.reset();
  EXPECT_TRUE((*file)->WriteAt(0, Bytes("content")).ok());
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
