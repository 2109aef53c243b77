// core/plugin/thrown.h -- describes the exception that is being handled.
#pragma once

#include <string>

namespace manta {

// `std::runtime_error "the text of what()"`, or the type alone when it is no std::exception.
// REQUIRES: called inside a catch block.
std::string DescribeCurrentException();

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
