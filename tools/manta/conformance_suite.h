// tools/manta/conformance_suite.h -- finds an interface's conformance suite: beside libmanta.so, or in the runfiles.
//
//   installed    PREFIX/lib/manta/libexec/conformance_<interface>
//   built        <this program>.runfiles/manta/tests/conformance/<interface>
#pragma once

#include <string>
#include <string_view>

namespace manta::tool {

// The program's path; "" when it is not there.
std::string FindConformanceSuite(std::string_view interface_name);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
