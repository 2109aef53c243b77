// api/version.h -- names Manta's version, in one place.
//
// Tools, packages and docs take it from here.
#pragma once

#include <string_view>

namespace manta {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
