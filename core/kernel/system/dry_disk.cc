#include "core/kernel/system/dry_disk.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <span>
#include <utility>

#include "core/base/text.h"

namespace manta {
namespace {

using absl::StatusCode;

constexpr uint64_t kBlockBytes = 4096;
constexpr uint64_t kOffsetMax = std::numeric_limits<int64_t>::max();

template <typename... Parts>
absl::Status DiskError(StatusCode code, std::string_view action, std::string_view path, const Parts&... reason) {
  return MakeStatus(code, action, " ", Quoted(path), ": ", reason...);
}

absl::Status CheckPath(std::string_view action, std::string_view path) {
  if (path.empty()) return MakeStatus(StatusCode::kInvalidArgument, action, ": the path is empty: name a file");
  if (path.find('\0') == std::string_view::npos) return absl::OkStatus();
  return DiskError(StatusCode::kInvalidArgument, action, path, "it holds a NUL byte: leave it out");
}

// One text for each path, without "." and a "/" at its end.
std::string Normal(std::string_view path) {
  std::string normal = std::filesystem::path(path).lexically_normal().string();
  if (normal.size() > 1 && normal.back() == '/') normal.pop_back();
  return normal;
}

// Of "/" and ".": themselves.
std::string ParentOf(const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  return parent.empty() ? "." : parent;
}

class NameSet final : public NameSink {
 public:
  void OnName(std::string_view name) override { names.emplace(name); }
  std::set<std::string> names;
};

}  // namespace

// A file's bytes: those of the real file, and over them the blocks that were written.
class DryDisk::Content {
 public:
  Content(std::unique_ptr<File> real, uint64_t size_bytes)
      : real_(std::move(real)), real_bytes_(size_bytes), size_bytes_(size_bytes) {}

  bool TryLock() {
    MutexLock lock(mutex_);
    return !std::exchange(locked_, true);
  }
  void Unlock() {
    MutexLock lock(mutex_);
    locked_ = false;
  }

  uint64_t size_bytes() {
    MutexLock lock(mutex_);
    return size_bytes_;
  }

  // REQUIRES: the file reaches that far.
  absl::Status Read(uint64_t offset, std::span<std::byte> out) {
    MutexLock lock(mutex_);
    while (!out.empty()) {
      const std::span<std::byte> part = out.first(std::min(out.size(), kBlockBytes - offset % kBlockBytes));
      if (const auto block = blocks_.find(offset / kBlockBytes); block != blocks_.end()) {
        std::copy_n(block->second.begin() + offset % kBlockBytes, part.size(), part.begin());
      } else if (absl::Status status = ReadReal(offset, part); !status.ok()) {
        return status;
      }
      offset += part.size();
      out = out.subspan(part.size());
    }
    return absl::OkStatus();
  }

  absl::Status Write(uint64_t offset, std::span<const std::byte> bytes) {
    MutexLock lock(mutex_);
    while (!bytes.empty()) {
      const size_t count = std::min(bytes.size(), kBlockBytes - offset % kBlockBytes);
      auto block = blocks_.find(offset / kBlockBytes);
      if (block == blocks_.end()) {
        Block real;
        if (absl::Status status = ReadReal(offset - offset % kBlockBytes, real); !status.ok()) return status;
        block = blocks_.emplace(offset / kBlockBytes, real).first;
      }
      std::copy_n(bytes.begin(), count, block->second.begin() + offset % kBlockBytes);
      offset += count;
      bytes = bytes.subspan(count);
      size_bytes_ = std::max(size_bytes_, offset);
    }
    return absl::OkStatus();
  }

 private:
  using Block = std::array<std::byte, kBlockBytes>;

  // Zeros where the real file has nothing.
  absl::Status ReadReal(uint64_t offset, std::span<std::byte> out) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::fill(out.begin(), out.end(), std::byte{0});
    if (offset >= real_bytes_) return absl::OkStatus();
    return real_->ReadAt(offset, out.first(std::min<uint64_t>(out.size(), real_bytes_ - offset)));
  }

  const std::unique_ptr<File> real_;  // Null of a new file.
  const uint64_t real_bytes_;
  Mutex mutex_{"dry_file"};
  uint64_t size_bytes_ ABSL_GUARDED_BY(mutex_);
  bool locked_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<uint64_t, Block> blocks_ ABSL_GUARDED_BY(mutex_);  // By their number.
};

class DryDisk::OpenFile final : public File {
 public:
  OpenFile(std::shared_ptr<Content> content, std::string_view path, OpenMode mode)
      : content_(std::move(content)), path_(path), mode_(mode) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() override {
    if (mode_ == OpenMode::kLock) content_->Unlock();
  }

  absl::Status ReadAt(uint64_t offset, std::span<std::byte> out) override {
    if (absl::Status good = CheckTransfer("read", offset, out); !good.ok() || out.empty()) return good;
    const uint64_t size_bytes = content_->size_bytes();
    if (offset > size_bytes || out.size() > size_bytes - offset) {
      return DiskError(StatusCode::kDataLoss, "read", path_, "the file has ", size_bytes, " bytes, ", out.size(),
                       " from byte ", offset, " are wanted");
    }
    return content_->Read(offset, out);
  }

  absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) override {
    if (absl::Status good = CheckTransfer("write", offset, bytes); !good.ok() || bytes.empty()) return good;
    if (mode_ == OpenMode::kRead || mode_ == OpenMode::kReadDirect) {
      return DiskError(StatusCode::kPermissionDenied, "write", path_, "it is open for reading");
    }
    if (bytes.size() > kOffsetMax || offset > kOffsetMax - bytes.size()) {
      return DiskError(StatusCode::kResourceExhausted, "write", path_, "no file has a byte ", offset);
    }
    return content_->Write(offset, bytes);
  }

  absl::Status Sync() override { return absl::OkStatus(); }
  absl::StatusOr<uint64_t> SizeBytes() override { return content_->size_bytes(); }

 private:
  absl::Status CheckTransfer(std::string_view action, uint64_t offset, std::span<const std::byte> bytes) const {
    if (mode_ != OpenMode::kReadDirect && mode_ != OpenMode::kCreateDirect) return absl::OkStatus();
    if ((offset | reinterpret_cast<uintptr_t>(bytes.data()) | bytes.size()) % kDirectBytes == 0) {
      return absl::OkStatus();
    }
    return DiskError(StatusCode::kInvalidArgument, action, path_, "it is open for direct transfers, whose memory, ",
                     "offset and size are multiples of ", kDirectBytes);
  }

  const std::shared_ptr<Content> content_;
  const std::string path_;
  const OpenMode mode_;
};

DryDisk::DryDisk(Disk& real) : real_(real) {}
DryDisk::~DryDisk() = default;

absl::StatusOr<DryDisk::Kind> DryDisk::Look(const std::string& path) {
  if (const auto known = changed_.find(path); known != changed_.end()) return known->second.kind;
  for (std::string at = path, parent = ParentOf(at); parent != at; at = parent, parent = ParentOf(at)) {
    const auto known = changed_.find(parent);
    if (known == changed_.end()) continue;
    if (known->second.kind != Kind::kFile) return Kind::kNothing;  // Gone, or new: nothing real lies below it.
    return DiskError(StatusCode::kInvalidArgument, "look at", path, parent, " is not a directory");
  }
  NameSet ignored;
  const absl::Status listed = real_.List(path, ignored);
  if (listed.ok()) return Kind::kDirectory;
  if (absl::IsNotFound(listed)) return Kind::kNothing;
  if (!absl::IsInvalidArgument(listed)) return listed;
  const absl::Status opened = real_.Open(path, OpenMode::kRead).status();
  if (opened.ok() || absl::IsPermissionDenied(opened)) return Kind::kFile;
  return absl::IsNotFound(opened) ? absl::StatusOr<Kind>(Kind::kNothing) : opened;
}

absl::Status DryDisk::CheckDirectory(std::string_view action, const std::string& path) {
  const absl::StatusOr<Kind> kind = Look(path);
  if (!kind.ok()) return kind.status();
  if (*kind == Kind::kDirectory) return absl::OkStatus();
  return *kind == Kind::kNothing ? DiskError(StatusCode::kNotFound, action, path, "no such file or directory")
                                 : DiskError(StatusCode::kInvalidArgument, action, path, "it is not a directory");
}

absl::Status DryDisk::CheckParent(std::string_view action, const std::string& path) {
  return Annotate(CheckDirectory("below", ParentOf(path)), Concat(action, " ", Quoted(path)));
}

absl::StatusOr<std::shared_ptr<DryDisk::Content>> DryDisk::Take(const std::string& path, OpenMode mode) {
  if (const auto known = changed_.find(path); known != changed_.end()) return known->second.content;
  absl::StatusOr<std::unique_ptr<File>> file = real_.Open(path, mode);
  if (!file.ok()) return file.status();
  const absl::StatusOr<uint64_t> size_bytes = (*file)->SizeBytes();
  if (!size_bytes.ok()) return size_bytes.status();
  return std::make_shared<Content>(*std::move(file), *size_bytes);
}

absl::StatusOr<std::unique_ptr<File>> DryDisk::Open(std::string_view path, OpenMode mode) {
  if (absl::Status good = CheckPath("open", path); !good.ok()) return good;
  if (mode < OpenMode::kRead || mode > OpenMode::kLock) {
    return DiskError(StatusCode::kInvalidArgument, "open", path, "there is no mode ", static_cast<uint32_t>(mode),
                     "; wanted is 1 (kRead) to 6 (kLock)");
  }
  const std::string name = Normal(path);
  MutexLock lock(mutex_);
  const absl::StatusOr<Kind> kind = Look(name);
  if (!kind.ok()) return kind.status();
  const bool creates = mode == OpenMode::kCreate || mode == OpenMode::kCreateDirect;
  if (creates && *kind != Kind::kNothing) return DiskError(StatusCode::kAlreadyExists, "open", path, "it exists");
  if (*kind == Kind::kDirectory) return DiskError(StatusCode::kInvalidArgument, "open", path, "it is a directory");
  if (*kind == Kind::kNothing) {
    if (!creates && mode != OpenMode::kLock) {
      return DiskError(StatusCode::kNotFound, "open", path, "no such file or directory");
    }
    if (absl::Status good = CheckParent("open", name); !good.ok()) return good;
    changed_[name] = {Kind::kFile, std::make_shared<Content>(nullptr, 0)};
  } else if (!changed_.contains(name)) {
    if (mode == OpenMode::kRead || mode == OpenMode::kReadDirect) return real_.Open(name, mode);
    absl::StatusOr<std::shared_ptr<Content>> content = Take(name, OpenMode::kWrite);
    if (!content.ok()) return content.status();
    changed_[name] = {Kind::kFile, *std::move(content)};
  }
  const std::shared_ptr<Content>& content = changed_[name].content;
  if (mode == OpenMode::kLock && !content->TryLock()) {
    return DiskError(StatusCode::kUnavailable, "lock", path, "another open file holds it");
  }
  return std::make_unique<OpenFile>(content, path, mode);
}

absl::Status DryDisk::Rename(std::string_view from, std::string_view to) {
  if (absl::Status good = CheckPath("rename", from); !good.ok()) return good;
  if (absl::Status good = CheckPath("rename to", to); !good.ok()) return good;
  const std::string old_name = Normal(from);
  const std::string new_name = Normal(to);
  MutexLock lock(mutex_);
  const absl::StatusOr<Kind> old_kind = Look(old_name);
  if (!old_kind.ok()) return old_kind.status();
  if (*old_kind == Kind::kNothing) return DiskError(StatusCode::kNotFound, "rename", from, "no such file or directory");
  if (*old_kind == Kind::kDirectory) {
    return DiskError(StatusCode::kInvalidArgument, "rename", from, "it is a directory; only files are renamed");
  }
  const absl::StatusOr<Kind> new_kind = Look(new_name);
  if (!new_kind.ok()) return new_kind.status();
  if (*new_kind == Kind::kDirectory) {
    return DiskError(StatusCode::kInvalidArgument, "rename to", to, "it is a directory");
  }
  if (absl::Status good = CheckParent("rename to", new_name); !good.ok()) return good;
  absl::StatusOr<std::shared_ptr<Content>> content = Take(old_name, OpenMode::kRead);
  if (!content.ok()) return content.status();
  changed_[old_name] = {};
  changed_[new_name] = {Kind::kFile, *std::move(content)};  // Also of the same name.
  return absl::OkStatus();
}

absl::Status DryDisk::Remove(std::string_view path) {
  if (absl::Status good = CheckPath("remove", path); !good.ok()) return good;
  const std::string name = Normal(path);
  MutexLock lock(mutex_);
  const absl::StatusOr<Kind> kind = Look(name);
  if (!kind.ok()) return kind.status();
  if (*kind == Kind::kNothing) return DiskError(StatusCode::kNotFound, "remove", path, "no such file or directory");
  if (*kind == Kind::kDirectory) {
    const absl::StatusOr<std::set<std::string>> names = Names(name);
    if (!names.ok()) return names.status();
    if (!names->empty()) {
      return DiskError(StatusCode::kInvalidArgument, "remove", path, "it is a directory that is not empty");
    }
  }
  changed_[name] = {};
  return absl::OkStatus();
}

absl::Status DryDisk::MakeDirectory(std::string_view path) {
  if (absl::Status good = CheckPath("make directory", path); !good.ok()) return good;
  const std::string name = Normal(path);
  MutexLock lock(mutex_);
  const absl::StatusOr<Kind> kind = Look(name);
  if (!kind.ok()) return kind.status();
  if (*kind != Kind::kNothing) return DiskError(StatusCode::kAlreadyExists, "make directory", path, "it exists");
  if (absl::Status good = CheckParent("make directory", name); !good.ok()) return good;
  changed_[name] = {Kind::kDirectory, nullptr};
  return absl::OkStatus();
}

absl::Status DryDisk::SyncDirectory(std::string_view path) {
  if (absl::Status good = CheckPath("sync directory", path); !good.ok()) return good;
  MutexLock lock(mutex_);
  return CheckDirectory("sync directory", Normal(path));
}

absl::StatusOr<std::set<std::string>> DryDisk::Names(const std::string& path) {
  NameSet found;
  if (!changed_.contains(path)) {  // A directory in there is new.
    if (absl::Status listed = real_.List(path, found); !listed.ok()) return listed;
  }
  for (const auto& [changed, entry] : changed_) {
    if (ParentOf(changed) != path || changed == path) continue;
    const std::string name = std::filesystem::path(changed).filename().string();
    if (entry.kind == Kind::kNothing) {
      found.names.erase(name);
    } else {
      found.names.insert(name);
    }
  }
  return std::move(found.names);
}

absl::Status DryDisk::List(std::string_view path, NameSink& sink) {
  if (absl::Status good = CheckPath("list", path); !good.ok()) return good;
  const std::string name = Normal(path);
  absl::StatusOr<std::set<std::string>> names;
  {
    MutexLock lock(mutex_);
    if (absl::Status good = CheckDirectory("list", name); !good.ok()) return good;
    names = Names(name);
  }
  if (!names.ok()) return names.status();
  for (const std::string& each : *names) sink.OnName(each);  // The sink may use the disk.
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> DryDisk::FreeBytes(std::string_view path) {
  if (absl::Status good = CheckPath("free bytes of", path); !good.ok()) return good;
  std::string name = Normal(path);
  MutexLock lock(mutex_);
  const absl::StatusOr<Kind> kind = Look(name);
  if (!kind.ok()) return kind.status();
  if (*kind == Kind::kNothing) {
    return DiskError(StatusCode::kNotFound, "free bytes of", path, "no such file or directory");
  }
  while (changed_.contains(name)) name = ParentOf(name);  // A new file lies on its directory's file system.
  return real_.FreeBytes(name);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
