// plugins/serializer/json/base64.h -- bytes as text, by RFC 4648 with padding, and back by exactly one reading.
//
// Threads   [any-thread]; no state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace manta::json {

constexpr uint64_t Base64Characters(uint64_t size_bytes) { return (size_bytes + 2) / 3 * 4; }

// Writes Base64Characters(bytes.size()) characters.
void EncodeBase64(std::span<const std::byte> bytes, char* out);

// How many bytes the text stands for, by its length and padding; nothing when no text is that long.
std::optional<uint64_t> Base64Bytes(std::string_view text);

// Writes Base64Bytes(text) bytes. False: a character is none of base64, or bits that stand for nothing are not zero.
bool DecodeBase64(std::string_view text, std::byte* out);

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
