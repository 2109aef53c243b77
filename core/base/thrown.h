// core/base/thrown.h -- describes the exception that is being handled.
//
// Threads   [any-thread]; REQUIRES for both: called inside a catch block.
#pragma once

#include <string>

namespace manta {

// The name of its type, as people write it.
std::string CurrentExceptionType();

// `std::runtime_error "the text of what()"`, or the type alone when it is no std::exception.
std::string DescribeCurrentException();

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
