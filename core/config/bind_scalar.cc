#include "core/config/bind_scalar.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "core/base/text.h"
#include "core/config/utf8.h"
#include "google/protobuf/io/tokenizer.h"

namespace manta {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::io::Tokenizer;

// What the text says, for a message.
std::string Found(const TextValue& value) {
  if (value.kind == TextValue::Kind::kMessage) return "a message";
  if (value.kind == TextValue::Kind::kString) return Quoted(value.text);
  return Concat(value.negative ? "-" : "", value.text);
}

template <typename... Parts>
absl::Status Wrong(const TextValue& value, const FieldDescriptor& field, const Parts&... wanted) {
  return ConfigError(value.origin, field.name(), " is ", Found(value), ", wanted ", wanted...);
}

template <typename Integer>
absl::StatusOr<std::string> BindInteger(const TextValue& value, const FieldDescriptor& field) {
  constexpr bool kSigned = std::numeric_limits<Integer>::is_signed;
  const auto highest = static_cast<uint64_t>(std::numeric_limits<Integer>::max());
  const uint64_t magnitude_max = !value.negative ? highest : kSigned ? highest + 1 : 0;
  std::string digits = value.text;
  uint64_t magnitude = 0;
  if (value.kind != TextValue::Kind::kInteger || !Tokenizer::ParseInteger(digits, magnitude_max, &magnitude)) {
    return Wrong(value, field, "a whole number from ", std::numeric_limits<Integer>::min(), " to ",
                 std::numeric_limits<Integer>::max());
  }
  return Concat(value.negative && magnitude != 0 ? "-" : "", magnitude);
}

template <typename Float>
absl::StatusOr<std::string> BindFloat(const TextValue& value, const FieldDescriptor& field) {
  double number = 0;
  const std::string word = absl::AsciiStrToLower(value.text);
  if (value.kind == TextValue::Kind::kIdentifier && (word == "inf" || word == "infinity")) {
    number = std::numeric_limits<double>::infinity();
  } else if (value.kind == TextValue::Kind::kIdentifier && word == "nan") {
    return std::string("nan");
  } else if (value.kind == TextValue::Kind::kInteger || value.kind == TextValue::Kind::kFloat) {
    // A leading 0 of an integer would mean octal: no way to write a fraction.
    uint64_t whole = 0;
    if (value.kind == TextValue::Kind::kFloat) {
      number = Tokenizer::ParseFloat(value.text);
    } else if (Tokenizer::ParseInteger(value.text, std::numeric_limits<uint64_t>::max(), &whole)) {
      number = static_cast<double>(whole);
    } else {
      return Wrong(value, field, "a number");
    }
  } else {
    return Wrong(value, field, "a number");
  }
  if (std::isinf(static_cast<Float>(number))) return std::string(value.negative ? "-inf" : "inf");
  char text[64];
  const auto written = std::to_chars(text, text + sizeof(text), static_cast<Float>(value.negative ? -number : number));
  return std::string(text, written.ptr);
}

absl::StatusOr<std::string> BindBool(const TextValue& value, const FieldDescriptor& field) {
  const std::string& text = value.text;
  if (!value.negative && (value.kind == TextValue::Kind::kIdentifier || value.kind == TextValue::Kind::kInteger)) {
    if (text == "true" || text == "True" || text == "t" || text == "1") return std::string("true");
    if (text == "false" || text == "False" || text == "f" || text == "0") return std::string("false");
  }
  return Wrong(value, field, "true or false");
}

absl::StatusOr<std::string> BindEnum(const TextValue& value, const FieldDescriptor& field) {
  const google::protobuf::EnumDescriptor& type = *field.enum_type();
  const EnumValueDescriptor* found = nullptr;
  uint64_t number = 0;
  if (value.kind == TextValue::Kind::kIdentifier && !value.negative) {
    found = type.FindValueByName(value.text);
  } else if (value.kind == TextValue::Kind::kInteger &&
             Tokenizer::ParseInteger(value.text, std::numeric_limits<int32_t>::max(), &number)) {
    found = type.FindValueByNumber(value.negative ? -static_cast<int>(number) : static_cast<int>(number));
  }
  if (found != nullptr) return found->name();
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) names.push_back(type.value(i)->name());
  return Wrong(value, field, "one of ", Listed(names), DidYouMean(value.text, names));
}

absl::StatusOr<std::string> BindString(const TextValue& value, const FieldDescriptor& field) {
  if (value.kind != TextValue::Kind::kString) return Wrong(value, field, "text in quotes");
  const bool utf8 = field.type() == FieldDescriptor::TYPE_STRING;
  if (utf8 && FindNotUtf8(value.text)) return Wrong(value, field, "UTF-8");
  return QuotedForText(value.text, utf8);
}

}  // namespace

absl::StatusOr<std::string> BindScalar(const TextValue& value, const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return BindInteger<int32_t>(value, field);
    case FieldDescriptor::CPPTYPE_INT64:
      return BindInteger<int64_t>(value, field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return BindInteger<uint32_t>(value, field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return BindInteger<uint64_t>(value, field);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return BindFloat<double>(value, field);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return BindFloat<float>(value, field);
    case FieldDescriptor::CPPTYPE_BOOL:
      return BindBool(value, field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return BindEnum(value, field);
    case FieldDescriptor::CPPTYPE_STRING:
      return BindString(value, field);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return Wrong(value, field, "a message in braces");
}

std::string QuotedForText(std::string_view bytes, bool utf8) {
  return Concat("\"", utf8 ? absl::Utf8SafeCEscape(ToAbsl(bytes)) : absl::CEscape(ToAbsl(bytes)), "\"");
}

std::string Unquoted(std::string_view text) {
  std::string bytes;
  Tokenizer::ParseString(std::string(text), &bytes);
  return bytes;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
