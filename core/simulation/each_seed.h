// core/simulation/each_seed.h -- runs something once for each of many seeds, and tells which one fails.
//
// A seed that fails is told on stderr with how to replay it, also when the process dies of it: what is printed before a
// crash is all that a program leaves.
//
//   SeedsRun run = RunEachSeed({.first_seed = 1, .count = 500}, [](uint64_t seed) { return FailureOf(seed); });
//
// Shapes    MANTA_SEED=N in the environment: seed N alone. MANTA_SEEDS=N: N seeds instead of `count`.
// Threads   [one-at-a-time].
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace manta {

struct Seeds {
  uint64_t first_seed = 1;
  uint64_t count = 500;
};

struct SeedsRun {
  uint64_t run_count = 0;
  std::optional<uint64_t> failing_seed;  // The first that failed; none after it was run.
  std::string failure;                   // What it said.

  bool ok() const { return !failing_seed.has_value(); }
};

// `run` returns what has failed, in words; empty: nothing.
SeedsRun RunEachSeed(const Seeds& seeds, const std::function<std::string(uint64_t seed)>& run);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
