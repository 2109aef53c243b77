#include "core/plugin/path_check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

#include "core/base/text.h"

namespace manta {
namespace {

constexpr mode_t kOthersMayWrite = S_IWGRP | S_IWOTH;

std::string Octal(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", mode & 07777u);
  return text.data();
}

std::string_view FileKind(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return "a directory";
    case S_IFIFO:
      return "a FIFO";
    case S_IFSOCK:
      return "a socket";
    case S_IFBLK:
    case S_IFCHR:
      return "a device";
    default:
      return "something else";
  }
}

// Reads a small file of the system's; "" when it cannot be read.
std::string ReadSmallFile(const char* path) {
  const FileDescriptor file(open(path, O_RDONLY | O_CLOEXEC));
  if (!file.open()) return "";
  std::array<char, 256> buffer{};
  const ssize_t count = read(file.get(), buffer.data(), buffer.size());
  return count <= 0 ? "" : std::string(buffer.data(), static_cast<size_t>(count));
}

// The uid that stands for owners which this user namespace does not map; nothing real outside of one.
bool UnmappedOwner(uid_t owner) {
  unsigned inside = 0, outside = 0, count = 0;
  const std::string map = ReadSmallFile("/proc/self/uid_map");
  if (std::sscanf(map.c_str(), "%u %u %u", &inside, &outside, &count) != 3) return false;
  if (count == UINT32_MAX) return false;  // Every owner is mapped: no namespace of its own.
  unsigned overflow = 0;
  const std::string text = ReadSmallFile("/proc/sys/kernel/overflowuid");
  return std::sscanf(text.c_str(), "%u", &overflow) == 1 && owner == overflow;
}

bool TrustedOwner(uid_t owner) { return owner == 0 || owner == geteuid(); }

absl::Status Denied(std::string_view what, std::string_view path, std::string_view found, std::string_view mend) {
  const std::string shown = ShownPath(path);
  return MakeStatus(absl::StatusCode::kPermissionDenied, what, shown, " ", found, ": ", mend, " ", shown);
}

absl::Status CheckOwner(std::string_view what, const std::string& path, const struct stat& info) {
  if (TrustedOwner(info.st_uid)) return absl::OkStatus();
  if (S_ISDIR(info.st_mode) && UnmappedOwner(info.st_uid)) return absl::OkStatus();
  return Denied(what, path,
                Concat("belongs to uid ", info.st_uid, ", neither to root nor to you (uid ", geteuid(), ")"),
                Concat("chown ", geteuid()));
}

absl::Status CheckDirectory(const std::string& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) {
    return MakeStatus(absl::StatusCode::kNotFound, "directory ", ShownPath(path), ": ", std::strerror(errno));
  }
  absl::Status status = CheckOwner("directory ", path, info);
  if (!status.ok() || (info.st_mode & kOthersMayWrite) == 0) return status;
  if ((info.st_mode & S_ISVTX) != 0) return absl::OkStatus();  // Only we, root and its trusted owner replace our file.
  return Denied("directory ", path, Concat("has mode ", Octal(info.st_mode), ", others may exchange files in it"),
                "chmod go-w");
}

absl::Status CheckFile(const std::string& path, const struct stat& info) {
  if (!S_ISREG(info.st_mode)) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "is ", FileKind(info.st_mode),
                      ", not a regular file: name the library itself");
  }
  absl::Status status = CheckOwner("", path, info);
  if (!status.ok() || (info.st_mode & kOthersMayWrite) == 0) return status;
  return Denied("", path, Concat("has mode ", Octal(info.st_mode), ", others may write it"), "chmod go-w");
}

absl::Status Unreadable(std::string_view path, int error) {
  const bool absent = error == ENOENT || error == ENOTDIR;
  return MakeStatus(absent ? absl::StatusCode::kNotFound : absl::StatusCode::kInvalidArgument, "cannot be opened at ",
                    ShownPath(path), ": ", std::strerror(error));
}

}  // namespace

absl::StatusOr<PluginFile> OpenPluginFile(std::string_view path) {
  const std::string asked(path);
  if (asked.find('\0') != std::string::npos) return Unreadable(path, EINVAL);
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(asked.c_str(), nullptr), &std::free);
  if (real == nullptr) return Unreadable(path, errno);
  const std::string resolved = real.get();

  // Looked at before it is opened: opening a device or a FIFO has effects.
  struct stat info {};
  if (lstat(resolved.c_str(), &info) != 0) return Unreadable(resolved, errno);
  absl::Status status = CheckFile(resolved, info);
  if (!status.ok()) return status;
  for (std::string parent = resolved; parent != "/";) {
    parent = std::filesystem::path(parent).parent_path().string();
    status = CheckDirectory(parent);
    if (!status.ok()) return status;
  }

  PluginFile file{.resolved_path = resolved,
                  .descriptor = FileDescriptor(open(resolved.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))};
  struct stat opened {};
  if (!file.descriptor.open() || fstat(file.descriptor.get(), &opened) != 0) return Unreadable(resolved, errno);
  status = CheckFile(resolved, opened);  // Again: of what is open now.
  if (!status.ok()) return status;
  file.size_bytes = static_cast<uint64_t>(opened.st_size);
  return file;
}

std::string ShownPath(std::string_view path) {
  const bool plain = !path.empty() && std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-+,@%=:").find(c) != std::string_view::npos;
  });
  return plain ? std::string(path) : Quoted(path);
}

std::string ShownFileName(std::string_view path) {
  const std::string name = std::filesystem::path(path).filename().string();
  return ShownPath(name.empty() ? path : std::string_view(name));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
