// core/kernel/system/posix_disk.h -- reads and writes files of the operating system.
//
// Threads   [any-thread]; no state.
// Errors    A file whose Sync failed fails every later Sync: Linux reports a lost write once and then forgets it.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/disk.h"

namespace manta {

class PosixDisk final : public Disk {
 public:
  absl::StatusOr<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) override;
  absl::Status Rename(std::string_view from, std::string_view to) override;
  absl::Status Remove(std::string_view path) override;
  absl::Status MakeDirectory(std::string_view path) override;
  absl::Status SyncDirectory(std::string_view path) override;
  absl::Status List(std::string_view path, NameSink& sink) override;
  absl::StatusOr<uint64_t> FreeBytes(std::string_view path) override;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
