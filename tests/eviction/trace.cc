#include "tests/eviction/trace.h"

#include <algorithm>
#include <cmath>

namespace manta {

uint64_t TraceRandom::Next() {
  state_ += 0x9e3779b97f4a7c15u;
  uint64_t mixed = state_;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
  return mixed ^ mixed >> 31;
}

ZipfDistribution::ZipfDistribution(uint64_t count, double skew) {
  double sum = 0;
  for (uint64_t rank = 1; rank <= count; ++rank) {
    sum += std::pow(static_cast<double>(rank), -skew);
    cumulative_.push_back(sum);
  }
}

uint64_t ZipfDistribution::Draw(TraceRandom& random) const {
  const double point = random.Fraction() * cumulative_.back();
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), point);
  return static_cast<uint64_t>(std::min(found - cumulative_.begin(), std::ssize(cumulative_) - 1));
}

std::vector<Request> MakeMixedTrace(const MixedTraceOptions& options) {
  TraceRandom random(options.seed);
  const ZipfDistribution popular(options.object_count, options.skew);
  uint64_t next_passer_by = options.object_count;
  std::vector<Request> trace;
  const auto add = [&](uint64_t object) {
    // The size must be the object's own, so it is drawn from its number.
    const uint64_t doublings = TraceRandom(object).Below(options.size_doublings + 1);
    trace.push_back({.object = object, .size_bytes = options.size_bytes_min << doublings});
  };
  while (trace.size() < options.request_count) {
    if (options.scan_interval != 0 && random.Below(options.scan_interval) == 0) {
      for (uint64_t i = 0; i < options.scan_length; ++i) add(next_passer_by++);
    } else if (random.Below(100) < options.one_hit_percent) {
      add(next_passer_by++);
    } else {
      add(popular.Draw(random));
    }
  }
  return trace;
}

std::vector<Request> MakeRecencyTrace(uint64_t seed, uint64_t request_count, uint64_t distance_mean,
                                      uint64_t new_percent) {
  TraceRandom random(seed);
  std::vector<uint64_t> by_use;  // Newest last.
  uint64_t next_new = 0;
  std::vector<Request> trace;
  while (trace.size() < request_count) {
    const double distance = -std::log(1 - random.Fraction()) * static_cast<double>(distance_mean);
    uint64_t object = 0;
    if (random.Below(100) < new_percent || distance >= static_cast<double>(by_use.size())) {
      object = next_new++;
    } else {
      const auto position = by_use.end() - 1 - static_cast<int64_t>(distance);
      object = *position;
      by_use.erase(position);
    }
    by_use.push_back(object);
    trace.push_back({.object = object});
  }
  return trace;
}

std::vector<Request> MakeTwiceTrace(uint64_t old_count, uint64_t object_count, uint64_t distance) {
  std::vector<Request> trace;
  for (uint64_t i = 0; i < 3 * old_count; ++i) trace.push_back({.object = i % old_count});
  for (uint64_t i = 0; i < object_count + distance; ++i) {
    if (i < object_count) trace.push_back({.object = old_count + i});
    if (i >= distance) trace.push_back({.object = old_count + i - distance});
  }
  return trace;
}

std::vector<Request> MakePhasesTrace(uint64_t seed, uint64_t request_count, uint64_t object_count, double skew,
                                     uint64_t phase_length) {
  TraceRandom random(seed);
  const ZipfDistribution popular(object_count, skew);
  std::vector<Request> trace;
  while (trace.size() < request_count) {
    const uint64_t phase = trace.size() / phase_length;
    trace.push_back({.object = phase * object_count + popular.Draw(random)});
  }
  return trace;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
