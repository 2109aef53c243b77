// plugins/serializer/msgpack/input.h -- takes items off MessagePack bytes that anybody may have made.
//
// Every number is checked against the bytes left before it is believed: whoever is told of n elements can count on n
// bytes. All forms of a number are taken, not only the smallest.
//
//   input.TakeArrayHead(count)  true: `count` items follow.   false: something else is here, and nothing was taken.
//
// Threads   One thread, one stream.
// Errors    Take functions return false when the item at the cursor is another, or is cut off; Describe() says which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include "plugins/serializer/msgpack/format.h"

namespace manta::messagepack {

// An integer of any width: bits are two's complement when it is negative.
struct Integer {
  uint64_t bits = 0;
  bool negative = false;
};

class Input {
 public:
  explicit Input(std::span<const std::byte> stream)
      : begin_(stream.data()), cursor_(begin_), end_(begin_ + stream.size()) {}

  uint64_t position() const { return static_cast<uint64_t>(cursor_ - begin_); }
  uint64_t left_bytes() const { return static_cast<uint64_t>(end_ - cursor_); }
  const std::byte* cursor() const { return cursor_; }
  void set_cursor(const std::byte* cursor) { cursor_ = cursor; }  // To one that cursor() gave.

  // The first byte of the item here; kNever where the bytes end.
  uint8_t first() const { return cursor_ == end_ ? kNever : static_cast<uint8_t>(*cursor_); }

  bool IsArray() const {
    const uint8_t byte = first();
    return (byte >= kFixArray && byte <= kFixArrayLast) || byte == kArray16 || byte == kArray32;
  }

  bool TakeByte(uint8_t wanted) {
    if (cursor_ == end_ || *cursor_ != static_cast<std::byte>(wanted)) return false;
    ++cursor_;
    return true;
  }

  // Bytes as they are written: a name that is expected.
  bool TakeSame(const std::byte* bytes, uint64_t size_bytes) {
    if (left_bytes() < size_bytes || !Same(cursor_, bytes, size_bytes)) return false;
    cursor_ += size_bytes;
    return true;
  }

  bool TakeBool(bool& value) {
    const uint8_t byte = first();
    if (byte != kFalse && byte != kTrue) return false;
    value = byte == kTrue;
    ++cursor_;
    return true;
  }

  bool TakeInteger(Integer& integer) {
    const uint8_t byte = first();
    if (byte < kFixMap) {
      integer = {.bits = byte};
      ++cursor_;
      return true;
    }
    return TakeWideInteger(byte, integer);
  }

  // Floats of either width, and integers that are exactly one. A float stays as it is, bit for bit; a double is
  // rounded to one, unless it is too large.
  bool TakeFloat(double& value);
  bool TakeFloat(float& value);

  bool TakeArrayHead(uint64_t& count) {
    const uint8_t byte = first();
    if (byte < kFixArray || byte > kFixArrayLast) return TakeWideHead(kArray16, kArray32, 1, count);
    return TakeShortHead(byte - kFixArray, 1, count);
  }

  // `count` pairs.
  bool TakeMapHead(uint64_t& count) {
    const uint8_t byte = first();
    if (byte < kFixMap || byte > kFixMapLast) return TakeWideHead(kMap16, kMap32, 2, count);
    return TakeShortHead(byte - kFixMap, 2, count);
  }

  // Text or bytes: writers of other languages, and older ones, do not tell them apart.
  bool TakeBytes(std::span<const std::byte>& bytes);

  bool TakeExtension(uint8_t type, std::span<std::byte, 16> out);

  // An item of any kind, with all that is in it. Takes no memory, however deep it nests.
  bool Skip();

  // What is at the cursor, in words: "an array of 3".
  std::string Describe() const;

 private:
  // Two copies, which may overlap, compare up to sixteen bytes.
  static bool Same(const std::byte* a, const std::byte* b, uint64_t size_bytes) {
    const auto ends = [&](auto width) {
      decltype(width) first_a, first_b, last_a, last_b;
      std::memcpy(&first_a, a, sizeof(width));
      std::memcpy(&first_b, b, sizeof(width));
      std::memcpy(&last_a, a + size_bytes - sizeof(width), sizeof(width));
      std::memcpy(&last_b, b + size_bytes - sizeof(width), sizeof(width));
      return ((first_a ^ first_b) | (last_a ^ last_b)) == 0;
    };
    if (size_bytes > 16) return std::memcmp(a, b, size_bytes) == 0;
    if (size_bytes >= 8) return ends(uint64_t());
    if (size_bytes >= 4) return ends(uint32_t());
    if (size_bytes >= 2) return ends(uint16_t());
    return size_bytes == 0 || *a == *b;
  }

  bool TakeShortHead(uint64_t found, uint64_t least_bytes, uint64_t& count) {
    if (found * least_bytes > left_bytes() - 1) return false;
    count = found;
    ++cursor_;
    return true;
  }

  bool TakeWideInteger(uint8_t byte, Integer& integer);
  bool TakeWideHead(uint8_t first16, uint8_t first32, uint64_t least_bytes, uint64_t& count);
  // The number of 1 << width_log2 bytes that follows the first byte; false: it is cut off.
  bool PeekSized(unsigned width_log2, uint64_t& bits) const;

  // The item at the cursor: how many bytes it has before the items in it, and how many those are. False: cut off.
  struct Extent {
    uint64_t size_bytes = 0;
    uint64_t item_count = 0;
  };
  bool Measure(Extent& extent) const;

  const std::byte* const begin_;
  const std::byte* cursor_;
  const std::byte* const end_;
};

}  // namespace manta::messagepack

// SPDX-License-Identifier: Apache-2.0
