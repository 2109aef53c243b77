// core/kernel/observe/inspector.h -- answers what tools ask a running process.
//
//   "info"           what it is, and its totals
//   "tasks 100"      RuntimeView's rows, at most so many; "actors" and "objects" likewise
//   "memory 100"     who keeps what, by call site; "path 07..01": what keeps an object (memory_reply.h)
//   "cycles 100"     actors that keep each other by the handles they hold
//   "metrics"        one row for each series
//   "prometheus"     the same as Prometheus reads it
//   "timeline"       timeline.h
//
// All but the last two are a ReplyTable. What is not understood is answered by a table with the fact "error".
//
// Threads   [any-thread].
// Memory    What it looks at outlives it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/kernel/observe/held_objects.h"
#include "core/kernel/observe/memory_reply.h"
#include "core/kernel/observe/metric_samples.h"
#include "core/kernel/observe/reply_table.h"
#include "core/kernel/world.h"
#include "core/runtime/runtime_core.h"

namespace manta {

class Inspector {
 public:
  static constexpr uint64_t kRowsMax = 10'000;

  // `metrics` are those of the world, where plugins and runtime count.
  Inspector(RuntimeCore& core, const World& world, const AtomicMetrics& metrics);

  std::string Answer(std::string_view request);

  // What the ref counter lists, and of how many objects it observes one; 0: it observes none. Also when the runtime has
  // stopped.
  HeldObjects Held() const;
  uint64_t ObserveOneIn() const;

  // Actors that keep each other; none when the runtime has stopped, or is not observed.
  std::vector<HandleCycle> HandleCycles() const;

  // The runtime's metrics, the plugins' and the program's.
  std::vector<MetricSample> Metrics();

  // Of all that has happened since this was made.
  std::string Timeline() const;

 private:
  ReplyTable Info();
  ReplyTable Tasks(uint64_t limit);
  ReplyTable Actors(uint64_t limit);
  ReplyTable Objects(uint64_t limit);
  ReplyTable Memory(uint64_t limit);
  ReplyTable MetricRows();
  MemoryMoment Now() const { return {.begin_ns = begin_ns_, .now_ns = world_.clock.NowNs()}; }

  RuntimeCore& core_;
  const World world_;
  const AtomicMetrics& metrics_;
  const int64_t begin_ns_;
  Atomic<uint64_t> submitted_max_{0};  // A counter never goes back, although its parts are read one after another.
};

// The program's name, without its folder.
std::string ProgramName();

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
