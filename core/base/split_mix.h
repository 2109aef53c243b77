// core/base/split_mix.h -- draws random numbers from a seed, with eight bytes of state.
//
// For choices that a seed decides and that are too many to ask the host's Random for each.
//
// Threads   [one-at-a-time].
// Cost      About 1 ns.
//
// Source    G. Steele, D. Lea, C. Flood: Fast splittable pseudorandom number generators, 2014.
#pragma once

#include <cstdint>

namespace manta {

class SplitMix {
 public:
  explicit SplitMix(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }

  // A number in [0, bound); its bias is below bound / 2^64.  REQUIRES: bound > 0.
  uint64_t Below(uint64_t bound) { return static_cast<uint64_t>(static_cast<unsigned __int128>(Next()) * bound >> 64); }

 private:
  uint64_t state_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
