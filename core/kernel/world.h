// core/kernel/world.h -- the world that one process's plugins live in, as references.
#pragma once

#include <cstdint>

#include "core/interface/clock.h"
#include "core/interface/disk.h"
#include "core/interface/executor.h"
#include "core/interface/memory_budget.h"
#include "core/interface/metrics.h"
#include "core/interface/random.h"
#include "core/kernel/system/atomic_metrics.h"
#include "core/kernel/system/fixed_memory_budget.h"
#include "core/kernel/system/posix_disk.h"
#include "core/kernel/system/system_clock.h"
#include "core/kernel/system/system_random.h"
#include "core/kernel/system/thread_executor.h"
#include "core/runtime/memory_watch.h"

namespace manta {

struct World {
  Clock& clock;
  Random& random;
  Executor& executor;
  Disk& disk;
  Metrics& metrics;
  MemoryBudget& memory;
};

// The operating system's.
class SystemWorld {
 public:
  explicit SystemWorld(uint64_t memory_bytes_max, const MemoryMarks& marks = {})
      : memory_(memory_bytes_max), watch_(memory_, marks) {}

  const AtomicMetrics& metrics() const { return metrics_; }
  MemoryWatch& watch() { return watch_; }

  World world() { return {clock_, random_, executor_, disk_, metrics_, watch_}; }

 private:
  SystemClock clock_;
  SystemRandom random_;
  ThreadExecutor executor_{clock_};
  PosixDisk disk_;
  AtomicMetrics metrics_;
  FixedMemoryBudget memory_;
  MemoryWatch watch_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
