// core/interface/disk.h -- reads and writes files.
//
// Stores spill, checkpoints persist, and both must survive a full disk, an I/O error and a crash between any
// two calls. Behind this interface a simulated disk makes those happen on demand.
//
// Shapes    Paths are absolute or relative to the working directory, without NUL bytes.
// Units     Offsets and sizes in bytes.
// Threads   [any-thread]; a File's methods too, on disjoint ranges. Calls may block on the device. [blocks]
// Memory    Callers own the spans; nothing is kept after a call returns.
// Errors    kNotFound           the file or a directory on its path does not exist.
//           kAlreadyExists      it exists, and must not.
//           kPermissionDenied   the system refuses access.
//           kResourceExhausted  the disk or a quota is full, or no descriptor is left.
//           kDataLoss           an I/O error of the device, or a read past the end of the file.
//           kInvalidArgument    the path is empty or holds a NUL byte, or names the wrong kind of file.
//           kUnavailable        another open file holds the lock.
//           Messages name the path and the system's reason.
// Crashes   What was not followed by an ok Sync may be lost, in whole or in part, by a crash of the machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace manta {

// An open file. Closed by the destructor, which does not sync.
class File {
 public:
  virtual ~File() = default;

  // Fills all of `out` from `offset`. kDataLoss when the file ends before; then `out` is not specified.
  virtual absl::Status ReadAt(uint64_t offset, std::span<std::byte> out) = 0;

  // Writes all of `bytes` at `offset`; a gap before them reads as zeros. On an error some may be written.
  virtual absl::Status WriteAt(uint64_t offset, std::span<const std::byte> bytes) = 0;

  // Makes all data and the size survive a crash of the machine.
  virtual absl::Status Sync() = 0;

  virtual absl::StatusOr<uint64_t> SizeBytes() = 0;
};

enum class OpenMode : uint32_t {
  kRead = 1,    // An existing file, for reading.
  kWrite = 2,   // An existing file, for reading and writing.
  kCreate = 3,  // A new file, for reading and writing, mode 0600. kAlreadyExists if the name is taken.

  // The same past the system's cache, where the file system can: for bytes that are seldom read again, and must not
  // drive out what is. Memory, offset and size of each transfer are multiples of kDirectBytes, else kInvalidArgument.
  kReadDirect = 4,
  kCreateDirect = 5,

  // A new or an existing file, for reading and writing, mode 0600, that no other open file of any process has open in
  // this mode: kUnavailable if one has. The lock ends with the File, however its process ends.
  kLock = 6,
};

inline constexpr uint64_t kDirectBytes = 4096;

// Takes the names that Disk::List finds. Views live as long as the call.
class NameSink {
 public:
  virtual void OnName(std::string_view name) = 0;

 protected:
  ~NameSink() = default;
};

class Disk {
 public:
  virtual ~Disk() = default;

  virtual absl::StatusOr<std::unique_ptr<File>> Open(std::string_view path, OpenMode mode) = 0;

  // Gives a file another name in one step; a file of the new name is replaced.
  virtual absl::Status Rename(std::string_view from, std::string_view to) = 0;

  // Removes a file or an empty directory.
  virtual absl::Status Remove(std::string_view path) = 0;

  // Makes a directory, mode 0700. Its parent must exist.
  virtual absl::Status MakeDirectory(std::string_view path) = 0;

  // Makes creations, renames and removals in a directory survive a crash of the machine.
  virtual absl::Status SyncDirectory(std::string_view path) = 0;

  // Tells `sink` the names (without the path) in a directory, sorted; "." and ".." left out.
  virtual absl::Status List(std::string_view path, NameSink& sink) = 0;

  // What an unprivileged writer could still write on the file system that holds `path`.
  virtual absl::StatusOr<uint64_t> FreeBytes(std::string_view path) = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
