// ./bazelw run -c opt //plugins/scheduler/priority:priority_order_benchmark
#include <memory>

#include "core/interface/basic_scheduler.h"
#include "plugins/scheduler/priority/priority_order.h"
#include "tests/support/scheduler_benchmark.h"

int main(int argc, char** argv) {
  return manta::RunSchedulerBenchmarks(argc, argv,
                                       [] { return std::make_unique<manta::BasicScheduler<manta::PriorityOrder>>(); });
}

// SPDX-License-Identifier: Apache-2.0
