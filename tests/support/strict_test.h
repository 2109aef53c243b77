// tests/support/strict_test.h -- tells whether this test runs with every value going through serializer and store: its
// second target does (both_ways.bzl).
#pragma once

#include <cstdlib>
#include <string_view>

namespace manta {

inline bool IsStrictTest() {
  const char* const value = std::getenv("MANTA_NATIVE_VALUES");
  return value != nullptr && std::string_view(value) == "NEVER";
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
