// core/plugin/byte_source.h -- reads bytes at an offset, from a file or from memory.
//
// Threads   [any-thread].
// Memory    Neither source owns what it reads from; both allocate nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace manta {

class ByteSource {
 public:
  virtual uint64_t size_bytes() const = 0;

  // Fills all of `out` from `offset`, or returns false: the range is not inside the source, or reading failed.
  virtual bool ReadAt(uint64_t offset, std::span<std::byte> out) const = 0;

 protected:
  ~ByteSource() = default;
};

class SpanSource final : public ByteSource {
 public:
  explicit SpanSource(std::span<const std::byte> bytes) : bytes_(bytes) {}
  uint64_t size_bytes() const override { return bytes_.size(); }
  bool ReadAt(uint64_t offset, std::span<std::byte> out) const override;

 private:
  std::span<const std::byte> bytes_;
};

class FileSource final : public ByteSource {
 public:
  // `descriptor` is open for reading, of a file that had `size_bytes` when it was looked at.
  FileSource(int descriptor, uint64_t size_bytes) : descriptor_(descriptor), size_bytes_(size_bytes) {}
  uint64_t size_bytes() const override { return size_bytes_; }
  bool ReadAt(uint64_t offset, std::span<std::byte> out) const override;

 private:
  int descriptor_;
  uint64_t size_bytes_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
