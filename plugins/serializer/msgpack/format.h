// plugins/serializer/msgpack/format.h -- the bytes of MessagePack: first bytes, and numbers and heads as they are
// written.
//
// Each item begins with a byte that says what it is. Everything is written in the smallest form, as msgpack-cxx and
// Python's msgpack do; readers take every form.
//
// Shapes    Put functions write to `out` and return what follows. They may write up to kSlackBytes beyond that.
// Threads   [any-thread]; no state.
//
// Source    https://github.com/msgpack/msgpack/blob/master/spec.md
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace manta::messagepack {

static_assert(std::endian::native == std::endian::little);

inline constexpr uint8_t kFixMap = 0x80, kFixMapLast = 0x8f;
inline constexpr uint8_t kFixArray = 0x90, kFixArrayLast = 0x9f;
inline constexpr uint8_t kFixStr = 0xa0, kFixStrLast = 0xbf;
inline constexpr uint8_t kNil = 0xc0;
inline constexpr uint8_t kNever = 0xc1;
inline constexpr uint8_t kFalse = 0xc2, kTrue = 0xc3;
inline constexpr uint8_t kBin8 = 0xc4, kBin16 = 0xc5, kBin32 = 0xc6;
inline constexpr uint8_t kExt8 = 0xc7, kExt32 = 0xc9;
inline constexpr uint8_t kFloat32 = 0xca, kFloat64 = 0xcb;
inline constexpr uint8_t kUint8 = 0xcc, kUint64 = 0xcf;
inline constexpr uint8_t kInt8 = 0xd0, kInt64 = 0xd3;
inline constexpr uint8_t kFixExt1 = 0xd4, kFixExt16 = 0xd8;
inline constexpr uint8_t kStr8 = 0xd9, kStr16 = 0xda, kStr32 = 0xdb;
inline constexpr uint8_t kArray16 = 0xdc, kArray32 = 0xdd;
inline constexpr uint8_t kMap16 = 0xde, kMap32 = 0xdf;
inline constexpr uint8_t kNegativeFixInt = 0xe0;

// A reference to an object is an extension of this type, of 16 bytes.
inline constexpr uint8_t kReferenceExtension = 77;

inline constexpr uint64_t kCountMax = UINT32_MAX;  // Of elements, and of bytes.

inline constexpr size_t kSlackBytes = 8;
inline constexpr size_t kNumberBytesMax = 9;
inline constexpr size_t kHeadBytesMax = 5;

template <typename Unsigned>
Unsigned BigEndian(Unsigned value) {
  if constexpr (sizeof(value) == 8) {
    return __builtin_bswap64(value);
  } else if constexpr (sizeof(value) == 4) {
    return __builtin_bswap32(value);
  } else if constexpr (sizeof(value) == 2) {
    return __builtin_bswap16(value);
  } else {
    return value;
  }
}

template <typename Unsigned>
std::byte* PutBigEndian(std::byte* out, Unsigned value) {
  value = BigEndian(value);
  std::memcpy(out, &value, sizeof(value));
  return out + sizeof(value);
}

template <typename Unsigned>
Unsigned GetBigEndian(const std::byte* from) {
  Unsigned value;
  std::memcpy(&value, from, sizeof(value));
  return BigEndian(value);
}

inline std::byte* PutByte(std::byte* out, uint8_t byte) {
  *out = static_cast<std::byte>(byte);
  return out + 1;
}

// `first` + 0, 1, 2, 3 for 1, 2, 4, 8 bytes, and that many low bytes of `bits`. Without a branch: numbers in a row
// differ in width.
inline std::byte* PutSized(std::byte* out, uint8_t first, unsigned width_log2, uint64_t bits) {
  const unsigned size_bytes = 1u << width_log2;
  PutByte(out, static_cast<uint8_t>(first + width_log2));
  PutBigEndian(out + 1, bits << (64 - 8 * size_bytes));
  return out + 1 + size_bytes;
}

inline std::byte* PutUint(std::byte* out, uint64_t value) {
  if (value < 0x80) return PutByte(out, static_cast<uint8_t>(value));
  return PutSized(out, kUint8, (value > 0xff) + (value > 0xffff) + (value > 0xffffffff), value);
}

inline std::byte* PutInt(std::byte* out, int64_t value) {
  if (value >= 0) return PutUint(out, static_cast<uint64_t>(value));
  if (value >= -32) return PutByte(out, static_cast<uint8_t>(value));
  const uint64_t flipped = ~static_cast<uint64_t>(value);
  return PutSized(out, kInt8, (flipped > 0x7f) + (flipped > 0x7fff) + (flipped > 0x7fffffff),
                  static_cast<uint64_t>(value));
}

// A number from memory, where it may be misaligned.
template <typename Number>
std::byte* PutNumber(std::byte* out, const std::byte* from) {
  Number number;
  std::memcpy(&number, from, sizeof(number));
  if constexpr (std::is_same_v<Number, float>) {
    return PutBigEndian(PutByte(out, kFloat32), std::bit_cast<uint32_t>(number));
  } else if constexpr (std::is_same_v<Number, double>) {
    return PutBigEndian(PutByte(out, kFloat64), std::bit_cast<uint64_t>(number));
  } else if constexpr (std::is_same_v<Number, bool>) {
    return PutByte(out, number ? kTrue : kFalse);
  } else if constexpr (std::is_signed_v<Number>) {
    return PutInt(out, number);
  } else {
    return PutUint(out, number);
  }
}

inline std::byte* PutHead16Or32(std::byte* out, uint8_t first16, uint64_t count) {
  if (count <= 0xffff) return PutBigEndian(PutByte(out, first16), static_cast<uint16_t>(count));
  return PutBigEndian(PutByte(out, first16 + 1), static_cast<uint32_t>(count));
}

// Heads: what precedes the bytes or elements. REQUIRES: count <= kCountMax.
inline std::byte* PutTextHead(std::byte* out, uint64_t size_bytes) {
  if (size_bytes <= kFixStrLast - kFixStr) return PutByte(out, static_cast<uint8_t>(kFixStr + size_bytes));
  if (size_bytes <= 0xff) return PutByte(PutByte(out, kStr8), static_cast<uint8_t>(size_bytes));
  return PutHead16Or32(out, kStr16, size_bytes);
}

inline std::byte* PutBytesHead(std::byte* out, uint64_t size_bytes) {
  if (size_bytes <= 0xff) return PutByte(PutByte(out, kBin8), static_cast<uint8_t>(size_bytes));
  return PutHead16Or32(out, kBin16, size_bytes);
}

inline std::byte* PutArrayHead(std::byte* out, uint64_t count) {
  if (count <= kFixArrayLast - kFixArray) return PutByte(out, static_cast<uint8_t>(kFixArray + count));
  return PutHead16Or32(out, kArray16, count);
}

inline std::byte* PutMapHead(std::byte* out, uint64_t count) {
  if (count <= kFixMapLast - kFixMap) return PutByte(out, static_cast<uint8_t>(kFixMap + count));
  return PutHead16Or32(out, kMap16, count);
}

}  // namespace manta::messagepack

// SPDX-License-Identifier: Apache-2.0
