// ./bazelw run -c opt //plugins/scheduler/fifo:fifo_scheduler_benchmark
#include <memory>

#include "plugins/scheduler/fifo/fifo_scheduler.h"
#include "tests/support/scheduler_benchmark.h"

int main(int argc, char** argv) {
  return manta::RunSchedulerBenchmarks(argc, argv, [] { return std::make_unique<manta::FifoScheduler>(); });
}

// SPDX-License-Identifier: Apache-2.0
