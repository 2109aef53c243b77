// tests/eviction/trace.h -- makes traces: the shapes of use that tell eviction policies apart.
//
// Shapes    The same arguments give the same trace, on any machine.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/eviction/cache_simulator.h"

namespace manta {

// Draws numbers below 2^64, and below a bound, from a seed (SplitMix64).
class TraceRandom {
 public:
  explicit TraceRandom(uint64_t seed) : state_(seed) {}

  uint64_t Next();
  uint64_t Below(uint64_t bound) { return Next() % bound; }
  double Fraction() { return static_cast<double>(Next() >> 11) * 0x1p-53; }  // In [0, 1).

 private:
  uint64_t state_;
};

// Ranks from 0 with probability proportional to 1 / (rank + 1)^skew.
class ZipfDistribution {
 public:
  ZipfDistribution(uint64_t count, double skew);

  uint64_t Draw(TraceRandom& random) const;

 private:
  std::vector<double> cumulative_;
};

struct MixedTraceOptions {
  uint64_t seed = 1;
  uint64_t request_count = 100'000;
  uint64_t object_count = 10'000;
  double skew = 0.9;
  uint64_t one_hit_percent = 0;  // Requests for objects that never come again.
  uint64_t scan_interval = 0;    // A scan starts about every so many requests; 0: never.
  uint64_t scan_length = 2'000;  // Objects in a scan; each scan has its own, each once.
  uint64_t size_bytes_min = 1;   // Sizes are spread evenly over powers of two from here ...
  uint64_t size_doublings = 0;   // ... through so many doublings.
};

// Popular objects by Zipf's law, with passers-by between.
std::vector<Request> MakeMixedTrace(const MixedTraceOptions& options);

// Each request is for the object that was used `distance` others ago, where distance falls off exponentially around
// distance_mean; new_percent of the requests are for new objects. What LRU assumes of the world.
std::vector<Request> MakeRecencyTrace(uint64_t seed, uint64_t request_count, uint64_t distance_mean,
                                      uint64_t new_percent);

// First three rounds over old_count objects; then each object is used twice, the second time after `distance` others,
// and never again.
std::vector<Request> MakeTwiceTrace(uint64_t old_count, uint64_t object_count, uint64_t distance);

// Zipf over a set of objects that is replaced by another all at once, every phase_length requests.
std::vector<Request> MakePhasesTrace(uint64_t seed, uint64_t request_count, uint64_t object_count, double skew,
                                     uint64_t phase_length);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
