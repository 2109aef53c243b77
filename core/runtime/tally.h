// core/runtime/tally.h -- counts things and their bytes in one word, so that one atomic addition does both.
//
// Objects above, and below, in kStepBits bits, steps of bytes: 2^27 objects and 2^35 steps are told apart. Threads
// count in words of their own. One that ends what another has begun goes below zero; so words are summed up first, and
// then taken apart.
//
// Threads   Values only.
#pragma once

#include <cstdint>

namespace manta {

struct Tally {
  static constexpr uint32_t kStepBits = 36;

  // One thing of `size_bytes`, in steps of `step_bytes`, rounded up.
  static constexpr uint64_t WordOf(uint64_t size_bytes, uint64_t step_bytes) {
    return (uint64_t{1} << kStepBits) + (size_bytes + step_bytes - 1) / step_bytes;
  }

  static constexpr Tally Of(uint64_t sum) {
    const int64_t steps = static_cast<int64_t>(sum << (64 - kStepBits)) >> (64 - kStepBits);
    return {.count = static_cast<int64_t>(sum - static_cast<uint64_t>(steps)) >> kStepBits, .steps = steps};
  }

  // Below zero for a moment, when ends are seen and their beginnings are not.
  int64_t count = 0;
  int64_t steps = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
