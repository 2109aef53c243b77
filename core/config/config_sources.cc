#include "core/config/config_sources.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <system_error>
#include <utility>

namespace manta {
namespace {

constexpr std::string_view kArgumentPrefix = "--manta_";

std::map<std::string, std::string> Environment() {
  std::map<std::string, std::string> environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = text.substr(0, equals);
    if (name.starts_with("MANTA_") || name == "RUNFILES_DIR" || name == "TEST_SRCDIR") {
      environment.emplace(name, text.substr(equals + 1));
    }
  }
  return environment;
}

std::string UserDirectory() {
  const char* invoked_from = std::getenv("BUILD_WORKING_DIRECTORY");
  if (invoked_from != nullptr && invoked_from[0] == '/') return invoked_from;
  std::error_code error;
  const std::string current = std::filesystem::current_path(error).string();
  return error ? "/" : current;
}

// What this process may use: the machine's memory, or its control group's limit if that is less.
uint64_t UsableMemoryBytes() {
  const long page_count = sysconf(_SC_PHYS_PAGES);
  const long page_bytes = sysconf(_SC_PAGESIZE);
  uint64_t usable_bytes = page_count > 0 && page_bytes > 0
                              ? static_cast<uint64_t>(page_count) * static_cast<uint64_t>(page_bytes)
                              : uint64_t{1} << 30;
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    if (!line.starts_with("0::/")) continue;
    // A limit holds for all groups below it.
    for (std::filesystem::path group = line.substr(3);; group = group.parent_path()) {
      uint64_t limit_bytes = 0;
      std::ifstream file("/sys/fs/cgroup" + group.string() + "/memory.max");
      if (file >> limit_bytes) usable_bytes = std::min(usable_bytes, limit_bytes);
      if (group == group.parent_path()) break;
    }
  }
  return usable_bytes;
}

}  // namespace

ConfigSources ProcessSources(ConfigOptions options) {
  ConfigSources sources;
  std::error_code error;
  sources.executable = std::filesystem::read_symlink("/proc/self/exe", error).string();
  sources.working_directory = UserDirectory();
  sources.environment = Environment();
  sources.options = std::move(options);
  sources.memory_bytes_max_default = UsableMemoryBytes() / 2;
  return sources;
}

void TakeCommandLine(int* argc, char** argv, ConfigSources& sources) {
  int kept_count = std::min(*argc, 1);
  bool ended = false;
  for (int i = 1; i < *argc; ++i) {
    const std::string_view argument = argv[i];
    ended = ended || argument == "--";
    if (ended || !argument.starts_with(kArgumentPrefix)) {
      argv[kept_count++] = argv[i];
      continue;
    }
    const std::string_view setting = argument.substr(kArgumentPrefix.size());
    const size_t equals = setting.find('=');
    CommandLineSetting taken{std::string(setting.substr(0, equals)), std::nullopt};
    if (equals != std::string_view::npos) taken.value = std::string(setting.substr(equals + 1));
    sources.command_line.push_back(std::move(taken));
  }
  argv[kept_count] = nullptr;
  *argc = kept_count;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
