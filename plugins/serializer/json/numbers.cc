#include "plugins/serializer/json/numbers.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <system_error>
#include <type_traits>

namespace manta::json {
namespace {

// Whole numbers up to this are exact in a double, and read more easily without an exponent.
constexpr double kWholeMax = 9007199254740992.0;

constexpr std::string_view kNanBits = "nan:";

template <typename Float>
using BitsOf = std::conditional_t<sizeof(Float) == sizeof(uint32_t), uint32_t, uint64_t>;

template <typename T>
T Load(const void* value) {
  T loaded;
  std::memcpy(&loaded, value, sizeof(loaded));
  return loaded;
}

// Calls `act` with a number of the type's width: an argument that only tells its type.
template <typename Act>
auto ByIntType(const TypeDescriptor& type, Act act) {
  const bool is_signed = type.kind == TypeKind::kInt;
  switch (type.size_bytes) {
    case 1:
      return is_signed ? act(int8_t()) : act(uint8_t());
    case 2:
      return is_signed ? act(int16_t()) : act(uint16_t());
    case 4:
      return is_signed ? act(int32_t()) : act(uint32_t());
    default:
      return is_signed ? act(int64_t()) : act(uint64_t());
  }
}

template <typename Act>
auto ByFloatType(const TypeDescriptor& type, Act act) {
  return type.size_bytes == sizeof(float) ? act(float()) : act(double());
}

char* PutWord(std::string_view word, char* out) {
  std::memcpy(out, word.data(), word.size());
  return out + word.size();
}

template <typename Float>
char* FloatToText(Float number, char* out) {
  char* const end = out + kNumberBytesMax;
  if (std::isfinite(number)) {
    const double wide = number;
    const bool negative_zero = wide == 0 && std::signbit(wide);
    if (std::abs(wide) <= kWholeMax && std::trunc(wide) == wide && !negative_zero) {
      return std::to_chars(out, end, static_cast<int64_t>(wide)).ptr;
    }
    return std::to_chars(out, end, number).ptr;
  }
  if (std::isinf(number)) return PutWord(number > 0 ? "\"inf\"" : "\"-inf\"", out);
  const auto bits = std::bit_cast<BitsOf<Float>>(number);
  if (bits == std::bit_cast<BitsOf<Float>>(std::numeric_limits<Float>::quiet_NaN())) return PutWord("\"nan\"", out);
  out = PutWord(kNanBits, PutWord("\"", out));
  return PutWord("\"", std::to_chars(out, end, bits, 16).ptr);
}

template <typename Number>
bool FromText(std::string_view text, void* value) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || after != end) return false;
  std::memcpy(value, &number, sizeof(number));
  return true;
}

template <typename Float>
bool FromWord(std::string_view word, void* value) {
  using Limits = std::numeric_limits<Float>;
  Float number = Limits::quiet_NaN();
  if (word == "inf" || word == "-inf") {
    number = word == "inf" ? Limits::infinity() : -Limits::infinity();
  } else if (word.starts_with(kNanBits)) {
    BitsOf<Float> bits = 0;
    const char* const end = word.data() + word.size();
    const auto [after, error] = std::from_chars(word.data() + kNanBits.size(), end, bits, 16);
    if (error != std::errc() || after != end || !std::isnan(std::bit_cast<Float>(bits))) return false;
    std::memcpy(value, &bits, sizeof(bits));
    return true;
  } else if (word != "nan") {
    return false;
  }
  std::memcpy(value, &number, sizeof(number));
  return true;
}

}  // namespace

char* NumberToText(const TypeDescriptor& type, const void* value, char* out) {
  if (type.kind == TypeKind::kFloat) {
    return ByFloatType(type, [&](auto example) { return FloatToText(Load<decltype(example)>(value), out); });
  }
  return ByIntType(type, [&](auto example) {
    return std::to_chars(out, out + kNumberBytesMax, Load<decltype(example)>(value)).ptr;
  });
}

bool WholeFromText(const TypeDescriptor& type, std::string_view text, void* value) {
  return ByIntType(type, [&](auto example) { return FromText<decltype(example)>(text, value); });
}

bool FloatFromText(const TypeDescriptor& type, std::string_view text, void* value) {
  return ByFloatType(type, [&](auto example) { return FromText<decltype(example)>(text, value); });
}

bool FloatFromWord(const TypeDescriptor& type, std::string_view word, void* value) {
  return ByFloatType(type, [&](auto example) { return FromWord<decltype(example)>(word, value); });
}

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
