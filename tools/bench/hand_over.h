// tools/bench/hand_over.h -- hands a word to another thread and gets it back, as fast as the machine can.
//
// Threads   One other thread per partner, ended by the destructor. Calls [one-at-a-time].
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace manta::bench {

// Never sleeps: looks at the word again and again.
class SpinningPartner {
 public:
  SpinningPartner();
  SpinningPartner(const SpinningPartner&) = delete;
  SpinningPartner& operator=(const SpinningPartner&) = delete;
  ~SpinningPartner();

  void ThereAndBack();

 private:
  static constexpr uint64_t kEnd = ~uint64_t{0};
  alignas(64) std::atomic<uint64_t> there_{0};
  alignas(64) std::atomic<uint64_t> back_{0};
  alignas(64) uint64_t turn_ = 0;
  std::thread thread_;
};

// Sleeps in the system until woken; so does who waits for its answer.
class SleepingPartner {
 public:
  SleepingPartner();
  SleepingPartner(const SleepingPartner&) = delete;
  SleepingPartner& operator=(const SleepingPartner&) = delete;
  ~SleepingPartner();

  void Wake();
  void AwaitAnswer();  // REQUIRES: Wake was called.

 private:
  static constexpr uint32_t kEnd = ~uint32_t{0};
  alignas(64) std::atomic<uint32_t> there_{0};
  alignas(64) std::atomic<uint32_t> back_{0};
  alignas(64) uint32_t turn_ = 0;
  std::thread thread_;
};

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
