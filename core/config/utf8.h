// core/config/utf8.h -- finds what is not UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace manta {

// Where `text` stops being UTF-8, or nothing. Overlong forms, surrogates and what lies beyond U+10FFFF are not UTF-8.
std::optional<size_t> FindNotUtf8(std::string_view text);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
