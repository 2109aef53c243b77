#include "tools/bench/process.h"

#include <malloc.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace manta::bench {
namespace {

// A core that has nothing to do looks around for a while before it stops.
constexpr double kCoreStopsNs = 300'000;

// Nothing that is written looks like eight of these.
constexpr unsigned char kPatternByte = 0xA7;

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

void MarkNewHeap() { mallopt(M_PERTURB, static_cast<unsigned char>(~kPatternByte)); }

uint64_t TouchedHeapBytes() {
  uint64_t pattern = 0;
  std::memset(&pattern, kPatternByte, sizeof(pattern));
  uint64_t words = 0;
  std::ifstream maps("/proc/self/maps");
  std::string line;
  while (std::getline(maps, line)) {
    // begin-end permissions offset device inode [name]: anonymous, or the first heap; read and written.
    std::istringstream fields(line);
    std::string range, permissions, offset, device, inode, name;
    fields >> range >> permissions >> offset >> device >> inode >> name;
    if (permissions != "rw-p" || inode != "0" || (!name.empty() && name != "[heap]")) continue;
    const auto* word = reinterpret_cast<const uint64_t*>(std::stoull(range, nullptr, 16));
    const auto* const end =
        reinterpret_cast<const uint64_t*>(std::stoull(range.substr(range.find('-') + 1), nullptr, 16));
    for (; word != end; ++word) words += *word != pattern ? 1 : 0;
  }
  return words * sizeof(uint64_t);
}

uint64_t ResidentBytes() { return StatusBytes("VmRSS:"); }

uint64_t PeakResidentBytes() { return StatusBytes("VmHWM:"); }

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
