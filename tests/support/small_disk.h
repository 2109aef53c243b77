// tests/support/small_disk.h -- runs code that has a small disk of its own: a real one, which the system says is full.
//
//   const SmallDiskEnd end = OnASmallDisk("size=8m", [](const std::string& directory) { EXPECT_TRUE(...); });
//   if (end == SmallDiskEnd::kNoDisk) GTEST_SKIP() << kNoSmallDisk;
//   EXPECT_EQ(end, SmallDiskEnd::kPassed);
//
// A child process mounts a file system in memory where nobody else sees it, and which is gone with it. That needs user
// namespaces, and no right; or root. (TSan has a thread of its own, which must not be there for a user namespace.)
//
// Threads   REQUIRES: there is one. The code may start others.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>

namespace manta {

enum class SmallDiskEnd { kPassed, kFailed, kNoDisk };

inline constexpr std::string_view kNoSmallDisk =
    "NOT TESTED: this machine allows neither user namespaces nor mounts, so no real disk was filled";

namespace small_disk_internal {

inline bool WriteTo(const char* path, std::string_view text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  const bool written = file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (file >= 0) close(file);
  return written;
}

// The same user and group as before, who may mount now, where nobody else sees it.
inline bool EnterNamespaces() {
  const std::string user = std::to_string(geteuid());
  const std::string group = std::to_string(getegid());
  if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  }
  return WriteTo("/proc/self/uid_map", user + " " + user + " 1") && WriteTo("/proc/self/setgroups", "deny") &&
         WriteTo("/proc/self/gid_map", group + " " + group + " 1");
}

inline bool Mount(const std::string& directory, const std::string& options) {
  return EnterNamespaces() &&
         mount("small_disk", directory.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, options.c_str()) == 0;
}

}  // namespace small_disk_internal

// `options` are those of tmpfs. What `code` expects in vain is told, and fails the run; so does what it throws.
inline SmallDiskEnd OnASmallDisk(const std::string& options,
                                 const std::function<void(const std::string& directory)>& code) {
  constexpr int kPassedCode = 0, kFailedCode = 1, kNoDiskCode = 2;
  std::string directory = testing::TempDir() + "/small_disk_XXXXXX";
  if (mkdtemp(directory.data()) == nullptr) return SmallDiskEnd::kFailed;
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child < 0) return SmallDiskEnd::kFailed;
  if (child == 0) {
    if (!small_disk_internal::Mount(directory, options)) {
      std::cerr << kNoSmallDisk << ": " << std::strerror(errno) << std::endl;
      _exit(kNoDiskCode);
    }
    try {
      code(directory);
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
    std::fflush(nullptr);
    _exit(testing::Test::HasFailure() ? kFailedCode : kPassedCode);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  rmdir(directory.c_str());
  if (!WIFEXITED(status)) return SmallDiskEnd::kFailed;
  switch (WEXITSTATUS(status)) {
    case kPassedCode:
      return SmallDiskEnd::kPassed;
    case kNoDiskCode:
      return SmallDiskEnd::kNoDisk;
    default:
      return SmallDiskEnd::kFailed;
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
