// ./bazelw run -c opt //plugins/scheduler/work_stealing:work_stealing_scheduler_benchmark
#include <memory>

#include "core/simulation/simulated_random.h"
#include "plugins/scheduler/work_stealing/work_stealing_scheduler.h"
#include "tests/support/scheduler_benchmark.h"

int main(int argc, char** argv) {
  return manta::RunSchedulerBenchmarks(argc, argv, [] {
    static manta::SimulatedRandom random(1);
    return std::make_unique<manta::WorkStealingScheduler>(random);
  });
}

// SPDX-License-Identifier: Apache-2.0
