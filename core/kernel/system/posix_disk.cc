#include "core/kernel/system/posix_disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/base/text.h"

namespace manta {
namespace {

constexpr uint64_t kOffsetMax = std::numeric_limits<off_t>::max();
constexpr size_t kTransferBytesMax = size_t{1} << 30;  // Linux moves at most 2 GiB - 4096 in one call.
static_assert(kTransferBytesMax % kDirectBytes == 0);

absl::StatusCode CodeOf(int error) {
  switch (error) {
    case ENOENT:
      return absl::StatusCode::kNotFound;
    case EEXIST:
      return absl::StatusCode::kAlreadyExists;
    case EACCES:
    case EPERM:
    case EROFS:
    case EBADF:  // Written through a descriptor for reading.
    case EBUSY:
    case ETXTBSY:
      return absl::StatusCode::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EMLINK:
      return absl::StatusCode::kResourceExhausted;
    case EISDIR:
    case ENOTDIR:
    case ENOTEMPTY:
    case EINVAL:
    case ELOOP:
    case ENAMETOOLONG:
    case ENXIO:
    case EXDEV:
      return absl::StatusCode::kInvalidArgument;
    default:  // EIO and what only devices say.
      return absl::StatusCode::kDataLoss;
  }
}

// "write /spill/7: No space left on device".
absl::Status SystemError(std::string_view action, std::string_view path, int error) {
  const char* reason = strerrordesc_np(error);
  return MakeStatus(CodeOf(error), action, " ", Quoted(path), ": ", reason != nullptr ? reason : "unknown error",
                    " (errno ", error, ")");
}

absl::Status CheckPath(std::string_view path) {
  if (path.empty()) return MakeStatus(absl::StatusCode::kInvalidArgument, "the path is empty: name a file");
  if (path.find('\0') != std::string_view::npos) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "path ", Quoted(path), " holds a NUL byte: leave it out");
  }
  return absl::OkStatus();
}

// Repeats a system call while signals interrupt it.
template <typename Call>
auto Retry(Call call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path, OpenMode mode)
      : descriptor_(descriptor),
        path_(std::move(path)),
        direct_(mode == OpenMode::kReadDirect || mode == OpenMode::kCreateDirect) {}
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  ~PosixFile() override { close(descriptor_); }  // Never repeated: Linux frees the number even on EINTR.

  absl::Status ReadAt(uint64_t offset, std::span<std::byte> out) override {
    if (direct_ && !IsDirect(offset, out)) return Unaligned("read");
    while (!out.empty()) {
      const size_t wanted = std::min(out.size(), kTransferBytesMax);
      ssize_t count = 0;
      if (offset <= kOffsetMax - wanted) {
        count = Retry([&] { return pread(descriptor_, out.data(), wanted, static_cast<off_t>(offset)); });
      }
      if (count < 0) return SystemError("read", path_, errno);
      if (count == 0) {
        return MakeStatus(absl::StatusCode::kDataLoss, "read ", Quoted(path_), ": the file ends before byte ", offset,
                          ", ", out.size(), " bytes more are wanted");
      }
      offset += static_cast<uint64_t>(count);
      out = out.subspan(static_cast<size_t>(count));
    }
    return absl::OkStatus();
  }

  absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
    if (direct_ && !IsDirect(offset, bytes)) return Unaligned("write");
    while (!bytes.empty()) {
      const size_t wanted = std::min(bytes.size(), kTransferBytesMax);
      if (offset > kOffsetMax - wanted) return SystemError("write", path_, EFBIG);
      const ssize_t count =
          Retry([&] { return pwrite(descriptor_, bytes.data(), wanted, static_cast<off_t>(offset)); });
      if (count < 0) return SystemError("write", path_, errno);
      if (count == 0) return SystemError("write", path_, EIO);
      offset += static_cast<uint64_t>(count);
      bytes = bytes.subspan(static_cast<size_t>(count));
    }
    return absl::OkStatus();
  }

  absl::Status Sync() override {
    int error = sync_error_.load(std::memory_order_relaxed);
    if (error == 0 && Retry([&] { return fdatasync(descriptor_); }) != 0) {
      error = errno;
      sync_error_.store(error, std::memory_order_relaxed);
    }
    return error == 0 ? absl::OkStatus() : SystemError("sync", path_, error);
  }

  absl::StatusOr<uint64_t> SizeBytes() override {
    struct stat info;
    if (fstat(descriptor_, &info) != 0) return SystemError("stat", path_, errno);
    return static_cast<uint64_t>(info.st_size);
  }

  // Goes past the cache from now on; as before, on a file system that cannot.
  void MakeDirect() {
    const int flags = fcntl(descriptor_, F_GETFL);
    if (flags >= 0) static_cast<void>(fcntl(descriptor_, F_SETFL, flags | O_DIRECT));
  }

  absl::Status Lock() {
    if (Retry([&] { return flock(descriptor_, LOCK_EX | LOCK_NB); }) != 0) {
      if (errno == EWOULDBLOCK) {
        return MakeStatus(absl::StatusCode::kUnavailable, "lock ", Quoted(path_), ": another open file holds it");
      }
      return SystemError("lock", path_, errno);
    }
    // Whoever held it before may have removed the file: a lock on a file without a name keeps nobody out.
    struct stat mine, named;
    if (fstat(descriptor_, &mine) != 0) return SystemError("stat", path_, errno);
    if (stat(path_.c_str(), &named) != 0) return SystemError("stat", path_, errno);
    if (mine.st_dev == named.st_dev && mine.st_ino == named.st_ino) return absl::OkStatus();
    return MakeStatus(absl::StatusCode::kUnavailable, "lock ", Quoted(path_), ": another file has its name now");
  }

 private:
  static bool IsDirect(uint64_t offset, std::span<const std::byte> bytes) {
    return (offset | reinterpret_cast<uintptr_t>(bytes.data()) | bytes.size()) % kDirectBytes == 0;
  }

  absl::Status Unaligned(std::string_view action) const {
    return MakeStatus(absl::StatusCode::kInvalidArgument, action, " ", Quoted(path_), ": it is open for direct ",
                      "transfers, whose memory, offset and size are multiples of ", kDirectBytes);
  }

  const int descriptor_;
  const std::string path_;
  const bool direct_;
  std::atomic<int> sync_error_ = 0;  // The first error of Sync; kept for good.
};

struct DirectoryCloser {
  void operator()(DIR* directory) const { closedir(directory); }
};

}  // namespace

absl::StatusOr<std::unique_ptr<File>> PosixDisk::Open(std::string_view path, OpenMode mode) {
  if (absl::Status good = CheckPath(path); !good.ok()) return good;
  std::string name(path);
  // O_NONBLOCK: a FIFO would wait for its other end. It changes nothing for files.
  int flags = O_CLOEXEC | O_NONBLOCK;
  switch (mode) {
    case OpenMode::kRead:
    case OpenMode::kReadDirect:
      flags |= O_RDONLY;
      break;
    case OpenMode::kWrite:
      flags |= O_RDWR;
      break;
    case OpenMode::kCreate:
    case OpenMode::kCreateDirect:
      flags |= O_RDWR | O_CREAT | O_EXCL;
      break;
    case OpenMode::kLock:
      flags |= O_RDWR | O_CREAT;
      break;
    default:
      return MakeStatus(absl::StatusCode::kInvalidArgument, "open ", Quoted(path), ": there is no mode ",
                        static_cast<uint32_t>(mode), "; wanted is 1 (kRead) to 6 (kLock)");
  }
  const int descriptor = Retry([&] { return open(name.c_str(), flags, 0600); });
  if (descriptor < 0) return SystemError("open", path, errno);
  auto file = std::make_unique<PosixFile>(descriptor, std::move(name), mode);
  struct stat info;
  if (fstat(descriptor, &info) != 0) return SystemError("stat", path, errno);
  if (!S_ISREG(info.st_mode)) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "open ", Quoted(path), ": it is not a regular file");
  }
  if (mode == OpenMode::kReadDirect || mode == OpenMode::kCreateDirect) file->MakeDirect();
  if (mode == OpenMode::kLock) {
    if (absl::Status locked = file->Lock(); !locked.ok()) return locked;
  }
  return file;
}

absl::Status PosixDisk::Rename(std::string_view from, std::string_view to) {
  if (absl::Status good = CheckPath(from); !good.ok()) return good;
  if (absl::Status good = CheckPath(to); !good.ok()) return good;
  const std::string from_name(from);
  const std::string to_name(to);
  struct stat info;
  if (lstat(from_name.c_str(), &info) != 0) return SystemError("rename", from, errno);
  if (S_ISDIR(info.st_mode)) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "rename ", Quoted(from),
                      ": it is a directory; only files are renamed");
  }
  if (rename(from_name.c_str(), to_name.c_str()) != 0) {
    const int error = errno;
    return Annotate(SystemError("to", to, error), Concat("rename ", Quoted(from)));
  }
  return absl::OkStatus();
}

absl::Status PosixDisk::Remove(std::string_view path) {
  if (absl::Status good = CheckPath(path); !good.ok()) return good;
  const std::string name(path);
  if (unlink(name.c_str()) == 0) return absl::OkStatus();
  if (errno != EISDIR) return SystemError("remove", path, errno);
  if (rmdir(name.c_str()) == 0) return absl::OkStatus();
  // A full directory, which POSIX also lets a system call EEXIST.
  return SystemError("remove", path, errno == EEXIST ? ENOTEMPTY : errno);
}

absl::Status PosixDisk::MakeDirectory(std::string_view path) {
  if (absl::Status good = CheckPath(path); !good.ok()) return good;
  if (mkdir(std::string(path).c_str(), 0700) != 0) return SystemError("make directory", path, errno);
  return absl::OkStatus();
}

absl::Status PosixDisk::SyncDirectory(std::string_view path) {
  if (absl::Status good = CheckPath(path); !good.ok()) return good;
  const std::string name(path);
  const int descriptor = Retry([&] { return open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (descriptor < 0) return SystemError("sync directory", path, errno);
  const int error = Retry([&] { return fsync(descriptor); }) == 0 ? 0 : errno;
  close(descriptor);
  return error == 0 ? absl::OkStatus() : SystemError("sync directory", path, error);
}

absl::Status PosixDisk::List(std::string_view path, NameSink& sink) {
  if (absl::Status good = CheckPath(path); !good.ok()) return good;
  const std::unique_ptr<DIR, DirectoryCloser> directory(opendir(std::string(path).c_str()));
  if (directory == nullptr) return SystemError("list", path, errno);
  std::vector<std::string> names;
  while (true) {
    errno = 0;  // readdir tells its end from an error by errno alone.
    const dirent* entry = readdir(directory.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return SystemError("list", path, errno);
  std::ranges::sort(names);
  for (const std::string& name : names) sink.OnName(name);
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> PosixDisk::FreeBytes(std::string_view path) {
  if (absl::Status good = CheckPath(path); !good.ok()) return good;
  const std::string name(path);
  struct statvfs info;
  if (Retry([&] { return statvfs(name.c_str(), &info); }) != 0) return SystemError("free bytes of", path, errno);
  return uint64_t{info.f_bavail} * info.f_frsize;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
