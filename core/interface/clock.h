// core/interface/clock.h -- tells the time.
//
// Nothing in the kernel or in a plugin reads the system's clocks: a run under simulated time must be the same
// run each time, and no timeout may depend on a wall clock that somebody sets.
//
// Units     Nanoseconds, signed 64 bits.
// Threads   All methods are [any-thread] and [no-alloc]; none blocks.
// Cost      NowNs and WallNs about 25 ns, CoarseNs about 8 ns on the system's clock.
#pragma once

#include <cstdint>

namespace manta {

class Clock {
 public:
  virtual ~Clock() = default;

  // Time since an arbitrary fixed moment. Never goes back, on any thread; deadlines are in this time.
  virtual int64_t NowNs() = 0;

  // NowNs of at most 10 ms ago, cheaply. Never goes back, and is never ahead of NowNs.
  virtual int64_t CoarseNs() = 0;

  // Time since 1970-01-01 00:00 UTC. May jump both ways; for people and logs only.
  virtual int64_t WallNs() = 0;
};

// A deadline that never comes.
inline constexpr int64_t kNever = INT64_MAX;

// The moment `delay_ns` after `now_ns`; kNever instead of wrapping. A negative delay counts as 0.
constexpr int64_t DeadlineAfter(int64_t now_ns, int64_t delay_ns) {
  if (delay_ns <= 0) return now_ns;
  return now_ns > kNever - delay_ns ? kNever : now_ns + delay_ns;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
