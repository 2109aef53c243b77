// plugins/object_store/tiered/spill_directory.h -- a directory of this store's own, and the end of those left by the
// dead.
//
//   <directory>/manta-spill-<16 hexadecimal digits>/owner         held in kLock as long as the store lives
//                                                  /objects-<n>   files; no number is used twice
//
// The system gives the lock back however a process ends. So whoever gets the lock of a directory knows that its owner
// is dead, and removes it. Nothing else is ever removed: no file or directory of another name.
//
// Threads   [any-thread] all; Make and the destructor are called once. [blocks]
// Errors    Remove and the destructor tell none: what they cannot remove is tried again, and logged once.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "core/base/mutex.h"
#include "core/interface/disk.h"
#include "core/interface/host.h"

namespace manta {

class SpillDirectory {
 public:
  // Makes `base`, if it is missing (its parent must be there), removes what dead stores left in it, and makes the new
  // one. What cannot be removed is logged and stays. Errors are the disk's.
  static absl::StatusOr<std::unique_ptr<SpillDirectory>> Make(const Host& host, std::string_view base);

  // REQUIRES: every file was given to Remove.
  ~SpillDirectory();
  SpillDirectory(const SpillDirectory&) = delete;
  SpillDirectory& operator=(const SpillDirectory&) = delete;

  // The path of a file that never was.
  std::string NewFile();

  // Removes a file, if it is there; and tries again with one that could not be removed before.
  void Remove(std::string file);

  const std::string& path() const { return path_; }

 private:
  SpillDirectory(const Host& host, std::string path, std::unique_ptr<File> owner);

  // True when it is gone.
  bool TryRemove(const std::string& file);

  const Host& host_;
  const std::string path_;
  std::unique_ptr<File> owner_;
  Mutex mutex_{"spill_directory"};
  uint64_t file_count_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::string> left_ ABSL_GUARDED_BY(mutex_);  // Could not be removed yet.
  bool logged_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
