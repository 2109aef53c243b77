// tools/manta/conformance_suite.h -- finds an interface's conformance suite: where the probe is, which came with it.
//
//   installed    PREFIX/lib/manta/libexec/{manta_probe, conformance_<interface>}
//   built        <runfiles>/manta/{core/plugin/manta_probe, tests/conformance/<interface>}
#pragma once

#include <string>
#include <string_view>

namespace manta::tool {

// The program's path; "" when it is not there. `probe`: PluginPlaces::probe_path.
std::string FindConformanceSuite(std::string_view interface_name, std::string_view probe);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
