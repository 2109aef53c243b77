// core/simulation/simulated_runtime.h -- runs a program with tasks and actors in a world that one seed decides.
//
// Workers and the program are fibers of one system thread; time passes when all of them wait. Which task runs next,
// whether a waiter runs what it waits for itself, and who goes on at each call of the runtime is drawn by the seed. The
// same seed and the same program give the same run.
//
//   SimulatedRuntime runtime({.seed = 7});
//   absl::Status status = runtime.Run([] { ... manta::Task<Square>().Remote(3) ... });
//
// Shapes    It is the process's default runtime as long as it lives. Run is called once, and stops it at its end.
// Threads   [one-at-a-time]: the system thread that made it. A lock of the program's own must not be held across calls
//           of Manta: all fibers are one thread to it.
// Memory    After a deadlock what waits for ever is never freed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "core/runtime/runtime_core.h"
#include "core/simulation/seeded_scheduler.h"
#include "core/simulation/simulated_clock.h"
#include "core/simulation/simulated_executor.h"
#include "core/simulation/simulated_random.h"

namespace manta {

struct SimulatedRuntimeOptions {
  uint64_t seed = 1;
  RuntimeLimits limits = {.workers = {.worker_count = 3}};
  uint32_t switch_chance = 3;  // At one in so many points another fiber goes on. 0: only where one waits.
  uint32_t alone_chance = 3;   // One in so many times a waiter leaves the task to others. 0: it always helps.
  std::shared_ptr<ValueRouter> router = nullptr;    // Null: every value is native.
  std::shared_ptr<ReferenceWatch> watch = nullptr;  // Null: nobody is told of references.
};

class SimulatedRuntime {
 public:
  explicit SimulatedRuntime(const SimulatedRuntimeOptions& options = {});
  SimulatedRuntime(const SimulatedRuntime&) = delete;
  SimulatedRuntime& operator=(const SimulatedRuntime&) = delete;
  ~SimulatedRuntime();

  // Runs `program`, then stops the runtime.
  //   kFailedPrecondition  a deadlock; the message names the threads.
  //   kAborted             the program threw; the message is the exception's.
  absl::Status Run(std::function<void()> program);

  // Another thread of the program. It has to be joined inside Run.
  ThreadId StartThread(std::string_view name, std::function<void()> code);
  void JoinThread(ThreadId thread);

  // A point at which another thread may go first.
  void MaySwitch();

  RuntimeCore& core() { return *world_->core; }
  SimulatedClock& clock() { return world_->clock; }
  Random& random() { return world_->program_random; }  // For the program's own choices.

  // The one that is alive in this process; null: none.
  static SimulatedRuntime* Current();

 private:
  class Switching;

  // Lives on when fibers can never end.
  struct World {
    explicit World(uint64_t seed);
    SimulatedRandom seeds;
    SimulatedRandom schedule_random;
    SimulatedRandom task_random;
    SimulatedRandom program_random;
    SimulatedClock clock;
    SimulatedExecutor executor;
    std::unique_ptr<Executor> switching;
    std::unique_ptr<SeededScheduler> scheduler;
    std::unique_ptr<RuntimeCore> core;
  };

  const SimulatedRuntimeOptions options_;
  std::unique_ptr<World> world_;
  bool deadlocked_ = false;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
