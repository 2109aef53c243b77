#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <string>

#include "core/base/text.h"
#include "tools/bench/report.h"

namespace manta::bench {
namespace {

// What follows "name ... : " in a file of such lines, of the first that begins with the name.
std::string FieldOf(const char* path, std::string_view name, char separator) {
  std::ifstream file(path);
  std::string line;
  while (std::getline(file, line)) {
    if (!line.starts_with(name)) continue;
    const size_t begin = line.find_first_not_of(" \"", line.find(separator) + 1);
    const size_t end = line.find_last_not_of(" \"");
    if (begin != std::string::npos && end >= begin) return line.substr(begin, end + 1 - begin);
  }
  return "unknown";
}

uint64_t UsableCores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  return sched_getaffinity(0, sizeof(cores), &cores) == 0 ? static_cast<uint64_t>(CPU_COUNT(&cores)) : 0;
}

std::string System() {
  utsname kernel = {};
  if (uname(&kernel) != 0) return "unknown";
  const std::string_view release = kernel.release;
  return Concat(FieldOf("/etc/os-release", "PRETTY_NAME", '='), ", ", kernel.sysname, " ",
                release.substr(0, release.find('-')));
}

std::string UtcDate() {
  const std::time_t now = std::time(nullptr);
  std::tm parts = {};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &parts);
  return text;
}

}  // namespace

Machine ThisMachine() {
  return {
      .cpu = FieldOf("/proc/cpuinfo", "model name", ':'),
      .cores = UsableCores(),
      .memory_bytes = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)),
      .system = System(),
#ifdef __clang__
      .compiler = Concat("clang++ ", __clang_version__),
#else
      .compiler = Concat("g++ ", __VERSION__),
#endif
#ifdef __OPTIMIZE__
      .optimized = true,
#endif
      .date = UtcDate(),
  };
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
