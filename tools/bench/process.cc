#include "tools/bench/process.h"

#include <malloc.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace manta::bench {
namespace {

// A core that has nothing to do looks around for a while before it stops.
constexpr double kCoreStopsNs = 300'000;

std::string ReadAll(const std::filesystem::path& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The letter after the name, which is in brackets and may hold anything. A thread that has just ended has none.
bool Runs(const std::filesystem::path& thread) {
  const std::string stat = ReadAll(thread / "stat");
  const size_t name_end = stat.rfind(')');
  return name_end != std::string::npos && name_end + 2 < stat.size() && stat[name_end + 2] == 'R';
}

bool OthersSleep() {
  const std::string self = std::to_string(gettid());
  std::error_code ended;  // While we look.
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", ended)) {
    if (thread.path().filename() != self && Runs(thread.path())) return false;
  }
  return true;
}

uint64_t StatusBytes(std::string_view field) {
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(field)) return std::stoull(line.substr(field.size())) * 1024;
  }
  throw std::runtime_error("/proc/self/status has no line " + std::string(field) + ": the benchmark needs Linux");
}

}  // namespace

void WaitUntilOthersSleep() {
  while (!OthersSleep()) {
  }
  const double end_ns = NowNs() + kCoreStopsNs;
  while (NowNs() < end_ns) {
  }
}

uint64_t HeapBytesInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

uint64_t ResidentBytes() { return StatusBytes("VmRSS:"); }

uint64_t PeakResidentBytes() { return StatusBytes("VmHWM:"); }

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
