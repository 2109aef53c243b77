#include "core/base/json.h"

#include <charconv>
#include <cmath>
#include <cstddef>

namespace manta {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

// How many bytes the well-formed UTF-8 character at the beginning of the text has; 0 for none.
size_t CharacterBytes(std::string_view text) {
  const auto byte = [&](size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned char first = byte(0);
  size_t size = 0;
  uint32_t code = 0;
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) {
    size = 2;
    code = first & 0x1F;
  } else if (first >= 0xE0 && first <= 0xEF) {
    size = 3;
    code = first & 0x0F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    size = 4;
    code = first & 0x07;
  }
  if (size == 0 || text.size() < size) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code = (code << 6) | (byte(i) & 0x3F);
  }
  const bool too_long = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return too_long || surrogate || code > 0x10FFFF ? 0 : size;
}

}  // namespace

std::string JsonString(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const char c = text.front();
    const size_t size = CharacterBytes(text);
    if (size == 0) {
      out += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += "\\u00";
      out += kHexDigits[c >> 4];
      out += kHexDigits[c & 0xF];
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  out += '"';
  return out;
}

void JsonWriter::Key(std::string_view key) {
  BeforeValue();
  out_ += JsonString(key);
  out_ += ": ";
  after_key_ = true;
}

void JsonWriter::String(std::string_view text) {
  BeforeValue();
  out_ += JsonString(text);
}

void JsonWriter::Number(uint64_t number) {
  BeforeValue();
  out_ += std::to_string(number);
}

void JsonWriter::Real(double number) {
  if (!std::isfinite(number)) return Null();
  BeforeValue();
  char digits[32];
  out_.append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
}

void JsonWriter::Bool(bool value) {
  BeforeValue();
  out_ += value ? "true" : "false";
}

void JsonWriter::Null() {
  BeforeValue();
  out_ += "null";
}

void JsonWriter::Field(std::string_view key, std::string_view text) {
  Key(key);
  String(text);
}

void JsonWriter::Field(std::string_view key, uint64_t number) {
  Key(key);
  Number(number);
}

std::string JsonWriter::Take() {
  out_ += '\n';
  return std::move(out_);
}

void JsonWriter::Begin(char bracket) {
  BeforeValue();
  out_ += bracket;
  open_has_values_.push_back(false);
}

void JsonWriter::End(char bracket) {
  const bool had_values = open_has_values_.back();
  open_has_values_.pop_back();
  if (had_values) NewLine();
  out_ += bracket;
}

void JsonWriter::BeforeValue() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (open_has_values_.empty()) return;
  if (open_has_values_.back()) out_ += ',';
  open_has_values_.back() = true;
  NewLine();
}

void JsonWriter::NewLine() {
  out_ += '\n';
  out_.append(2 * open_has_values_.size(), ' ');
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
