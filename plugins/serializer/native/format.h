// plugins/serializer/native/format.h -- the numbers of the native format: counts, indices and sizes.
//
// Most counts are small: those below 255 take one byte; the others a byte of 255 and eight bytes.
//
// Threads   [any-thread]; no state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace manta::native {

inline constexpr uint64_t kLongCount = 255;
inline constexpr uint64_t kLongCountBytes = 1 + sizeof(uint64_t);

constexpr uint64_t CountBytes(uint64_t count) { return count < kLongCount ? 1 : kLongCountBytes; }

// Writes CountBytes(count) bytes; returns what follows them.
inline std::byte* PutCount(std::byte* out, uint64_t count) {
  if (count < kLongCount) {
    *out = static_cast<std::byte>(count);
    return out + 1;
  }
  *out = static_cast<std::byte>(kLongCount);
  std::memcpy(out + 1, &count, sizeof(count));
  return out + kLongCountBytes;
}

// memcpy, without a call for the sizes of numbers and small structs: two copies, which overlap, do for all sizes up to
// twice theirs.
[[gnu::always_inline]] inline void CopyBytes(std::byte* to, const std::byte* from, uint64_t size_bytes) {
  const auto ends = [&](auto width) {
    constexpr uint64_t kWidth = decltype(width)::value;
    std::byte first[kWidth], last[kWidth];
    std::memcpy(first, from, kWidth);
    std::memcpy(last, from + size_bytes - kWidth, kWidth);
    std::memcpy(to, first, kWidth);
    std::memcpy(to + size_bytes - kWidth, last, kWidth);
  };
  if (size_bytes > 64) {
    std::memcpy(to, from, size_bytes);
  } else if (size_bytes >= 32) {
    ends(std::integral_constant<uint64_t, 32>());
  } else if (size_bytes >= 16) {
    ends(std::integral_constant<uint64_t, 16>());
  } else if (size_bytes >= 8) {
    ends(std::integral_constant<uint64_t, 8>());
  } else if (size_bytes >= 4) {
    ends(std::integral_constant<uint64_t, 4>());
  } else {
    for (uint64_t i = 0; i < size_bytes; ++i) to[i] = from[i];
  }
}

// Whether count * each_bytes is at most limit_bytes; without a division, which is dearer than a small copy.
inline bool Fits(uint64_t count, uint64_t each_bytes, uint64_t limit_bytes) {
  uint64_t bytes = 0;
  return !__builtin_mul_overflow(count, each_bytes, &bytes) && bytes <= limit_bytes;
}

}  // namespace manta::native

// SPDX-License-Identifier: Apache-2.0
