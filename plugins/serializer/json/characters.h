// plugins/serializer/json/characters.h -- the characters of JSON strings: UTF-8, escapes, and bytes that are neither.
//
// A string of ours may hold any bytes, a JSON string only characters. A byte that is no part of UTF-8 is written as
// the lone surrogate \udc80 to \udcff, as Python's "surrogateescape" does, which no other text is written as.
//
// Threads   [any-thread]; no state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace manta::json {

// How many bytes at the start stand for themselves: ASCII without quotes, backslashes and control characters.
size_t PlainPrefixBytes(std::string_view text);

// Size of the character of two to four bytes that the text begins with; 0: it begins with none.
size_t Utf8CharacterBytes(std::string_view text);

// Takes an escape sequence, backslash included, from the start of `text`, and writes the 1 to 4 bytes that it stands
// for. Returns how many; 0: it is none, and `text` is as it was.
size_t TakeEscape(std::string_view& text, char (&bytes)[4]);

// The bytes that a scanned string stands for. Returns what follows them.
char* Unescape(std::string_view text, char* out);

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
