#include "tests/support/test_sources.h"

#include <atomic>
#include <cstdlib>
#include <filesystem>

#include "core/base/text.h"
#include "gtest/gtest.h"

namespace manta {

ConfigSources TestSources(std::initializer_list<const char*> plugins) {
  namespace fs = std::filesystem;
  static std::atomic<int> count = 0;
  const fs::path workspace = fs::path(std::getenv("TEST_SRCDIR")) / "manta";
  const fs::path runfiles = fs::path(testing::TempDir()) / Concat("runfiles", count++);
  fs::create_directories(runfiles / "work/plugins/test");
  for (const char* plugin : plugins) {
    const std::string name = Concat("lib", plugin, ".so");
    fs::create_symlink(fs::canonical(workspace / "tests/support/plugins" / name),
                       runfiles / "work/plugins/test" / name);
  }
  ConfigSources sources;
  sources.working_directory = runfiles.string();
  sources.environment["RUNFILES_DIR"] = runfiles.string();
  sources.memory_bytes_max_default = uint64_t{1} << 20;
  return sources;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
