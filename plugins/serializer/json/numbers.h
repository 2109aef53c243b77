// plugins/serializer/json/numbers.h -- integers and floats as text, without loss, and back.
//
// Floats are written in the fewest digits that make the same float again, whole ones without an exponent up to 2^53.
// What JSON has no numbers for is text: "inf", "-inf", "nan", and "nan:" with its bits in hexadecimal for any other
// NaN.
//
// Threads   [any-thread]; no state, no locale.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/interface/type_descriptor.h"

namespace manta::json {

// No number is longer, quotes included.
inline constexpr size_t kNumberBytesMax = 32;

// Writes the kInt, kUint or kFloat at `value`. Returns what follows it; at most kNumberBytesMax are written.
char* NumberToText(const TypeDescriptor& type, const void* value, char* out);

// Reads a kInt or kUint. False: `text`, a JSON number, has a fraction or an exponent, or does not fit.
bool WholeFromText(const TypeDescriptor& type, std::string_view text, void* value);

// Reads a kFloat. False: `text`, a JSON number, is too large or too small.
bool FloatFromText(const TypeDescriptor& type, std::string_view text, void* value);

// Reads a kFloat that is no JSON number, without its quotes. False: it is none of these words.
bool FloatFromWord(const TypeDescriptor& type, std::string_view word, void* value);

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
