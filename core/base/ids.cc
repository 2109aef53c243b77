#include "core/base/ids.h"

#include <charconv>

namespace manta {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

void AppendHex(uint64_t value, std::string& out) {
  for (int shift = 60; shift >= 0; shift -= 4) out.push_back(kDigits[value >> shift & 15]);
}

std::optional<uint64_t> ParseHex(std::string_view digits) {
  uint64_t value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, value, 16);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

}  // namespace

std::optional<ObjectId> ObjectId::FromHex(std::string_view hex) {
  if (hex.size() != 32) return std::nullopt;
  const std::optional<uint64_t> worker = ParseHex(hex.substr(0, 16));
  const std::optional<uint64_t> rest = ParseHex(hex.substr(16));
  if (!worker || !rest) return std::nullopt;
  return ObjectId(*worker, *rest >> 16, static_cast<uint16_t>(*rest));
}

std::string ObjectId::ToHex() const {
  std::string hex;
  hex.reserve(32);
  AppendHex(worker_, hex);
  AppendHex(sequence_and_index_, hex);
  return hex;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
