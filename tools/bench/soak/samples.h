// tools/bench/soak/samples.h -- looks at this process now and then, and says whether it grows.
//
// Threads   One thread.
#pragma once

#include <cstdint>
#include <vector>

namespace manta::bench {

// What the system says of this process.
struct Sample {
  double hours = 0;  // Since any moment, the same for all samples.
  uint64_t resident_bytes = 0;
  uint64_t descriptor_count = 0;
  uint64_t thread_count = 0;
};

// Reads /proc/self. Throws std::runtime_error where there is none.
Sample TakeSample(double hours);

struct Growth {
  double resident_mb_per_hour = 0;  // The slope of the straight line with the least squares of differences.
  // The most that any of the later half's samples has beyond the most of the first half. 0: it is flat.
  uint64_t descriptors = 0;
  uint64_t threads = 0;
};

// REQUIRES: two samples or more, at different times, in their order.
Growth GrowthOf(const std::vector<Sample>& samples);

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
