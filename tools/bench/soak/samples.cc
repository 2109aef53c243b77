#include "tools/bench/soak/samples.h"

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

uint64_t Beyond(std::span<const Sample> samples, uint64_t Sample::*count) {
  const auto most = [&](std::span<const Sample> part) { return (*std::ranges::max_element(part, {}, count)).*count; };
  const uint64_t before = most(samples.first(samples.size() / 2));
  const uint64_t after = most(samples.subspan(samples.size() / 2));
  return after > before ? after - before : 0;
}

}  // namespace

Sample TakeSample(double hours) {
  return {.hours = hours,
          .resident_bytes = ResidentBytes(),
          .descriptor_count = CountOf("/proc/self/fd") - 1,  // Without the one that looks.
          .thread_count = CountOf("/proc/self/task")};
}

Growth GrowthOf(const std::vector<Sample>& samples) {
  const auto count = static_cast<double>(samples.size());
  double mean_hours = 0;
  double mean_bytes = 0;
  for (const Sample& sample : samples) {
    mean_hours += sample.hours / count;
    mean_bytes += static_cast<double>(sample.resident_bytes) / count;
  }
  double together = 0;
  double spread = 0;
  for (const Sample& sample : samples) {
    const double hours = sample.hours - mean_hours;
    together += hours * (static_cast<double>(sample.resident_bytes) - mean_bytes);
    spread += hours * hours;
  }
  return {.resident_mb_per_hour = together / spread / 1e6,
          .descriptors = Beyond(samples, &Sample::descriptor_count),
          .threads = Beyond(samples, &Sample::thread_count)};
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
