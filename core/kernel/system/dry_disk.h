// core/kernel/system/dry_disk.h -- answers as another disk does, and changes nothing on it.
//
// Who wants to know what a plugin says to its config has to make the plugin, and some make directories and remove old
// files when they are made. Here they read the real disk; what they change lies in memory, over it, and dies with it.
//
// Shapes    ".." is understood by the path's text alone: links beside it are not followed.
// Threads   [any-thread]; nothing real is locked, so a lock keeps out users of this DryDisk only.
// Memory    The real disk outlives this one and all its files. Each block that is written stays until the last file and
//           the DryDisk are gone.
// Errors    As disk.h. That something may not be written, or that there is no room for it, is not found out, but for
//           existing files, which the real disk opens for writing.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/mutex.h"
#include "core/interface/disk.h"

namespace manta {

class DryDisk final : public Disk {
 public:
  explicit DryDisk(Disk& real);
  ~DryDisk() override;

  absl::StatusOr<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) override;
  absl::Status Rename(std::string_view from, std::string_view to) override;
  absl::Status Remove(std::string_view path) override;
  absl::Status MakeDirectory(std::string_view path) override;
  absl::Status SyncDirectory(std::string_view path) override;
  absl::Status List(std::string_view path, NameSink& sink) override;
  absl::StatusOr<uint64_t> FreeBytes(std::string_view path) override;

 private:
  class Content;
  class OpenFile;
  enum class Kind { kNothing, kFile, kDirectory };
  struct Entry {
    Kind kind = Kind::kNothing;
    std::shared_ptr<Content> content;  // Of a file.
  };

  // What is there, of a path as Normal gives it.
  absl::StatusOr<Kind> Look(const std::string& path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckParent(std::string_view action, const std::string& path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckDirectory(std::string_view action, const std::string& path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<std::set<std::string>> Names(const std::string& path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Of a file that is there: its content, over the real one's, which is opened in `mode`.
  absl::StatusOr<std::shared_ptr<Content>> Take(const std::string& path, OpenMode mode)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Disk& real_;
  Mutex mutex_{"dry_disk"};
  std::map<std::string, Entry> changed_ ABSL_GUARDED_BY(mutex_);  // What differs from the real disk.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
