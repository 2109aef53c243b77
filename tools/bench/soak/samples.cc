#include "tools/bench/soak/samples.h"

#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <span>

#include "tools/bench/process.h"

namespace manta::bench {
namespace {

namespace fs = std::filesystem;

uint64_t CountOf(const char* directory) {
  return static_cast<uint64_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

}  // namespace

Sample TakeSample(double hours) {
  const struct mallinfo2 heap = mallinfo2();
  return {.hours = hours,
          .resident_bytes = ResidentBytes(),
          .heap_used_bytes = heap.uordblks + heap.hblkhd,
          .heap_free_bytes = heap.fordblks,
          .descriptor_count = CountOf("/proc/self/fd") - 1,  // Without the one that looks.
          .thread_count = CountOf("/proc/self/task")};
}

double SlopeOf(const std::vector<Sample>& samples, uint64_t Sample::*bytes) {
  const auto count = static_cast<double>(samples.size());
  double mean_hours = 0;
  double mean_bytes = 0;
  for (const Sample& sample : samples) {
    mean_hours += sample.hours / count;
    mean_bytes += static_cast<double>(sample.*bytes) / count;
  }
  double together = 0;
  double spread = 0;
  for (const Sample& sample : samples) {
    const double hours = sample.hours - mean_hours;
    together += hours * (static_cast<double>(sample.*bytes) - mean_bytes);
    spread += hours * hours;
  }
  return together / spread / 1e6;
}

uint64_t GrowthOf(const std::vector<Sample>& samples, uint64_t Sample::*count) {
  const std::span<const Sample> all(samples);
  const auto least = [&](std::span<const Sample> part) { return (*std::ranges::min_element(part, {}, count)).*count; };
  const uint64_t before = least(all.first(all.size() / 2));
  const uint64_t after = least(all.subspan(all.size() * 3 / 4));
  return after > before ? after - before : 0;
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
