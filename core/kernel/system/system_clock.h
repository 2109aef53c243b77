// core/kernel/system/system_clock.h -- tells the time of the system's clocks.
//
// Threads   [any-thread]; no state that changes.
#pragma once

#include <cstdint>

#include "core/interface/clock.h"

namespace manta {

class SystemClock final : public Clock {
 public:
  SystemClock();

  int64_t NowNs() override;     // CLOCK_MONOTONIC.
  int64_t CoarseNs() override;  // CLOCK_MONOTONIC_COARSE: NowNs at the kernel's last tick.
  int64_t WallNs() override;    // CLOCK_REALTIME.

 private:
  // The coarse clock ticks often enough for the contract (100 Hz and more); otherwise CoarseNs is NowNs.
  const bool coarse_usable_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
