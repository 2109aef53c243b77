// tests/simulation/scenario.h -- runs a gtest scenario over many seeds, each in a simulated runtime of its own.
//
// After each seed nothing may be left: no object alive, nothing in the store, nothing pending, every task counted once.
//
// Threads   [one-at-a-time].
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "core/base/atomics.h"
#include "core/base/text.h"
#include "core/simulation/each_seed.h"
#include "core/simulation/simulated_runtime.h"
#include "tests/support/test_storage.h"

namespace manta {

// In a build with switching atomics (core/base/switching_atomic.h) the fibers switch at those, too.
inline absl::Status RunScenario(SimulatedRuntime& runtime,
                                const std::function<void(SimulatedRuntime& runtime)>& scenario) {
#ifdef MANTA_SWITCHES_AT_ATOMICS
  switch_at_atomics = [] {
    if (SimulatedRuntime* const current = SimulatedRuntime::Current(); current != nullptr) current->MaySwitch();
  };
#endif
  absl::Status ran = runtime.Run([&] { scenario(runtime); });
#ifdef MANTA_SWITCHES_AT_ATOMICS
  switch_at_atomics = nullptr;
#endif
  return ran;
}

struct ScenarioOptions {
  RuntimeLimits limits = {.workers = {.worker_count = 3}};
  uint32_t alone_chance = 3;
  uint64_t count = 500;
  std::function<std::shared_ptr<ValueRouter>()> router = nullptr;  // For each seed; null: as test_storage.h says.
  // For each seed, which is the runtime's worker id; null: nobody watches.
  std::function<std::shared_ptr<ReferenceWatch>(uint64_t worker)> watch = nullptr;
};

// The scenario draws its own choices from `runtime.random()`.
inline void EachSeed(const ScenarioOptions& options, const std::function<void(SimulatedRuntime& runtime)>& scenario) {
  const SeedsRun run = RunEachSeed({.count = options.count}, [&](uint64_t seed) -> std::string {
    SimulatedRuntime runtime({.seed = seed,
                              .limits = options.limits,
                              .switch_chance = static_cast<uint32_t>(1 + seed % 8),
                              .alone_chance = options.alone_chance,
                              .router = options.router != nullptr ? options.router() : EnvironmentRouter(),
                              .watch = options.watch != nullptr ? options.watch(seed) : nullptr});
    const absl::Status ran = RunScenario(runtime, scenario);
    if (!ran.ok()) return std::string(ToStd(ran.message()));
    if (::testing::Test::HasFailure()) return "an expectation failed";
    const RuntimeCounts counts = runtime.core().counts();
    if (counts.object_count != 0) return Concat(counts.object_count, " objects are left");
    if (counts.stored_count != 0) return Concat(counts.stored_count, " values are left in the store");
    if (counts.pending_count != 0) return Concat(counts.pending_count, " tasks are still pending");
    return "";
  });
  EXPECT_TRUE(run.ok()) << "seed " << *run.failing_seed << ": " << run.failure;
}

// A number in [low, high].
inline int Draw(SimulatedRuntime& runtime, int low, int high) {
  return low + static_cast<int>(RandomBelow(runtime.random(), static_cast<uint64_t>(high - low + 1)));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
