// tests/support/error_of.h -- says what a function throws.
//
//   EXPECT_THAT(ErrorOf([&] { Get(ref); }), HasSubstr("no samples"));
#pragma once

#include <string>

#include "api/error.h"

namespace manta {

// The message; "no error" when it returns.
template <typename Function>
std::string ErrorOf(Function function) {
  try {
    function();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
