// core/base/text.h -- converts between string views, and makes messages and statuses.
//
// Debian 12's absl::string_view is a type of its own. This is the only place that converts it from and to
// std::string_view, and the only way core code builds a message.
//
// Shapes    Parts are std::string_view, std::string, const char*, numbers (bool prints as 0 or 1).
// Threads   [any-thread]; no state.
// Memory    Views point into what they were made from; messages are copies.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace manta {

constexpr absl::string_view ToAbsl(std::string_view text) { return absl::string_view(text.data(), text.size()); }
constexpr std::string_view ToStd(absl::string_view text) { return std::string_view(text.data(), text.size()); }

namespace text_internal {
template <typename T>
decltype(auto) Part(const T& part) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return ToAbsl(part);
  } else {
    return (part);
  }
}
}  // namespace text_internal

// Joins the parts without separators.
template <typename... Parts>
std::string Concat(const Parts&... parts) {
  return absl::StrCat(text_internal::Part(parts)...);
}

// A status whose message is the parts, joined.
template <typename... Parts>
absl::Status MakeStatus(absl::StatusCode code, const Parts&... parts) {
  return absl::Status(code, Concat(parts...));
}

// The status with `context` and ": " before its message; ok stays ok.
absl::Status Annotate(const absl::Status& status, std::string_view context);

// Text in double quotes, with quotes, backslashes and unprintable bytes escaped, cut after 200 bytes.
std::string Quoted(std::string_view text);

// "a, b, c", or "none" for no names.
std::string Listed(std::span<const std::string> names);

// `; did you mean "x"?` for the candidate nearest to `name`, or "" when none is near (more than a third of
// the letters differ).
std::string DidYouMean(std::string_view name, std::span<const std::string> candidates);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
