// core/runtime/runtime_counts.h -- counts what a runtime has done, for programs and tests.
#pragma once

#include <cstdint>

namespace manta {

// What has happened so far. Exact when nothing happens meanwhile.
struct RuntimeCounts {
  uint64_t done_count = 0;     // Tasks whose code ran to its end.
  uint64_t failed_count = 0;   // Tasks whose result is an error, dropped ones excepted.
  uint64_t dropped_count = 0;  // Tasks that Shutdown ended before they ran.
  int64_t pending_count = 0;   // Submitted, without a result yet.
  int64_t object_count = 0;    // Alive.
  uint32_t thread_count = 0;   // Worker threads started.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
