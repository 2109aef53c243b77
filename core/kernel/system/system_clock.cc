#include "core/kernel/system/system_clock.h"

#include <glog/logging.h>
#include <time.h>

namespace manta {
namespace {

constexpr int64_t kCoarseResolutionNsMax = 10'000'000;

int64_t ToNs(const timespec& time) { return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

int64_t ReadNs(clockid_t clock) {
  timespec time;
  PCHECK(clock_gettime(clock, &time) == 0) << "clock " << clock << " cannot be read";
  return ToNs(time);
}

bool CoarseUsable() {
  timespec resolution;
  return clock_getres(CLOCK_MONOTONIC_COARSE, &resolution) == 0 && ToNs(resolution) <= kCoarseResolutionNsMax;
}

}  // namespace

SystemClock::SystemClock() : coarse_usable_(CoarseUsable()) {}

int64_t SystemClock::NowNs() { return ReadNs(CLOCK_MONOTONIC); }

// Linux keeps both clocks from one base: the coarse one is the fine one without what has passed since the last tick,
// so it is never ahead, on any processor.
int64_t SystemClock::CoarseNs() { return ReadNs(coarse_usable_ ? CLOCK_MONOTONIC_COARSE : CLOCK_MONOTONIC); }

int64_t SystemClock::WallNs() { return ReadNs(CLOCK_REALTIME); }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
