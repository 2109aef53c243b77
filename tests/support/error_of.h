// tests/support/error_of.h -- says what a function throws.
//
//   EXPECT_THAT(ErrorOf([&] { Get(ref); }), HasSubstr("no samples"));
//   EXPECT_EQ(RecordOf([&] { Get(ref); })->type, ErrorType::kObjectFreed);
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

// What is known of an object's error; null when it returns.
template <typename Function>
ErrorPtr RecordOf(Function function) {
  try {
    function();
  } catch (const ObjectError& error) {
    return error.record();
  }
  return nullptr;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
