// core/runtime/sample_rate.h -- chooses which of many events are recorded, so that recording costs next to nothing.
//
// Events that are far apart are recorded, each of them. Those that come fast are passed over but for one in a while:
// one of two, of four, of many. What is passed over is counted, and pays for a decrement.
//
//   if (rate.Chosen()) [[unlikely]] { const uint32_t passed = rate.Take(clock.NowNs()); ... }
//
// Threads   [one-at-a-time]: one thread's own.
// Cost      Chosen: a decrement and a branch. A record that costs 100 ns takes, at kIntervalNs, 0.5% of the time.
#pragma once

#include <algorithm>
#include <cstdint>

namespace manta {

class SampleRate {
 public:
  static constexpr int64_t kIntervalNs = 20'000;  // Between two records, when events come faster than that.
  static constexpr uint32_t kEveryMax = 4096;

  bool Chosen() { return --countdown_ == 0; }

  // This one is recorded, now. Returns how many before it were not. REQUIRES: Chosen has just been true.
  uint32_t Take(int64_t now_ns) {
    const uint32_t passed = every_ - 1;
    const int64_t elapsed_ns = now_ns - last_ns_;
    if (elapsed_ns < kIntervalNs) {
      every_ = std::min(every_ * 2, kEveryMax);
    } else {
      every_ = static_cast<uint32_t>(std::max<int64_t>(every_ * kIntervalNs / elapsed_ns, 1));
    }
    countdown_ = every_;
    last_ns_ = now_ns;
    return passed;
  }

  // There will be none for a while, or the next one is of interest: it is recorded. Returns how many were passed over.
  uint32_t Pause() {
    const uint32_t passed = every_ - countdown_;
    every_ = std::max(every_ / 2, 1u);
    countdown_ = 1;
    return passed;
  }

  // Nobody records: the next `count` are passed over.
  void Off(uint32_t count) { every_ = countdown_ = count; }

 private:
  uint32_t countdown_ = 1;
  uint32_t every_ = 1;
  int64_t last_ns_ = INT64_MIN / 2;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
