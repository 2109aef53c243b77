// core/runtime/runtime_counts.h -- counts what a runtime has done, for programs and tests.
#pragma once

#include <cstdint>

namespace manta {

// What has happened so far. Exact when nothing happens meanwhile.
struct RuntimeCounts {
  uint64_t done_count = 0;      // Tasks whose code ran to its end.
  uint64_t failed_count = 0;    // Tasks whose result is an error, dropped ones excepted.
  uint64_t dropped_count = 0;   // Tasks that Shutdown ended before they ran.
  int64_t pending_count = 0;    // Submitted, without a result yet.
  int64_t object_count = 0;     // Alive, wherever their values are.
  int64_t native_bytes = 0;     // What objects and their native values take, by the estimate of value_router.h.
  int64_t stored_count = 0;     // Objects whose values lie in the object store.
  int64_t stored_bytes = 0;     // Their data there.
  uint64_t migrated_count = 0;  // Native values that were moved into the store.
  uint64_t restored_count = 0;  // Values that were made of their bytes in the store.
  uint32_t thread_count = 0;    // Worker threads started.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
