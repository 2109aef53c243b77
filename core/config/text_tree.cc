#include "core/config/text_tree.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "core/config/utf8.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace manta {
namespace {

using google::protobuf::io::Tokenizer;

// Line and column of a byte, from 1.
Origin OriginOfByte(std::string_view text, size_t at, std::string_view source) {
  Origin origin{std::string(source), 1, 1};
  for (char c : text.substr(0, at)) {
    if (c == '\n') {
      ++origin.line;
      origin.column = 1;
    } else {
      ++origin.column;
    }
  }
  return origin;
}

// Where the tokenizer is. It counts a tab up to the next multiple of 8, as terminals show it; origins count bytes, as
// editors jump.
class Places {
 public:
  Places(std::string_view text, std::string_view source) : source_(source) {
    int line = 0;
    int column = 0;
    int surplus = 0;
    for (const char c : text) {
      if (c == '\n') {
        ++line;
        column = surplus = 0;
      } else if (c == '\t') {
        const int width = kTabColumns - column % kTabColumns;
        column += width;
        surplus += width - 1;
        tabs_.push_back({line, column, surplus});
      } else {
        ++column;
      }
    }
  }

  // Of the tokenizer's line and column, which count from 0.
  Origin At(int line, int column) const {
    const auto after = std::upper_bound(
        tabs_.begin(), tabs_.end(), std::pair(line, column),
        [](const std::pair<int, int>& place, const Tab& tab) { return place < std::pair(tab.line, tab.column); });
    if (after != tabs_.begin() && std::prev(after)->line == line) column -= std::prev(after)->surplus;
    return {source_, line + 1, column + 1};
  }

 private:
  static constexpr int kTabColumns = 8;
  struct Tab {
    int line;
    int column;   // Behind it, as the tokenizer counts.
    int surplus;  // How much more than bytes that is.
  };

  std::string source_;
  std::vector<Tab> tabs_;
};

class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  explicit FirstError(const Places& places) : places_(places) {}

  void AddError(int line, int column, const std::string& message) override {
    if (!status_.ok()) return;
    std::string lower = message;
    if (!lower.empty() && lower[0] >= 'A' && lower[0] <= 'Z') lower[0] = static_cast<char>(lower[0] - 'A' + 'a');
    if (!lower.empty() && lower.back() == '.') lower.pop_back();
    status_ = ConfigError(places_.At(line, column), lower);
  }

  const absl::Status& status() const { return status_; }

 private:
  const Places& places_;
  absl::Status status_;
};

class Parser {
 public:
  Parser(std::string_view text, std::string_view source)
      : places_(text, source),
        input_(text.data(), static_cast<int>(text.size())),
        errors_(places_),
        tokenizer_(&input_, &errors_) {
    tokenizer_.set_allow_f_after_float(true);
    tokenizer_.set_comment_style(Tokenizer::SH_COMMENT_STYLE);
    tokenizer_.set_require_space_after_number(false);
    tokenizer_.Next();
  }

  absl::StatusOr<std::vector<TextField>> ParseAll() {
    absl::StatusOr<std::vector<TextField>> fields = ParseFields("", 0);
    // What the tokenizer says comes first: it is the cause.
    if (!errors_.status().ok()) return errors_.status();
    return fields;
  }

  absl::StatusOr<TextValue> ParseAlone() {
    absl::StatusOr<TextValue> value = ParseScalar();
    if (!errors_.status().ok()) return errors_.status();
    if (value.ok() && !AtEnd()) return Unexpected("one value");
    return value;
  }

 private:
  const Tokenizer::Token& token() { return tokenizer_.current(); }
  bool AtEnd() { return token().type == Tokenizer::TYPE_END || !errors_.status().ok(); }
  bool LooksAt(std::string_view text) { return token().type != Tokenizer::TYPE_STRING && token().text == text; }
  Origin Here() { return places_.At(token().line, token().column); }

  bool Take(std::string_view text) {
    if (!LooksAt(text)) return false;
    tokenizer_.Next();
    return true;
  }

  absl::Status Unexpected(std::string_view wanted) {
    const std::string found =
        token().type == Tokenizer::TYPE_END ? std::string("the end of the text") : Quoted(token().text);
    return ConfigError(Here(), "found ", found, ", wanted ", wanted);
  }

  // Fields up to `close`, or to the end of the text when `close` is empty.
  absl::StatusOr<std::vector<TextField>> ParseFields(std::string_view close, int depth) {
    std::vector<TextField> fields;
    while (!AtEnd() && (close.empty() || !LooksAt(close))) {
      absl::StatusOr<TextField> field = ParseField(depth);
      if (!field.ok()) return field.status();
      fields.push_back(*std::move(field));
      if (!Take(";")) Take(",");
    }
    if (!close.empty() && !Take(close)) return Unexpected(Concat("a field or ", Quoted(close)));
    return fields;
  }

  absl::StatusOr<TextField> ParseField(int depth) {
    TextField field;
    field.origin = Here();
    absl::Status named = ParseName(field);
    if (!named.ok()) return named;
    const bool colon = Take(":");
    if (Take("[")) {
      field.list = true;
      if (Take("]")) return field;
      do {
        absl::Status added = ParseValue(field, /*colon=*/true, depth);
        if (!added.ok()) return added;
      } while (Take(","));
      if (!Take("]")) return Unexpected("\",\" or \"]\"");
      return field;
    }
    absl::Status added = ParseValue(field, colon, depth);
    if (!added.ok()) return added;
    return field;
  }

  absl::Status ParseName(TextField& field) {
    if (token().type == Tokenizer::TYPE_IDENTIFIER) {
      field.name = token().text;
      tokenizer_.Next();
      return absl::OkStatus();
    }
    if (!Take("[")) return Unexpected("a field's name");
    field.bracketed = true;
    while (!AtEnd() && !LooksAt("]")) {
      if (token().type != Tokenizer::TYPE_IDENTIFIER && !LooksAt(".") && !LooksAt("/") && !LooksAt("-")) {
        return Unexpected("\"]\" after a type's name");
      }
      field.name += token().text;
      tokenizer_.Next();
    }
    return Take("]") ? absl::OkStatus() : Unexpected("\"]\" after a type's name");
  }

  absl::Status ParseValue(TextField& field, bool colon, int depth) {
    const bool angle = LooksAt("<");
    if (angle || LooksAt("{")) {
      TextValue value;
      value.origin = Here();
      if (depth >= kConfigDepthMax) {
        return ConfigError(value.origin, "nested deeper than ", kConfigDepthMax, " messages");
      }
      tokenizer_.Next();
      absl::StatusOr<std::vector<TextField>> fields = ParseFields(angle ? ">" : "}", depth + 1);
      if (!fields.ok()) return fields.status();
      value.fields = *std::move(fields);
      field.values.push_back(std::move(value));
      return absl::OkStatus();
    }
    if (!colon) return Unexpected(Concat("\":\" or \"{\" after ", field.name));
    absl::StatusOr<TextValue> value = ParseScalar();
    if (!value.ok()) return value.status();
    field.values.push_back(*std::move(value));
    return absl::OkStatus();
  }

  absl::StatusOr<TextValue> ParseScalar() {
    TextValue value;
    value.origin = Here();
    value.negative = Take("-");
    switch (token().type) {
      case Tokenizer::TYPE_IDENTIFIER:
        value.kind = TextValue::Kind::kIdentifier;
        break;
      case Tokenizer::TYPE_INTEGER:
        value.kind = TextValue::Kind::kInteger;
        break;
      case Tokenizer::TYPE_FLOAT:
        value.kind = TextValue::Kind::kFloat;
        break;
      case Tokenizer::TYPE_STRING:
        if (value.negative) return Unexpected("a number after \"-\"");
        value.kind = TextValue::Kind::kString;
        while (token().type == Tokenizer::TYPE_STRING && errors_.status().ok()) {
          Tokenizer::ParseStringAppend(token().text, &value.text);
          tokenizer_.Next();
        }
        return value;
      default:
        return Unexpected("a value");
    }
    value.text = token().text;
    tokenizer_.Next();
    return value;
  }

  const Places places_;
  google::protobuf::io::ArrayInputStream input_;
  FirstError errors_;
  Tokenizer tokenizer_;
};

absl::Status CheckText(std::string_view text, std::string_view source) {
  if (text.size() > kConfigTextBytesMax) {
    return ConfigError(Origin{std::string(source)}, "has ", text.size(), " bytes, at most ", kConfigTextBytesMax,
                       " are allowed");
  }
  if (std::optional<size_t> at = FindNotUtf8(text)) {
    return ConfigError(OriginOfByte(text, *at, source), "not UTF-8: wanted text, found ", Quoted(text.substr(*at, 1)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<TextField>> ParseTextTree(std::string_view text, std::string_view source) {
  if (absl::Status status = CheckText(text, source); !status.ok()) return status;
  return Parser(text, source).ParseAll();
}

absl::StatusOr<TextValue> ParseTextScalar(std::string_view text, std::string_view source) {
  if (absl::Status status = CheckText(text, source); !status.ok()) return status;
  return Parser(text, source).ParseAlone();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
