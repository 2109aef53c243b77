// core/interface/random.h -- gives random bits.
//
// One seed decides every choice of a simulated run; the system's generator is seeded by the operating system.
// Not for secrets.
//
// Threads   [any-thread]; calls from several threads interleave. Under simulation there is one thread.
// Cost      About 5 ns a call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace manta {

class Random {
 public:
  virtual ~Random() = default;

  // 64 uniform bits.
  virtual uint64_t Next() = 0;

  // Fills `bytes` with uniform bits; nothing for an empty span.
  virtual void Fill(std::span<std::byte> bytes) = 0;
};

// A uniform number in [0, bound); no bias. REQUIRES: bound > 0.
inline uint64_t RandomBelow(Random& random, uint64_t bound) {
  // Rejects the incomplete last round of 2^64 mod bound numbers.
  const uint64_t rejected = (0 - bound) % bound;
  uint64_t drawn = random.Next();
  while (drawn < rejected) drawn = random.Next();
  return drawn % bound;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
