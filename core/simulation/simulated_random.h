// core/simulation/simulated_random.h -- gives the same random bits for the same seed, on every platform.
//
// The n-th word (from 1) is Mix(seed + n * 0x9e3779b97f4a7c15) in arithmetic modulo 2^64, where Mix is
//   z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;  z = (z ^ z >> 27) * 0x94d049bb133111eb;  z ^ z >> 31
// Fill takes one word for each eight bytes begun, least significant byte first. This is a promise: seeds of found bugs
// are kept, and must find them again.
//
// Threads   [any-thread], without locks; who gets which word is decided by who comes first.
//
// Source    SplitMix64: G. Steele, D. Lea, C. Flood: Fast splittable pseudorandom number generators, 2014.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/interface/random.h"

namespace manta {

class SimulatedRandom final : public Random {
 public:
  explicit SimulatedRandom(uint64_t seed) : state_(seed) {}

  uint64_t Next() override;
  void Fill(std::span<std::byte> bytes) override;

 private:
  std::atomic<uint64_t> state_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
