#include "plugins/serializer/json/characters.h"

#include <algorithm>
#include <cstring>

namespace manta::json {
namespace {

constexpr uint64_t kOnes = 0x0101010101010101u;
constexpr uint64_t kHighBits = 0x8080808080808080u;

constexpr uint32_t kNoCode = UINT32_MAX;

// The high bit of each byte that is zero, and maybe of bytes above it.
uint64_t ZeroBytes(uint64_t eight) { return (eight - kOnes) & ~eight & kHighBits; }

bool IsPlain(unsigned char byte) { return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\'; }

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

uint32_t HexCode(std::string_view four) {
  if (four.size() < 4) return kNoCode;
  uint32_t code = 0;
  for (const char c : four.substr(0, 4)) {
    if (c >= '0' && c <= '9') {
      code = code * 16 + static_cast<uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      code = code * 16 + static_cast<uint32_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      code = code * 16 + static_cast<uint32_t>(c - 'A' + 10);
    } else {
      return kNoCode;
    }
  }
  return code;
}

char Low(uint32_t code, int shift) { return static_cast<char>(0x80 | ((code >> shift) & 0x3f)); }

size_t PutUtf8(uint32_t code, char (&bytes)[4]) {
  if (code < 0x80) {
    bytes[0] = static_cast<char>(code);
    return 1;
  }
  if (code < 0x800) {
    bytes[0] = static_cast<char>(0xc0 | (code >> 6));
    bytes[1] = Low(code, 0);
    return 2;
  }
  if (code < 0x10000) {
    bytes[0] = static_cast<char>(0xe0 | (code >> 12));
    bytes[1] = Low(code, 6);
    bytes[2] = Low(code, 0);
    return 3;
  }
  bytes[0] = static_cast<char>(0xf0 | (code >> 18));
  bytes[1] = Low(code, 12);
  bytes[2] = Low(code, 6);
  bytes[3] = Low(code, 0);
  return 4;
}

size_t TakeUnicodeEscape(std::string_view& text, char (&bytes)[4]) {
  const uint32_t code = HexCode(text.substr(2));
  if (code == kNoCode) return 0;
  if (code >= 0xd800 && code < 0xdc00) {
    if (text.substr(6, 2) != "\\u") return 0;
    const uint32_t low = HexCode(text.substr(8));
    if (low == kNoCode || low < 0xdc00 || low > 0xdfff) return 0;
    text.remove_prefix(12);
    return PutUtf8(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00), bytes);
  }
  if (code >= 0xdc00 && code <= 0xdfff) {
    if (code < 0xdc80 || code > 0xdcff) return 0;
    bytes[0] = static_cast<char>(code & 0xff);
    text.remove_prefix(6);
    return 1;
  }
  text.remove_prefix(6);
  return PutUtf8(code, bytes);
}

}  // namespace

size_t PlainPrefixBytes(std::string_view text) {
  size_t at = 0;
  for (; text.size() - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
    uint64_t eight;
    std::memcpy(&eight, text.data() + at, sizeof(eight));
    const uint64_t control = (eight - kOnes * 0x20) & ~eight & kHighBits;
    const uint64_t quote = ZeroBytes(eight ^ kOnes * '"');
    const uint64_t backslash = ZeroBytes(eight ^ kOnes * '\\');
    if (((eight & kHighBits) | control | quote | backslash) != 0) break;
  }
  while (at < text.size() && IsPlain(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

size_t Utf8CharacterBytes(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.size() < 2 || !IsContinuation(text[1])) return 0;
  const unsigned char first = byte(0);
  if (first < 0xc2) return 0;  // A continuation, or longer than needed.
  if (first < 0xe0) return 2;
  if (text.size() < 3 || !IsContinuation(text[2])) return 0;
  if (first == 0xe0 && byte(1) < 0xa0) return 0;   // Longer than needed.
  if (first == 0xed && byte(1) >= 0xa0) return 0;  // A surrogate.
  if (first < 0xf0) return 3;
  if (text.size() < 4 || !IsContinuation(text[3])) return 0;
  if (first == 0xf0 && byte(1) < 0x90) return 0;                     // Longer than needed.
  if (first > 0xf4 || (first == 0xf4 && byte(1) >= 0x90)) return 0;  // Beyond the last character.
  return 4;
}

size_t TakeEscape(std::string_view& text, char (&bytes)[4]) {
  if (text.size() < 2) return 0;
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (text[1] == 'u') return TakeUnicodeEscape(text, bytes);
  const size_t letter = kLetters.find(text[1]);
  if (letter == std::string_view::npos) return 0;
  bytes[0] = kMeanings[letter];
  text.remove_prefix(2);
  return 1;
}

char* Unescape(std::string_view text, char* out) {
  while (!text.empty()) {
    const size_t copied = std::min(text.find('\\'), text.size());
    std::memcpy(out, text.data(), copied);
    out += copied;
    text.remove_prefix(copied);
    if (text.empty()) break;
    char bytes[4];
    const size_t count = TakeEscape(text, bytes);
    if (count == 0) break;  // Not scanned: nothing more is meant.
    std::memcpy(out, bytes, count);
    out += count;
  }
  return out;
}

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
