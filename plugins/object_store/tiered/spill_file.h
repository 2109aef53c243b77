// plugins/object_store/tiered/spill_file.h -- writes objects into a file, and reads them back one by one.
//
//   | entry | entry | ... | zeros to a multiple of 4096 |          one file, written once and never changed
//   entry: | SpillEntryHeader | metadata | data | checksum |       the checksum is of metadata and data
//
// The store remembers where each entry is and which checksum it had, so a file is never searched, and what is not
// exactly what was written is found: a flipped bit, a lost write, a shorter file, another file of the same name.
//
// Shapes    A file ends with Sync: errors that a device tells late are told before the memory copy is given up.
// Units     Bytes.
// Threads   [blocks] all; [one-at-a-time] per reader.
// Memory    Two buffers per file being written or reader, one for small ones: one is copied and checked while the other
//           is on its way (transfers.h).
// Errors    What the disk says; kDataLoss: the entry is not what was written; kResourceExhausted: no memory for a
//           buffer.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/interface/disk.h"
#include "core/interface/executor.h"
#include "plugins/object_store/tiered/checksum.h"
#include "plugins/object_store/tiered/direct_buffer.h"
#include "plugins/object_store/tiered/transfers.h"

namespace manta {

// What stands in front of an object in a file, as it lies in memory: files do not leave the machine.
struct SpillEntryHeader {
  uint64_t magic = 0;
  ObjectId id;
  uint64_t metadata_bytes = 0;
  uint64_t size_bytes = 0;
  uint64_t header_checksum = 0;  // Of all before.
};
static_assert(sizeof(SpillEntryHeader) == 48 && std::is_trivially_copyable_v<SpillEntryHeader>);

// An object to be written.
struct SpillItem {
  ObjectId id;
  std::span<const std::byte> data;
  std::span<const std::byte> metadata;
};

// Where an object was written, and what is to be found there.
struct SpillEntry {
  ObjectId id;
  uint64_t metadata_bytes = 0;
  uint64_t size_bytes = 0;
  uint64_t offset = 0;
  uint64_t checksum = 0;

  // Where the next one begins.
  uint64_t end() const { return offset + sizeof(SpillEntryHeader) + metadata_bytes + size_bytes + sizeof(uint64_t); }
};

// What a file of these objects takes.
uint64_t SpillFileBytes(std::span<const SpillItem> items);

// Writes a new file. After an error it may be there, in part: remove it.
absl::StatusOr<std::vector<SpillEntry>> WriteSpillFile(Disk& disk, Executor& executor, DirectBuffers& buffers,
                                                       std::string_view path, std::span<const SpillItem> items);

// Reads entries of one file, each from front to end: Begin, Read of the metadata, Read of the data, Finish. After an
// error the reader is of no more use.
class SpillReader {
 public:
  // Reads the blocks of each entry alone; or, with `ahead_end`, what comes next in the file as well, up to there, while
  // the caller works.
  static absl::StatusOr<std::unique_ptr<SpillReader>> Open(Disk& disk, Executor& executor, DirectBuffers& buffers,
                                                           std::string_view path, uint64_t ahead_end = 0);

  // Goes to an entry and checks its header.
  absl::Status Begin(const SpillEntry& entry);

  // Fills `out` with what comes next. It is to be trusted only after an ok Finish. From the first Read of much data on,
  // and from Begin on when reading ahead, no lock is held when the reader goes.
  absl::Status Read(std::span<std::byte> out);

  // Says whether all that was read is what was written. REQUIRES: metadata and data were read.
  absl::Status Finish();

  // Whether an entry begins in what was read ahead, or next to it.
  bool Reaches(const SpillEntry& entry) const;

  // Whether its end would wait for the disk.
  bool busy() { return transfers_.busy(); }

  // Whether there is nothing left to be read ahead.
  bool AtEnd() const { return BlockEnd(position_) >= ahead_end_; }

 private:
  SpillReader(std::unique_ptr<File> file, Executor& executor, DirectBuffers& buffers, std::string_view path,
              uint64_t ahead_end);

  // What comes next, at most so much; read by whole blocks that reach no further than needed for `end`, or ahead.
  absl::StatusOr<std::span<const std::byte>> Next(uint64_t bytes_max, uint64_t end);
  absl::Status Copy(std::span<std::byte> out, uint64_t end);
  absl::Status Skip(uint64_t bytes);
  absl::Status FillWindow(uint64_t end);
  absl::Status BeginRead(uint64_t begin, uint64_t end);
  absl::Status Differs(std::string_view what) const;

  const std::unique_ptr<File> file_;
  DirectBuffers& buffers_;
  const std::string path_;
  const uint64_t ahead_end_;
  SpillEntry entry_;
  uint64_t position_ = 0;  // In the file, of the next byte.
  std::array<DirectBuffers::Buffer, 2> taken_;
  std::span<const std::byte> window_;  // The part of the first buffer that holds what comes next.
  std::span<const std::byte> ahead_;   // The part of the second that is being read; empty: nothing is.
  Checksum checksum_;
  Transfers transfers_;  // Ends before the buffers do.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
