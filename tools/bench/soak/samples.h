// tools/bench/soak/samples.h -- looks at this process now and then, and says whether it grows.
//
// Threads   One thread.
#pragma once

#include <cstdint>
#include <vector>

namespace manta::bench {

// What the system and its allocator say of this process.
struct Sample {
  double hours = 0;  // Since any moment, the same for all samples.
  uint64_t resident_bytes = 0;
  uint64_t heap_used_bytes = 0;  // What malloc has given out,
  uint64_t heap_free_bytes = 0;  // and what it keeps in between and at the ends.
  uint64_t descriptor_count = 0;
  uint64_t thread_count = 0;
};

// Reads /proc/self. Throws std::runtime_error where there is none.
Sample TakeSample(double hours);

// The slope of the straight line with the least squares of differences, in MB/h.
// REQUIRES: two samples or more, at different times.
double SlopeOf(const std::vector<Sample>& samples, uint64_t Sample::*bytes);

// By how much the least of the last quarter is more than the least of the first half. 0: it is flat. Files and threads
// that come and go are seen by chance; what is never given back is in every sample.
// REQUIRES: two samples or more.
uint64_t GrowthOf(const std::vector<Sample>& samples, uint64_t Sample::*count);

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
