// core/runtime/memory_pressure.h -- says how short memory is.
//
//   kLow --used reaches the high mark--> kHigh --used falls to the low mark--> kLow
//   any --somebody waits for room--> kFull --nobody does any more--> kHigh or kLow
//
// Units     Bytes.
#pragma once

#include <cstdint>

namespace manta {

enum class MemoryPressure : uint32_t {
  kLow = 0,
  kHigh = 1,  // Much of the budget is taken: now is the time to let go of what can be made again.
  kFull = 2,  // A thread waits for room, and what it does fails unless somebody lets go of something.
};

// The memory that stores and native values share (memory_bytes_max) at one moment.
struct MemoryState {
  MemoryPressure pressure = MemoryPressure::kLow;
  uint64_t used_bytes = 0;
  uint64_t peak_bytes = 0;  // The most that was used so far.
  uint64_t limit_bytes = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
