// core/simulation/simulated_disk.h -- keeps files in memory, and fails and crashes when told.
//
// The disk holds two states: what programs see, and what would survive a crash. Sync moves a file's bytes, and
// SyncDirectory a directory's entries, from the first to the second. Crash makes the second the first.
//
//   SimulatedDisk disk(random, {.capacity_bytes = 1 << 20});
//   disk.FailAfter(DiskOperation::kWrite, 3, absl::StatusCode::kDataLoss);  // The third write from now, once.
//   ... the code under test ...
//   disk.Crash(CrashLoss::kAtRandom);
//
// Shapes    Relative paths start at the root. There are no links; "." and ".." are understood.
// Threads   [any-thread], under one lock.
// Memory    Twice the size of what is written and synced.
// Errors    As disk.h, and what was injected. A file that was opened before a crash gives kDataLoss for ever.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/disk.h"
#include "core/interface/random.h"

namespace manta {

enum class DiskOperation : uint32_t {
  kOpen = 1,
  kRead = 2,
  kWrite = 3,  // A failing write may leave a part of its bytes.
  kSync = 4,   // A file whose sync failed fails all later ones.
  kRename = 5,
  kRemove = 6,
  kMakeDirectory = 7,
  kSyncDirectory = 8,
  kList = 9,
};

enum class CrashLoss : uint32_t {
  kEverything = 1,  // All that was not synced is lost.
  kAtRandom = 2,    // Of each unsynced file any sectors of 512 bytes are lost; of the unsynced changes of directories,
                    // which keep their order, the last ones.
};

struct SimulatedDiskOptions {
  uint64_t capacity_bytes = uint64_t{1} << 30;  // Sizes of all files together.
};

class SimulatedDisk final : public Disk {
 public:
  // `random` outlives the disk and all its files.
  explicit SimulatedDisk(Random& random, const SimulatedDiskOptions& options = {});
  ~SimulatedDisk() override;

  // Makes the `count`-th operation of that kind from now on (1: the next) fail with `code`, once. 0 takes that back.
  void FailAfter(DiskOperation operation, uint64_t count, absl::StatusCode code);

  // Makes each operation of that kind fail with `code` with a chance of 1 in `chance`. 0 takes that back.
  void FailSometimes(DiskOperation operation, uint64_t chance, absl::StatusCode code);

  // The machine goes down and comes up again, with this much lost. Injected failures stay.
  void Crash(CrashLoss loss);

  absl::StatusOr<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) override;
  absl::Status Rename(std::string_view from, std::string_view to) override;
  absl::Status Remove(std::string_view path) override;
  absl::Status MakeDirectory(std::string_view path) override;
  absl::Status SyncDirectory(std::string_view path) override;
  absl::Status List(std::string_view path, NameSink& sink) override;
  absl::StatusOr<uint64_t> FreeBytes(std::string_view path) override;

 private:
  class OpenFile;
  class State;

  const std::shared_ptr<State> state_;  // Shared with the open files.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
