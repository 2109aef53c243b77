#include "tools/manta/conformance_suite.h"

#include <filesystem>
#include <system_error>

namespace manta::tool {

std::string FindConformanceSuite(std::string_view interface_name, std::string_view probe) {
  namespace fs = std::filesystem;
  if (probe.empty()) return "";
  const std::string name(interface_name);
  const fs::path folder = fs::path(probe).parent_path();
  for (const fs::path& path :
       {folder / ("conformance_" + name), folder.parent_path().parent_path() / "tests/conformance" / name}) {
    std::error_code error;
    if (fs::is_regular_file(path, error)) return path.string();
  }
  return "";
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
