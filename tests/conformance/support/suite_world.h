// tests/conformance/support/suite_world.h -- the parts of a SuiteHost: real threads and time, the rest simulated.
//
// Threads   All parts are [any-thread].
#pragma once

#include <cstdint>

#include "core/kernel/system/system_clock.h"
#include "core/kernel/system/thread_executor.h"
#include "core/simulation/log_record.h"
#include "core/simulation/recording_metrics.h"
#include "core/simulation/simulated_disk.h"
#include "core/simulation/simulated_memory_budget.h"
#include "core/simulation/simulated_random.h"

namespace manta::conformance {

struct SuiteWorld {
  explicit SuiteWorld(uint64_t seed) : executor(clock), random(seed), disk_random(seed), disk(disk_random) {}

  SystemClock clock;
  ThreadExecutor executor;
  SimulatedRandom random;
  SimulatedRandom disk_random;
  SimulatedDisk disk;
  RecordingMetrics metrics;
  SimulatedMemoryBudget memory{UINT64_MAX};
  LogRecord log;
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
