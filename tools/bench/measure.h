// tools/bench/measure.h -- times code, and makes one number of many.
//
// Units     Nanoseconds.
// Threads   [any-thread]
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace manta::bench {

// Of a clock that never goes back.
double NowNs();

// REQUIRES: not empty. Of an even number of values: the mean of the two in the middle.
double Median(std::vector<double> values);

// A size, and what was measured at it.
struct Point {
  double size = 0;
  double value = 0;
};

// The slope of the straight line that fits best when both axes are logarithms: 1 where twice the size costs twice as
// much, 2 where it costs four times as much. REQUIRES: at least two different sizes, everything above 0.
double LogLogSlope(std::span<const Point> points);

// Makes the compiler believe that the value is needed.
template <typename T>
void Keep(const T& value) {
  asm volatile("" : : "r,m"(value) : "memory");
}

template <typename Code>
double TimeNs(Code code) {
  const double begin_ns = NowNs();
  code();
  return NowNs() - begin_ns;
}

// One call's time, from `count` calls back to back: the median of nine stretches, so that an interruption spoils one.
template <typename Code>
double NsPerCall(uint64_t count, Code code) {
  constexpr uint64_t kStretchCount = 9;
  const uint64_t per_stretch = std::max<uint64_t>(count / kStretchCount, 1);
  std::vector<double> ns;
  for (uint64_t stretch = 0; stretch < kStretchCount; ++stretch) {
    const double total_ns = TimeNs([&] {
      for (uint64_t i = 0; i < per_stretch; ++i) code();
    });
    ns.push_back(total_ns / static_cast<double>(per_stretch));
  }
  return Median(std::move(ns));
}

// How many of `count` things happen in a second, when all took `total_ns`.
inline double PerSecond(uint64_t count, double total_ns) { return static_cast<double>(count) * 1e9 / total_ns; }

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
