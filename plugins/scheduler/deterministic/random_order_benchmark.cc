// ./bazelw run -c opt //plugins/scheduler/deterministic:random_order_benchmark
#include <memory>

#include "core/interface/basic_scheduler.h"
#include "plugins/scheduler/deterministic/random_order.h"
#include "tests/support/scheduler_benchmark.h"

int main(int argc, char** argv) {
  return manta::RunSchedulerBenchmarks(
      argc, argv, [] { return std::make_unique<manta::BasicScheduler<manta::RandomOrder>>(manta::RandomOrder(1)); });
}

// SPDX-License-Identifier: Apache-2.0
