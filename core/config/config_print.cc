#include "core/config/config_print.h"

#include <charconv>

#include "core/base/text.h"
#include "core/config/bind_scalar.h"

namespace manta {
namespace {

using google::protobuf::FieldDescriptor;

template <typename Number>
std::string Shortest(Number number) {
  char text[64];
  return std::string(text, std::to_chars(text, text + sizeof(text), number).ptr);
}

// The default of a scalar as protobuf text.
std::string DefaultText(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return Concat(field.default_value_int32());
    case FieldDescriptor::CPPTYPE_INT64:
      return Concat(field.default_value_int64());
    case FieldDescriptor::CPPTYPE_UINT32:
      return Concat(field.default_value_uint32());
    case FieldDescriptor::CPPTYPE_UINT64:
      return Concat(field.default_value_uint64());
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Shortest(field.default_value_double());
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Shortest(field.default_value_float());
    case FieldDescriptor::CPPTYPE_BOOL:
      return field.default_value_bool() ? "true" : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return field.default_value_enum()->name();
    case FieldDescriptor::CPPTYPE_STRING:
      return QuotedForText(field.default_value_string(), field.type() == FieldDescriptor::TYPE_STRING);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  return "";
}

// Whether "not given" is the same as the default: then the default may be written down.
bool DefaultIsAValue(const FieldDescriptor& field) { return field.has_default_value() || !field.has_presence(); }

class TextPrinter {
 public:
  std::string Print(const BoundMessage& message) {
    Fields(message);
    return std::move(text_);
  }

 private:
  void Fields(const BoundMessage& message) {
    for (int i = 0; i < message.type->field_count(); ++i) {
      const FieldDescriptor& field = *message.type->field(i);
      const auto found = message.fields.find(field.number());
      if (found != message.fields.end()) {
        for (const BoundValue& value : found->second.values) Value(field, value);
      } else if (!field.is_repeated() && field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
        if (field.real_containing_oneof() != nullptr) continue;
        Line(DefaultIsAValue(field) ? Concat(field.name(), ": ", DefaultText(field), "  # default")
                                    : Concat("# ", field.name(), ": not given"));
      }
    }
  }

  void Value(const FieldDescriptor& field, const BoundValue& value) {
    if (value.message == nullptr) {
      Line(Concat(field.name(), ": ", value.text, "  # ", CommentSafe(value.origin.ToString())));
      return;
    }
    const bool group = field.type() == FieldDescriptor::TYPE_GROUP;
    Open(group ? field.message_type()->name() : field.name());
    if (IsAny(field.message_type())) Open(Concat("[", kTypeUrlPrefix, value.message->type->full_name(), "]"));
    Fields(*value.message);
    if (IsAny(field.message_type())) Close();
    Close();
  }

  // A file's name may hold anything but NUL and "/".
  static std::string CommentSafe(std::string text) {
    for (char& c : text) {
      if (static_cast<unsigned char>(c) < 0x20) c = '?';
    }
    return text;
  }

  void Open(std::string_view head) {
    Line(Concat(head, " {"));
    ++depth_;
  }

  void Close() {
    --depth_;
    Line("}");
  }

  void Line(std::string_view line) { text_ += Concat(std::string(2 * depth_, ' '), line, "\n"); }

  std::string text_;
  size_t depth_ = 0;
};

std::string JsonString(std::string_view text) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string json = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') {
      json += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20) {
      json += Concat("\\u00", std::string(1, kDigits[c >> 4]), std::string(1, kDigits[c & 15]));
    } else {
      json += c;
    }
  }
  return json + "\"";
}

std::string Base64(std::string_view bytes) {
  constexpr char kLetters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    uint32_t group = 0;
    for (size_t i = 0; i < 3; ++i) {
      group = group << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0);
    }
    for (size_t i = 0; i < 4; ++i) text += at + i <= bytes.size() ? kLetters[group >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

std::string JsonScalar(const FieldDescriptor& field, const std::string& text) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_BOOL:
      return text;
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      if (text == "inf") return "\"Infinity\"";
      if (text == "-inf") return "\"-Infinity\"";
      return text == "nan" || text == "-nan" ? "\"NaN\"" : text;
    case FieldDescriptor::CPPTYPE_STRING:
      return JsonString(field.type() == FieldDescriptor::TYPE_BYTES ? Base64(Unquoted(text)) : Unquoted(text));
    default:
      return JsonString(text);
  }
}

class JsonPrinter {
 public:
  std::string Print(const BoundMessage& message) {
    Fields(message, "");
    return "{\"values\": [" + text_ + "\n]}\n";
  }

 private:
  void Fields(const BoundMessage& message, const std::string& path) {
    for (int i = 0; i < message.type->field_count(); ++i) {
      const FieldDescriptor& field = *message.type->field(i);
      const auto found = message.fields.find(field.number());
      if (found != message.fields.end()) {
        for (size_t index = 0; index < found->second.values.size(); ++index) {
          Value(field, found->second.values[index], path + Step(field, found->second, index));
        }
      } else if (!field.is_repeated() && field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE &&
                 field.real_containing_oneof() == nullptr) {
        Add(path + field.name(), DefaultIsAValue(field) ? JsonScalar(field, DefaultText(field)) : "null", "default");
      }
    }
  }

  // "name", "plugin_path[1]", "inner[eviction]".
  static std::string Step(const FieldDescriptor& field, const BoundField& bound, size_t index) {
    if (!field.is_repeated()) return field.name();
    if (!field.is_map()) return Concat(field.name(), "[", index, "]");
    const std::string key = EntryKey(bound.values[index]);
    return Concat(field.name(), "[", key[0] == '"' ? Unquoted(key) : key, "]");
  }

  void Value(const FieldDescriptor& field, const BoundValue& value, const std::string& path) {
    if (value.message == nullptr) {
      Add(path, JsonScalar(field, value.text), value.origin.ToString());
    } else if (field.is_map()) {
      const BoundField& held = value.message->fields.at(2);
      if (held.values[0].message != nullptr) {
        Fields(*held.values[0].message, path + ".");
      } else {
        Value(*held.descriptor, held.values[0], path);
      }
    } else {
      if (IsAny(field.message_type())) {
        Add(path + ".@type", JsonString(Concat(kTypeUrlPrefix, value.message->type->full_name())),
            value.origin.ToString());
      }
      Fields(*value.message, path + ".");
    }
  }

  void Add(std::string_view path, std::string_view value, std::string_view origin) {
    text_ += Concat(text_.empty() ? "\n" : ",\n", "  {\"path\": ", JsonString(path), ", \"value\": ", value,
                    ", \"origin\": ", JsonString(origin), "}");
  }

  std::string text_;
};

}  // namespace

std::string PrintText(const BoundMessage& message) { return TextPrinter().Print(message); }

std::string PrintJson(const BoundMessage& message) { return JsonPrinter().Print(message); }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
