#include "plugins/serializer/msgpack/input.h"

#include <bit>
#include <cmath>
#include <limits>

#include "core/base/text.h"

namespace manta::messagepack {
namespace {

// Whether a double is exactly the integer.
bool IsExact(double value, const Integer& integer) {
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (integer.negative) return static_cast<uint64_t>(static_cast<int64_t>(value)) == integer.bits;
  return value < 2 * kTwoTo63 && static_cast<uint64_t>(value) == integer.bits;
}

}  // namespace

bool Input::PeekSized(unsigned width_log2, uint64_t& bits) const {
  const unsigned size_bytes = 1u << width_log2;
  if (left_bytes() < 1 + size_bytes) return false;
  const std::byte* const from = cursor_ + 1;
  switch (width_log2) {
    case 0:
      bits = GetBigEndian<uint8_t>(from);
      break;
    case 1:
      bits = GetBigEndian<uint16_t>(from);
      break;
    case 2:
      bits = GetBigEndian<uint32_t>(from);
      break;
    default:
      bits = GetBigEndian<uint64_t>(from);
  }
  return true;
}

bool Input::TakeWideInteger(uint8_t byte, Integer& integer) {
  if (byte >= kNegativeFixInt) {
    integer = {.bits = static_cast<uint64_t>(static_cast<int8_t>(byte)), .negative = true};
    ++cursor_;
    return true;
  }
  uint64_t bits = 0;
  if (byte >= kUint8 && byte <= kUint64) {
    const unsigned width_log2 = byte - kUint8;
    if (!PeekSized(width_log2, bits)) return false;
    integer = {.bits = bits};
    cursor_ += 1 + (1u << width_log2);
    return true;
  }
  if (byte < kInt8 || byte > kInt64) return false;
  const unsigned width_log2 = byte - kInt8;
  if (!PeekSized(width_log2, bits)) return false;
  const unsigned unused_bits = 64 - (8u << width_log2);
  const int64_t value = static_cast<int64_t>(bits << unused_bits) >> unused_bits;
  integer = {.bits = static_cast<uint64_t>(value), .negative = value < 0};
  cursor_ += 1 + (1u << width_log2);
  return true;
}

bool Input::TakeFloat(double& value) {
  const uint8_t byte = first();
  uint64_t bits = 0;
  if (byte == kFloat64) {
    if (!PeekSized(3, bits)) return false;
    value = std::bit_cast<double>(bits);
    cursor_ += 9;
    return true;
  }
  if (byte == kFloat32) {
    if (!PeekSized(2, bits)) return false;
    value = std::bit_cast<float>(static_cast<uint32_t>(bits));
    cursor_ += 5;
    return true;
  }
  const std::byte* const before = cursor_;
  Integer integer;
  if (!TakeInteger(integer)) return false;
  value =
      integer.negative ? static_cast<double>(static_cast<int64_t>(integer.bits)) : static_cast<double>(integer.bits);
  if (IsExact(value, integer)) return true;
  cursor_ = before;
  return false;
}

bool Input::TakeFloat(float& value) {
  uint64_t bits = 0;
  if (first() == kFloat32 && PeekSized(2, bits)) {
    value = std::bit_cast<float>(static_cast<uint32_t>(bits));
    cursor_ += 5;
    return true;
  }
  const std::byte* const before = cursor_;
  double wide = 0;
  if (!TakeFloat(wide)) return false;
  if (std::abs(wide) > std::numeric_limits<float>::max() && !std::isinf(wide)) {
    cursor_ = before;
    return false;
  }
  value = static_cast<float>(wide);
  return true;
}

bool Input::TakeWideHead(uint8_t first16, uint8_t first32, uint64_t least_bytes, uint64_t& count) {
  const uint8_t byte = first();
  if (byte != first16 && byte != first32) return false;
  const unsigned width_log2 = byte == first16 ? 1 : 2;
  const uint64_t head_bytes = 1 + (uint64_t{1} << width_log2);
  uint64_t found = 0;
  if (!PeekSized(width_log2, found) || found * least_bytes > left_bytes() - head_bytes) return false;
  count = found;
  cursor_ += head_bytes;
  return true;
}

bool Input::TakeBytes(std::span<const std::byte>& bytes) {
  const uint8_t byte = first();
  uint64_t head_bytes = 1;
  uint64_t size_bytes = 0;
  if (byte >= kFixStr && byte <= kFixStrLast) {
    size_bytes = byte - kFixStr;
  } else {
    const bool is_text = byte >= kStr8 && byte <= kStr32;
    if (!is_text && (byte < kBin8 || byte > kBin32)) return false;
    const unsigned width_log2 = byte - (is_text ? kStr8 : kBin8);
    if (!PeekSized(width_log2, size_bytes)) return false;
    head_bytes += uint64_t{1} << width_log2;
  }
  if (size_bytes > left_bytes() - head_bytes) return false;
  bytes = {cursor_ + head_bytes, size_bytes};
  cursor_ += head_bytes + size_bytes;
  return true;
}

bool Input::TakeExtension(uint8_t type, std::span<std::byte, 16> out) {
  constexpr uint64_t kHeadBytes = 2;
  if (first() != kFixExt16 || left_bytes() < kHeadBytes + out.size() || cursor_[1] != static_cast<std::byte>(type)) {
    return false;
  }
  std::memcpy(out.data(), cursor_ + kHeadBytes, out.size());
  cursor_ += kHeadBytes + out.size();
  return true;
}

bool Input::Measure(Extent& extent) const {
  const uint8_t byte = first();
  const uint64_t left = left_bytes();
  uint64_t number = 0;
  const auto sized = [&](uint8_t of, unsigned width_log2_of_first, uint64_t more_bytes) {
    const unsigned width_log2 = byte - of + width_log2_of_first;
    if (!PeekSized(width_log2, number)) return false;
    extent.size_bytes = 1 + (uint64_t{1} << width_log2) + more_bytes;
    return true;
  };
  extent = {.size_bytes = 1};
  if (byte == kNever) return false;  // Or the end.
  if (byte < kFixMap || byte >= kNegativeFixInt || (byte >= kNil && byte <= kTrue)) {
    return true;
  } else if (byte <= kFixMapLast) {
    extent.item_count = 2 * uint64_t{static_cast<uint8_t>(byte - kFixMap)};
  } else if (byte <= kFixArrayLast) {
    extent.item_count = byte - kFixArray;
  } else if (byte <= kFixStrLast) {
    extent.size_bytes += byte - kFixStr;
  } else if (byte <= kBin32) {
    if (!sized(kBin8, 0, 0)) return false;
    extent.size_bytes += number;
  } else if (byte <= kExt32) {
    if (!sized(kExt8, 0, 1)) return false;  // The type.
    extent.size_bytes += number;
  } else if (byte <= kFloat64) {
    extent.size_bytes = byte == kFloat32 ? 5 : 9;
  } else if (byte <= kInt64) {
    extent.size_bytes = 1 + (uint64_t{1} << ((byte - kUint8) & 3));
  } else if (byte <= kFixExt16) {
    extent.size_bytes = 2 + (uint64_t{1} << (byte - kFixExt1));
  } else if (byte <= kStr32) {
    if (!sized(kStr8, 0, 0)) return false;
    extent.size_bytes += number;
  } else {
    const bool is_map = byte >= kMap16;
    if (!sized(is_map ? kMap16 : kArray16, 1, 0)) return false;
    extent.item_count = is_map ? 2 * number : number;
  }
  return extent.size_bytes <= left && extent.item_count <= left - extent.size_bytes;
}

bool Input::Skip() {
  const std::byte* const before = cursor_;
  // Items still to be skipped: each is a byte at least, so that there are never more than bytes left.
  uint64_t item_count = 1;
  while (item_count != 0) {
    Extent extent;
    if (item_count > left_bytes() || !Measure(extent)) {
      cursor_ = before;
      return false;
    }
    cursor_ += extent.size_bytes;
    item_count += extent.item_count - 1;
  }
  return true;
}

std::string Input::Describe() const {
  if (cursor_ == end_) return "the bytes end";
  const uint8_t byte = first();
  if (byte == kNever) return "a byte of 193, which MessagePack does not use, is here";
  Extent extent;
  const std::string_view cut_off = Measure(extent) ? "" : ", cut off,";
  Input copy(*this);
  Integer integer;
  if (copy.TakeInteger(integer)) {
    return integer.negative ? Concat("the integer ", static_cast<int64_t>(integer.bits), " is here")
                            : Concat("the integer ", integer.bits, " is here");
  }
  std::string_view what;
  if (byte <= kFixMapLast || byte == kMap16 || byte == kMap32) {
    what = "a map";
  } else if (byte <= kFixArrayLast || byte == kArray16 || byte == kArray32) {
    what = "an array";
  } else if (byte <= kFixStrLast || (byte >= kStr8 && byte <= kStr32)) {
    what = "text";
  } else if (byte <= kTrue) {
    what = byte == kNil ? "nil" : "a bool";
  } else if (byte <= kBin32) {
    what = "bytes";
  } else if (byte <= kExt32 || (byte >= kFixExt1 && byte <= kFixExt16)) {
    what = "an extension";
  } else if (byte <= kFloat64) {
    what = "a float";
  } else {
    what = "an integer";
  }
  if (!cut_off.empty()) return Concat(what, cut_off, " is here");
  if (what == "a map") return Concat("a map of ", extent.item_count / 2, " is here");
  if (what == "an array") return Concat("an array of ", extent.item_count, " is here");
  if (what == "text" || what == "bytes") {
    std::span<const std::byte> bytes;
    copy.TakeBytes(bytes);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return what == "text" ? Concat("the text ", Quoted(text), " is here") : Concat(bytes.size(), " bytes are here");
  }
  return Concat(what, " is here");
}

}  // namespace manta::messagepack

// SPDX-License-Identifier: Apache-2.0
