#include "plugins/object_store/tiered/spill_file.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/text.h"
#include "glog/logging.h"

namespace manta {
namespace {

constexpr uint64_t kMagic = 0x4c505341544e414d;  // "MANTASPL" as it lies in a little-endian file.

// Bytes are checked and copied while they are in the processor's cache.
constexpr size_t kPieceBytes = size_t{64} << 10;

uint64_t EntryBytes(uint64_t metadata_bytes, uint64_t size_bytes) {
  return sizeof(SpillEntryHeader) + metadata_bytes + size_bytes + sizeof(uint64_t);
}

template <typename T>
std::span<const std::byte> BytesOf(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

SpillEntryHeader HeaderOf(ObjectId id, uint64_t metadata_bytes, uint64_t size_bytes) {
  SpillEntryHeader header = {
      .magic = kMagic, .id = id, .metadata_bytes = metadata_bytes, .size_bytes = size_bytes, .header_checksum = 0};
  Checksum checksum;
  checksum.Add(BytesOf(header).first(offsetof(SpillEntryHeader, header_checksum)));
  header.header_checksum = checksum.value();
  return header;
}

// How far the first transfers reach: a small entry is read at once; of a large one the metadata, until there is memory
// for the data.
uint64_t FirstEnd(const SpillEntry& entry) {
  return entry.end() - entry.offset <= kTransferBytes ? entry.end()
                                                      : entry.offset + sizeof(SpillEntryHeader) + entry.metadata_bytes;
}

// Whether a thread that costs some 50 us makes up for it.
bool IsWorthAThread(uint64_t bytes) { return bytes > 2 * kTransferBytes; }

absl::Status NoBuffer(std::string_view path) {
  return MakeStatus(absl::StatusCode::kResourceExhausted, "file ", Quoted(path), " needs a buffer of ", kTransferBytes,
                    " bytes, and the system has no memory: free some");
}

// Gathers what is written into transfers of whole blocks: one buffer fills while the other is written.
class BlockWriter {
 public:
  // Buffers of kTransferBytes; the second one may be empty if the first holds all that will come.
  BlockWriter(Transfers& transfers, std::span<std::byte> buffer, std::span<std::byte> other)
      : transfers_(transfers), buffer_(buffer), other_(other) {}

  absl::Status Append(std::span<const std::byte> bytes, Checksum* checksum = nullptr) {
    while (!bytes.empty()) {
      const size_t count = std::min({bytes.size(), buffer_.size() - used_bytes_, kPieceBytes});
      if (checksum != nullptr) checksum->Add(bytes.first(count));
      std::memcpy(buffer_.data() + used_bytes_, bytes.data(), count);
      used_bytes_ += count;
      bytes = bytes.subspan(count);
      if (used_bytes_ < buffer_.size()) continue;
      if (absl::Status written = Flush(); !written.ok()) return written;
    }
    return absl::OkStatus();
  }

  // Writes what is left, filled up with zeros.
  absl::Status Finish() {
    const uint64_t end = BlockEnd(used_bytes_);
    std::fill(buffer_.begin() + static_cast<int64_t>(used_bytes_), buffer_.begin() + static_cast<int64_t>(end),
              std::byte{0});
    used_bytes_ = end;
    absl::Status written = Flush();
    return written.ok() ? transfers_.End() : written;
  }

  uint64_t offset() const { return written_bytes_ + used_bytes_; }

 private:
  absl::Status Flush() {
    if (used_bytes_ == 0) return absl::OkStatus();
    absl::Status written = transfers_.End();
    if (!written.ok()) return written;
    transfers_.BeginWrite(written_bytes_, buffer_.first(used_bytes_));
    written_bytes_ += std::exchange(used_bytes_, 0);
    std::swap(buffer_, other_);
    return absl::OkStatus();
  }

  Transfers& transfers_;
  std::span<std::byte> buffer_;
  std::span<std::byte> other_;  // Being written.
  uint64_t used_bytes_ = 0;     // Of the buffer.
  uint64_t written_bytes_ = 0;
};

}  // namespace

uint64_t SpillFileBytes(std::span<const SpillItem> items) {
  uint64_t bytes = 0;
  for (const SpillItem& item : items) bytes += EntryBytes(item.metadata.size(), item.data.size());
  return BlockEnd(bytes);
}

absl::StatusOr<std::vector<SpillEntry>> WriteSpillFile(Disk& disk, Executor& executor, DirectBuffers& buffers,
                                                       std::string_view path, std::span<const SpillItem> items) {
  const uint64_t file_bytes = SpillFileBytes(items);
  const bool two = file_bytes > kTransferBytes;
  const DirectBuffers::Buffer buffer = buffers.Take();
  const DirectBuffers::Buffer other = two ? buffers.Take() : DirectBuffers::Buffer();
  if (buffer == nullptr || (two && other == nullptr)) return NoBuffer(path);
  absl::StatusOr<std::unique_ptr<File>> file = disk.Open(path, OpenMode::kCreateDirect);
  if (!file.ok()) return file.status();
  Transfers transfers(executor, **file);
  if (IsWorthAThread(file_bytes)) transfers.UseThread();
  BlockWriter writer(transfers, {buffer.get(), kTransferBytes}, {other.get(), two ? kTransferBytes : 0});
  std::vector<SpillEntry> entries;
  entries.reserve(items.size());
  for (const SpillItem& item : items) {
    SpillEntry entry = {.id = item.id,
                        .metadata_bytes = item.metadata.size(),
                        .size_bytes = item.data.size(),
                        .offset = writer.offset(),
                        .checksum = 0};
    Checksum checksum;
    absl::Status written = writer.Append(BytesOf(HeaderOf(item.id, entry.metadata_bytes, entry.size_bytes)));
    if (written.ok()) written = writer.Append(item.metadata, &checksum);
    if (written.ok()) written = writer.Append(item.data, &checksum);
    entry.checksum = checksum.value();
    if (written.ok()) written = writer.Append(BytesOf(entry.checksum));
    if (!written.ok()) return written;
    entries.push_back(entry);
  }
  if (absl::Status written = writer.Finish(); !written.ok()) return written;
  if (absl::Status synced = (*file)->Sync(); !synced.ok()) return synced;
  return entries;
}

SpillReader::SpillReader(std::unique_ptr<File> file, Executor& executor, DirectBuffers& buffers, std::string_view path,
                         uint64_t ahead_end)
    : file_(std::move(file)), buffers_(buffers), path_(path), ahead_end_(ahead_end), transfers_(executor, *file_) {}

absl::StatusOr<std::unique_ptr<SpillReader>> SpillReader::Open(Disk& disk, Executor& executor, DirectBuffers& buffers,
                                                               std::string_view path, uint64_t ahead_end) {
  absl::StatusOr<std::unique_ptr<File>> file = disk.Open(path, OpenMode::kReadDirect);
  if (!file.ok()) return file.status();
  return std::unique_ptr<SpillReader>(new SpillReader(*std::move(file), executor, buffers, path, ahead_end));
}

absl::Status SpillReader::Begin(const SpillEntry& entry) {
  if (ahead_end_ != 0) transfers_.UseThread();
  if (Reaches(entry)) {
    if (absl::Status skipped = Skip(entry.offset - position_); !skipped.ok()) return skipped;
  } else {
    transfers_.End().IgnoreError();  // Of what nobody asked for.
    ahead_ = {};
    window_ = {};
    position_ = entry.offset;
  }
  entry_ = entry;
  checksum_ = Checksum();
  SpillEntryHeader found;
  absl::Status read = Copy(std::as_writable_bytes(std::span(&found, 1)), FirstEnd(entry));
  if (!read.ok()) return read;
  const SpillEntryHeader wanted = HeaderOf(entry.id, entry.metadata_bytes, entry.size_bytes);
  return std::memcmp(&found, &wanted, sizeof(found)) == 0 ? absl::OkStatus() : Differs("header");
}

absl::Status SpillReader::Read(std::span<std::byte> out) {
  const bool is_first = position_ + out.size() <= FirstEnd(entry_);
  const uint64_t end = is_first ? FirstEnd(entry_) : entry_.end();
  if (!is_first && IsWorthAThread(out.size())) transfers_.UseThread();
  while (!out.empty()) {
    const std::span<std::byte> piece = out.first(std::min(out.size(), kPieceBytes));
    if (absl::Status read = Copy(piece, end); !read.ok()) return read;
    checksum_.Add(piece);
    out = out.subspan(piece.size());
  }
  return absl::OkStatus();
}

absl::Status SpillReader::Finish() {
  CHECK_EQ(position_, entry_.end() - sizeof(uint64_t)) << "an entry is checked before it was read";
  uint64_t written = 0;
  if (absl::Status read = Copy(std::as_writable_bytes(std::span(&written, 1)), entry_.end()); !read.ok()) return read;
  const bool same = written == entry_.checksum && checksum_.value() == entry_.checksum;
  return same ? absl::OkStatus() : Differs("checksum");
}

bool SpillReader::Reaches(const SpillEntry& entry) const {
  return entry.offset >= position_ && entry.offset - position_ <= window_.size() + ahead_.size();
}

absl::StatusOr<std::span<const std::byte>> SpillReader::Next(uint64_t bytes_max, uint64_t end) {
  if (window_.empty()) {
    if (absl::Status read = FillWindow(end); !read.ok()) return read;
  }
  const std::span<const std::byte> next = window_.first(std::min<uint64_t>(bytes_max, window_.size()));
  window_ = window_.subspan(next.size());
  position_ += next.size();
  return next;
}

absl::Status SpillReader::Copy(std::span<std::byte> out, uint64_t end) {
  while (!out.empty()) {
    const absl::StatusOr<std::span<const std::byte>> next = Next(out.size(), end);
    if (!next.ok()) return next.status();
    std::memcpy(out.data(), next->data(), next->size());
    out = out.subspan(next->size());
  }
  return absl::OkStatus();
}

absl::Status SpillReader::Skip(uint64_t bytes) {
  const uint64_t end = position_ + bytes;
  while (position_ < end) {
    if (const auto next = Next(end - position_, end); !next.ok()) return next.status();
  }
  return absl::OkStatus();
}

absl::Status SpillReader::FillWindow(uint64_t end) {
  const uint64_t begin = BlockBegin(position_);
  const uint64_t last = std::max(end, ahead_end_);
  if (ahead_.empty()) {
    if (absl::Status begun = BeginRead(begin, last); !begun.ok()) return begun;
  }
  if (absl::Status read = transfers_.End(); !read.ok()) return read;
  std::swap(taken_[0], taken_[1]);
  const std::span<const std::byte> filled = std::exchange(ahead_, {});
  window_ = filled.subspan(position_ - begin);
  const uint64_t next = begin + filled.size();
  if (next < BlockEnd(end)) return BeginRead(next, last);
  // Nobody has asked for the rest: if it cannot begin now, it does when it is asked for.
  if (next < last && transfers_.has_thread()) BeginRead(next, last).IgnoreError();
  return absl::OkStatus();
}

absl::Status SpillReader::BeginRead(uint64_t begin, uint64_t end) {
  const uint64_t bytes = std::min(BlockEnd(end) - begin, kTransferBytes);
  DirectBuffers::Buffer& buffer = taken_[1];
  if (buffer == nullptr) buffer = buffers_.Take();
  if (buffer == nullptr) return NoBuffer(path_);
  ahead_ = {buffer.get(), bytes};
  transfers_.BeginRead(begin, {buffer.get(), bytes});
  return absl::OkStatus();
}

absl::Status SpillReader::Differs(std::string_view what) const {
  return MakeStatus(absl::StatusCode::kDataLoss, "object ", entry_.id.ToHex(), " at byte ", entry_.offset, " of ",
                    Quoted(path_), " has another ", what, " than was written: the disk or somebody else changed it");
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
