// core/interface/clock_wrapper.h -- forwards to another clock; a subclass changes what it wants.
//
//   class StoppedClock final : public ClockWrapper {  // Coarse time stands still, to see who relies on it.
//    public:
//     using ClockWrapper::ClockWrapper;
//     int64_t CoarseNs() override { return 0; }
//   };
//
// Memory    The inner clock is not owned and outlives the wrapper.
#pragma once

#include <cstdint>

#include "core/interface/clock.h"

namespace manta {

class ClockWrapper : public Clock {
 public:
  explicit ClockWrapper(Clock& inner) : inner_(inner) {}

  int64_t NowNs() override { return inner_.NowNs(); }
  int64_t CoarseNs() override { return inner_.CoarseNs(); }
  int64_t WallNs() override { return inner_.WallNs(); }

 protected:
  Clock& inner() const { return inner_; }

 private:
  Clock& inner_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
