// tools/manta/layout.h -- finds what belongs to the command: plugins, the probe, the conformance suites.
//
//   installed    PREFIX/bin/manta    PREFIX/lib/manta/plugins/*.so    PREFIX/lib/manta/libexec/...
//   built        <binary>.runfiles/manta/plugins/<interface>/<name>/lib<name>.so, .../core/plugin/manta_probe, ...
//
// Threads   [any-thread]; looks at the disk. [blocks]
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace manta::tool {

struct Layout {
  std::string libexec;   // Folder, "" unless installed.
  std::string runfiles;  // Folder of the workspace in the runfiles, "" unless built.
  std::vector<std::string> plugin_folders;
};

// By the place of the running program.
Layout FindLayout();

// By its path, for tests.
Layout FindLayoutOf(const std::string& program);

// The program's path; "" when it is not there.
std::string FindProbe(const Layout& layout);
std::string FindConformanceSuite(const Layout& layout, std::string_view interface_name);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
