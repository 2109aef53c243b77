// core/simulation/simulated_clock.h -- tells a time that passes only when told.
//
// Units     Nanoseconds.
// Threads   [any-thread], without locks.
// Crashes   Time that goes back: CHECK. (WallNs may.)
#pragma once

#include <atomic>
#include <cstdint>

#include "core/interface/clock.h"

namespace manta {

struct SimulatedClockOptions {
  int64_t now_ns = 1'000'000'000;               // Not 0: code that forgets to read the clock shall be seen.
  int64_t wall_ns = 1'767'225'600'000'000'000;  // 2026-01-01 00:00 UTC.
};

class SimulatedClock final : public Clock {
 public:
  static constexpr int64_t kCoarseTickNs = 4'000'000;

  explicit SimulatedClock(const SimulatedClockOptions& options = {});

  int64_t NowNs() override { return now_ns_.load(std::memory_order_acquire); }
  int64_t CoarseNs() override;  // NowNs at the last tick.
  int64_t WallNs() override;

  // Lets time pass. REQUIRES: by_ns >= 0.
  void Advance(int64_t by_ns);

  // Lets time pass until `now_ns`; does nothing if it is later already.
  void AdvanceTo(int64_t now_ns);

  // Sets the wall clock, forwards or back, as an operator would.
  void SetWall(int64_t wall_ns);

 private:
  std::atomic<int64_t> now_ns_;
  std::atomic<int64_t> wall_offset_ns_;  // WallNs - NowNs.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
