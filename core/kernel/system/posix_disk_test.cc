#include "core/kernel/system/posix_disk.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/small_disk.h"

namespace manta {
namespace {

class PosixDiskTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = testing::TempDir() + "/posix_disk_XXXXXX";
    ASSERT_NE(mkdtemp(directory_.data()), nullptr);
  }

  std::string Path(const std::string& name) const { return directory_ + "/" + name; }

  PosixDisk disk_;
  std::string directory_;
};

std::span<const std::byte> Bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

TEST_F(PosixDiskTest, FilesAndDirectoriesBelongToTheirUserAlone) {
  ASSERT_TRUE(disk_.Open(Path("file"), OpenMode::kCreate).ok());
  ASSERT_TRUE(disk_.MakeDirectory(Path("directory")).ok());
  struct stat info;
  ASSERT_EQ(stat(Path("file").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  ASSERT_EQ(stat(Path("directory").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
}

TEST_F(PosixDiskTest, DescriptorsAreNotInherited) {
  const int before = dup(0);  // The next free number.
  ASSERT_GE(before, 0);
  close(before);
  const auto file = disk_.Open(Path("file"), OpenMode::kCreate);
  ASSERT_TRUE(file.ok());
  EXPECT_NE(fcntl(before, F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(PosixDiskTest, MessagesNameThePathAndTheReason) {
  const absl::Status missing = disk_.Open(Path("missing"), OpenMode::kRead).status();
  EXPECT_THAT(std::string(missing.message()), testing::HasSubstr("missing\": No such file or directory"));
}

TEST_F(PosixDiskTest, NothingButFilesIsOpened) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  for (const OpenMode mode :
       {OpenMode::kRead, OpenMode::kWrite}) {  // A plain open of a FIFO would wait for its other end.
    EXPECT_EQ(disk_.Open(Path("fifo"), mode).status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(disk_.Open("/dev/null", mode).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(PosixDiskTest, AFullQuotaIsAnErrorAndSomeMayBeWritten) {
  const auto file = disk_.Open(Path("file"), OpenMode::kCreate);
  ASSERT_TRUE(file.ok());
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small = {.rlim_cur = 1000, .rlim_max = before.rlim_max};
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const absl::Status refused = (*file)->WriteAt(0, Bytes(std::string(3000, 'x')));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  // The system wrote 1000 bytes at the first call; the second one told the limit.
  EXPECT_EQ((*file)->SizeBytes().value(), 1000u);
}

TEST_F(PosixDiskTest, ADiskThatIsFullSaysSoAndTakesMoreWhenThereIsSpace) {
  const SmallDiskEnd end = OnASmallDisk("size=1m,nr_inodes=4", [this](const std::string& directory) {
    constexpr uint64_t kMiB = uint64_t{1} << 20;
    const std::string bytes(2 * kMiB, 'x');
    EXPECT_EQ(disk_.FreeBytes(directory).value(), kMiB);
    absl::StatusOr<std::unique_ptr<File>> first = disk_.Open(directory + "/first", OpenMode::kCreate);
    ASSERT_TRUE(first.ok());
    const absl::Status full = (*first)->WriteAt(0, Bytes(bytes));
    EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(std::string(full.message()), testing::HasSubstr("No space left on device"));
    EXPECT_EQ((*first)->SizeBytes().value(), kMiB);  // What found room is written.
    EXPECT_EQ(disk_.FreeBytes(directory).value(), 0u);

    // Past the cache, where the system can.
    const auto direct = disk_.Open(directory + "/direct", OpenMode::kCreateDirect);
    ASSERT_TRUE(direct.ok());
    alignas(kDirectBytes) static constexpr std::byte kBlock[kDirectBytes] = {};
    EXPECT_EQ((*direct)->WriteAt(0, kBlock).code(), absl::StatusCode::kResourceExhausted);

    // A file system has only so many files, too; one is its root.
    ASSERT_TRUE(disk_.Open(directory + "/third", OpenMode::kCreate).ok());
    const absl::Status no_more = disk_.Open(directory + "/fourth", OpenMode::kCreate).status();
    EXPECT_EQ(no_more.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(std::string(no_more.message()), testing::HasSubstr("No space left on device"));

    ASSERT_TRUE(disk_.Remove(directory + "/first").ok());
    EXPECT_FALSE((*direct)->WriteAt(0, kBlock).ok()) << "the file is open: its space is taken";
    first->reset();
    EXPECT_TRUE((*direct)->WriteAt(0, kBlock).ok());
    EXPECT_TRUE((*direct)->Sync().ok());
    EXPECT_TRUE(disk_.Open(directory + "/fourth", OpenMode::kCreate).ok());
  });
  if (end == SmallDiskEnd::kNoDisk) GTEST_SKIP() << kNoSmallDisk;
  EXPECT_EQ(end, SmallDiskEnd::kPassed);
}

TEST_F(PosixDiskTest, OffsetsThatNoFileReachesAreErrors) {
  const auto file = disk_.Open(Path("file"), OpenMode::kCreate);
  ASSERT_TRUE(file.ok());
  std::vector<std::byte> byte(1);
  EXPECT_EQ((*file)->WriteAt(UINT64_MAX, byte).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ((*file)->ReadAt(UINT64_MAX, byte).code(), absl::StatusCode::kDataLoss);
}

TEST_F(PosixDiskTest, NoDescriptorLeftIsAnError) {
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none = {.rlim_cur = 0, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const absl::Status refused = disk_.Open(Path("file"), OpenMode::kCreate).status();
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
