#include "core/simulation/simulated_clock.h"

#include <glog/logging.h>

namespace manta {

SimulatedClock::SimulatedClock(const SimulatedClockOptions& options)
    : now_ns_(options.now_ns), wall_offset_ns_(options.wall_ns - options.now_ns) {
  CHECK_GE(options.now_ns, 0);
}

int64_t SimulatedClock::CoarseNs() {
  const int64_t now_ns = NowNs();
  return now_ns - now_ns % kCoarseTickNs;
}

int64_t SimulatedClock::WallNs() { return NowNs() + wall_offset_ns_.load(std::memory_order_acquire); }

void SimulatedClock::Advance(int64_t by_ns) {
  CHECK_GE(by_ns, 0) << "time does not go back";
  int64_t now_ns = now_ns_.load(std::memory_order_relaxed);
  while (!now_ns_.compare_exchange_weak(now_ns, DeadlineAfter(now_ns, by_ns), std::memory_order_acq_rel)) {
  }
}

void SimulatedClock::AdvanceTo(int64_t now_ns) {
  int64_t found_ns = now_ns_.load(std::memory_order_relaxed);
  while (found_ns < now_ns && !now_ns_.compare_exchange_weak(found_ns, now_ns, std::memory_order_acq_rel)) {
  }
}

void SimulatedClock::SetWall(int64_t wall_ns) { wall_offset_ns_.store(wall_ns - NowNs(), std::memory_order_release); }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
