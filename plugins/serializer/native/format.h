// plugins/serializer/native/format.h -- the numbers of the native format: counts, indices and sizes.
//
// Most counts are small: those below 255 take one byte; the others a byte of 255 and eight bytes.
//
// Threads   [any-thread]; no state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

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

// memcpy, without a call for the sizes of numbers.
inline void CopyBytes(std::byte* to, const std::byte* from, uint64_t size_bytes) {
  switch (size_bytes) {
    case 1:
      *to = *from;
      break;
    case 2:
      std::memcpy(to, from, 2);
      break;
    case 4:
      std::memcpy(to, from, 4);
      break;
    case 8:
      std::memcpy(to, from, 8);
      break;
    case 16:
      std::memcpy(to, from, 16);
      break;
    default:
      std::memcpy(to, from, size_bytes);
  }
}

}  // namespace manta::native

// SPDX-License-Identifier: Apache-2.0
