// api/testing.h -- finds what only some orders of events get wrong, and shows it again.
//
//   TEST(TransferTest, KeepsTheSum) {
//     const auto result = manta::testing::Explore({.seeds = 500}, [] {
//       manta::ActorHandle<Account> account = manta::Actor<Account>().Remote(10);
//       ... as in a program, and at the end:
//       manta::testing::Check(*manta::Get(sum) == 10, "money was lost");
//     });
//     EXPECT_TRUE(result.ok()) << result.failure;
//   }
//
// The scenario runs once for each seed, with a runtime of its own: tasks, actors and the scenario itself are fibers of
// one thread, the seed decides who goes on wherever Manta is called, and time passes only when all wait. The first seed
// that fails is told on stderr with how to replay it: MANTA_SEED=N PROGRAM, or `manta replay --seed=N -- PROGRAM`.
// MANTA_SEEDS=N explores N seeds instead; MANTA_NATIVE_VALUES=NEVER makes it strict. The same seed, program and build
// give the same run, every time.
//
// Shapes    A scenario fails by Check, by an exception that it lets out, by a deadlock, or by `failed`. A crash ends
//           the process, and the seed is told.
// Threads   [one-at-a-time], while no other runtime is the default one. Inside, start no threads of the system, and
//           hold no lock across a call of Manta: all fibers are one thread to it. Memory races are ThreadSanitizer's.
// Memory    What hangs in a deadlock is never freed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/runtime/named_resource.h"

namespace manta::testing {

struct ExploreOptions {
  uint64_t seeds = 500;
  uint64_t first_seed = 1;
  std::vector<NamedResource> resources = {};  // What tasks can ask for besides a worker.
  uint32_t worker_count = 3;                  // Tasks that run at the same time.
  bool strict = false;                        // As Init's: values go through the configured serializer and store.
  std::function<bool()> failed = nullptr;     // Asked after each run, e.g. ::testing::Test::HasFailure.
};

struct Exploration {
  uint64_t run_count = 0;
  std::optional<uint64_t> failing_seed;  // The first that failed; the later ones were not run.
  std::string failure;                   // What it said; empty: none failed.

  bool ok() const { return !failing_seed.has_value(); }
};

// Runs the scenario for each seed until one fails.
Exploration Explore(const ExploreOptions& options, const std::function<void()>& scenario);

// Fails the scenario unless `holds`; the first message counts. In tasks and methods as well.
void Check(bool holds, std::string_view message);

// A point at which others may go first, for code between two calls of Manta. Does nothing outside Explore.
void MaySwitch();

// Lets simulated time pass, and others run meanwhile. REQUIRES: inside Explore.
void PassTime(int64_t duration_ns);

// A number below `bound` that the seed decides, for the scenario's own choices. REQUIRES: inside Explore; bound > 0.
uint64_t Draw(uint64_t bound);

}  // namespace manta::testing

// SPDX-License-Identifier: Apache-2.0
