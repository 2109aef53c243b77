#include "tools/manta/conformance_suite.h"

#include <filesystem>
#include <system_error>

#include "core/kernel/plugin_search.h"

namespace manta::tool {

std::string FindConformanceSuite(std::string_view interface_name) {
  namespace fs = std::filesystem;
  std::error_code error;
  const std::string name(interface_name);
  const fs::path runfiles = fs::read_symlink("/proc/self/exe", error).string() + ".runfiles";
  for (const fs::path& path : {fs::path(RuntimeLibraryFolder()) / "manta/libexec" / ("conformance_" + name),
                               runfiles / "manta/tests/conformance" / name}) {
    if (fs::is_regular_file(path, error)) return path.string();
  }
  return "";
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
