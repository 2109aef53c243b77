// core/config/text_tree.h -- reads protobuf text into a tree that still knows lines and columns.
//
// Config is checked, merged and shown with the origin of each value, and part of it (the plugin path) is needed
// before the types of the rest are known. So text is first read without any schema; bound_tree.h then checks it.
//
// Shapes    Protobuf's text format: fields with or without ":", "{}" or "<>", lists, comments, adjacent strings joined.
// Errors    kInvalidArgument with origin, line and column.
// Cost      Linear. Text is at most kConfigTextBytesMax, nesting at most kConfigDepthMax.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/config/origin.h"

namespace manta {

inline constexpr uint64_t kConfigTextBytesMax = uint64_t{1} << 20;
inline constexpr int kConfigDepthMax = 32;

struct TextField;

struct TextValue {
  enum class Kind { kIdentifier, kInteger, kFloat, kString, kMessage };

  Kind kind = Kind::kMessage;
  Origin origin;
  bool negative = false;          // A "-" stands before it.
  std::string text;               // As written; of a string, its bytes.
  std::vector<TextField> fields;  // Of a message.
};

struct TextField {
  std::string name;        // "capacity_bytes", or what stands in brackets: "type.googleapis.com/a.B".
  bool bracketed = false;  // The name stood in brackets.
  bool list = false;       // Its values stood in brackets.
  Origin origin;           // Of the name.
  std::vector<TextValue> values;
};

// Reads one message's fields. `source` names the text in origins and errors.
absl::StatusOr<std::vector<TextField>> ParseTextTree(std::string_view text, std::string_view source);

// Reads one value that stands alone, as after a flag's "=": a number or an identifier.
absl::StatusOr<TextValue> ParseTextScalar(std::string_view text, std::string_view source);

// The error of what stands at `origin`.
template <typename... Parts>
absl::Status ConfigError(const Origin& origin, const Parts&... parts) {
  return MakeStatus(absl::StatusCode::kInvalidArgument, origin.ToString(), ": ", parts...);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
