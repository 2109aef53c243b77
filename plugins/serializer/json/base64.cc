#include "plugins/serializer/json/base64.h"

#include <array>

namespace manta::json {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Larger than any digit's value, and kept by `or`.
constexpr uint32_t kNoDigit = 0x80000000u;

constexpr std::array<uint32_t, 256> MakeValues() {
  std::array<uint32_t, 256> values{};
  for (uint32_t& value : values) value = kNoDigit;
  for (uint32_t i = 0; i < kDigits.size(); ++i) values[static_cast<unsigned char>(kDigits[i])] = i;
  return values;
}

constexpr std::array<uint32_t, 256> kValues = MakeValues();

uint32_t ValueOf(char digit) { return kValues[static_cast<unsigned char>(digit)]; }

}  // namespace

void EncodeBase64(std::span<const std::byte> bytes, char* out) {
  const auto at = [&](size_t i) { return static_cast<uint32_t>(bytes[i]); };
  size_t i = 0;
  for (; bytes.size() - i >= 3; i += 3) {
    const uint32_t three = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    for (const int shift : {18, 12, 6, 0}) *out++ = kDigits[three >> shift & 63];
  }
  if (i == bytes.size()) return;
  const bool two_left = bytes.size() - i == 2;
  const uint32_t rest = at(i) << 16 | (two_left ? at(i + 1) << 8 : 0);
  *out++ = kDigits[rest >> 18];
  *out++ = kDigits[rest >> 12 & 63];
  *out++ = two_left ? kDigits[rest >> 6 & 63] : '=';
  *out++ = '=';
}

std::optional<uint64_t> Base64Bytes(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.empty()) return 0;
  const uint64_t padding_count = !text.ends_with('=') ? 0 : text.ends_with("==") ? 2 : 1;
  return text.size() / 4 * 3 - padding_count;
}

bool DecodeBase64(std::string_view text, std::byte* out) {
  if (text.empty()) return true;
  uint32_t seen = 0;  // Keeps kNoDigit.
  const std::string_view whole = text.ends_with('=') ? text.substr(0, text.size() - 4) : text;
  for (size_t i = 0; i < whole.size(); i += 4) {
    const uint32_t four =
        ValueOf(text[i]) << 18 | ValueOf(text[i + 1]) << 12 | ValueOf(text[i + 2]) << 6 | ValueOf(text[i + 3]);
    seen |= ValueOf(text[i]) | ValueOf(text[i + 1]) | ValueOf(text[i + 2]) | ValueOf(text[i + 3]);
    *out++ = static_cast<std::byte>(four >> 16);
    *out++ = static_cast<std::byte>(four >> 8);
    *out++ = static_cast<std::byte>(four);
  }
  if (whole.size() != text.size()) {
    const std::string_view rest = text.substr(whole.size());
    const bool two_bytes = rest[2] != '=';
    const uint32_t last = two_bytes ? ValueOf(rest[2]) : 0;
    const uint32_t four = ValueOf(rest[0]) << 18 | ValueOf(rest[1]) << 12 | last << 6;
    seen |= ValueOf(rest[0]) | ValueOf(rest[1]) | last;
    if ((four & (two_bytes ? 0xff : 0xffff)) != 0) return false;
    *out++ = static_cast<std::byte>(four >> 16);
    if (two_bytes) *out++ = static_cast<std::byte>(four >> 8);
  }
  return (seen & kNoDigit) == 0;
}

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
