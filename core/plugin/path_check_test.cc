#include "core/plugin/path_check.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/text.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

namespace fs = std::filesystem;

class PathCheckTest : public testing::Test {
 protected:
  PathCheckTest() {
    umask(022);
    std::string made = std::string(std::getenv("TEST_TMPDIR")) + "/path_XXXXXX";
    if (mkdtemp(made.data()) == nullptr) std::abort();
    directory_ = fs::canonical(made).string();
    file_ = directory_ + "/libx.so";
    std::ofstream(file_) << "content";
  }
  ~PathCheckTest() override { fs::remove_all(directory_); }

  std::string directory_, file_;
};

TEST_F(PathCheckTest, OpensWhatIsOurs) {
  const absl::StatusOr<PluginFile> file = OpenPluginFile(file_);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->resolved_path, file_);
  EXPECT_EQ(file->size_bytes, 7u);
  char text[8] = {};
  EXPECT_EQ(read(file->descriptor.get(), text, 7), 7);
  EXPECT_STREQ(text, "content");
  EXPECT_EQ(fcntl(file->descriptor.get(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST_F(PathCheckTest, LinksAreResolvedFirst) {
  fs::create_symlink("libx.so", directory_ + "/link.so");
  fs::create_directory_symlink(directory_, directory_ + "/here");
  const absl::StatusOr<PluginFile> file =
      OpenPluginFile(directory_ + "/here/../" + fs::path(directory_).filename().string() + "/link.so");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->resolved_path, file_);
}

TEST_F(PathCheckTest, RelativePathsStartAtTheWorkingDirectory) {
  const fs::path before = fs::current_path();
  fs::current_path(directory_);
  EXPECT_EQ(OpenPluginFile("libx.so")->resolved_path, file_);
  EXPECT_EQ(OpenPluginFile("libc.so.6").status().code(), absl::StatusCode::kNotFound);
  fs::current_path(before);
}

TEST_F(PathCheckTest, ADirectoryForAllIsFineWhenItIsSticky) {
  chmod(directory_.c_str(), 01777);
  EXPECT_TRUE(OpenPluginFile(file_).ok());
  chmod(directory_.c_str(), 0777);
  EXPECT_EQ(OpenPluginFile(file_).status(),
            absl::PermissionDeniedError(Concat(
                "directory ", directory_, " has mode 0777, others may exchange files in it: chmod go-w ", directory_)));
}

TEST_F(PathCheckTest, EveryDirectoryOnTheWayCounts) {
  fs::create_directories(directory_ + "/open/closed");
  fs::copy_file(file_, directory_ + "/open/closed/libx.so");
  ASSERT_TRUE(OpenPluginFile(directory_ + "/open/closed/libx.so").ok());
  chmod((directory_ + "/open").c_str(), 0775);
  EXPECT_EQ(OpenPluginFile(directory_ + "/open/closed/libx.so").status(),
            absl::PermissionDeniedError(Concat("directory ", directory_,
                                               "/open has mode 0775, others may exchange files in it: chmod go-w ",
                                               directory_, "/open")));
}

TEST_F(PathCheckTest, NamesThatALineWouldNotKeepAreQuoted) {
  EXPECT_EQ(ShownPath("/usr/lib/libx-1.2+b.so"), "/usr/lib/libx-1.2+b.so");
  EXPECT_EQ(ShownPath("a b\n"), "\"a b\\x0a\"");
  EXPECT_EQ(ShownFileName("/a/b.so"), "b.so");
  EXPECT_EQ(ShownFileName(""), "\"\"");
  const std::string nul("lib\0x.so", 8);
  EXPECT_EQ(OpenPluginFile(nul).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(OpenPluginFile("").status().code(), absl::StatusCode::kNotFound);
}

// In a child process: enters a user namespace that maps this user alone, and opens the file there.
//   0 opened, 1 refused, 2 no namespaces on this machine.
int OpenInUserNamespace(const std::string& path, uid_t inside_uid) {
  const uid_t uid = geteuid();
  const pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWUSER) != 0) _exit(2);
    const std::string map = Concat(inside_uid, " ", uid, " 1");
    const FileDescriptor file(open("/proc/self/uid_map", O_WRONLY | O_CLOEXEC));
    if (write(file.get(), map.data(), map.size()) != static_cast<ssize_t>(map.size())) _exit(2);
    _exit(OpenPluginFile(path).ok() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

TEST_F(PathCheckTest, UnmappedOwnersOfDirectoriesAreAcceptedInAUserNamespace) {
  // Root's directories on the way have no mapped owner there, unless we are root; then they are ours.
  const int opened = OpenInUserNamespace(file_, 1000);
  if (opened == 2) GTEST_SKIP() << "user namespaces are not available";
  EXPECT_EQ(opened, 0);
}

TEST_F(PathCheckTest, UnmappedOwnersOfFilesAreNot) {
  if (geteuid() != 0 || chown(file_.c_str(), 1234, 1234) != 0) GTEST_SKIP() << "needs to give a file away";
  EXPECT_EQ(OpenPluginFile(file_).status(),
            absl::PermissionDeniedError(
                Concat(file_, " belongs to uid 1234, neither to root nor to you (uid 0): chown 0 ", file_)));
  const int opened = OpenInUserNamespace(file_, 0);
  if (opened == 2) GTEST_SKIP() << "user namespaces are not available";
  EXPECT_EQ(opened, 1);
  // The same owner of a directory is accepted there, and nowhere else.
  ASSERT_EQ(chown(file_.c_str(), 0, 0), 0);
  ASSERT_EQ(chown(directory_.c_str(), 1234, 1234), 0);
  chmod(directory_.c_str(), 0755);
  EXPECT_EQ(OpenPluginFile(file_).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(OpenInUserNamespace(file_, 0), 0);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
