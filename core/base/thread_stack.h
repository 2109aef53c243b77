// core/base/thread_stack.h -- says how much of its stack a system thread has left.
//
// Threads   [any-thread]: about the caller.
// Cost      Microseconds for a thread's first call (some hundred for the program's first thread, whose stack the C
//           library looks up in a file), a nanosecond later.
#pragma once

#include <cstdint>

namespace manta {

// Bytes below the caller's frame. The main thread's stack counts as far as its limit lets it grow.
uint64_t ThreadStackBytesLeft();

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
