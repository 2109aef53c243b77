// core/kernel/system/system_random.h -- gives random bits from a fast generator that the operating system seeds.
//
// Each system thread has a generator of its own (xoshiro256**, seeded by getrandom at its first use), so threads do
// not wait for each other. All instances share it: none has a seed. A forked child seeds anew, hence parent and
// child never draw the same ids.
//
// Source    D. Blackman, S. Vigna: Scrambled linear pseudorandom number generators, 2021.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/interface/random.h"

namespace manta {

class SystemRandom final : public Random {
 public:
  SystemRandom();

  uint64_t Next() override;
  void Fill(std::span<std::byte> bytes) override;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
