// core/base/fence.h -- tells the processor to wait a moment, or to keep everything in order.
//
// Threads   [any-thread].
#pragma once

#include <atomic>

#include "core/base/sanitizer.h"

namespace manta {

// Between two looks at something that another thread is about to change.
inline void Relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Orders every earlier access of this thread before every later one, for all threads: of two threads that each write
// one variable, fence, and read the other's, at least one sees what the other wrote.
inline void FullFence() {
  if constexpr (kThreadSanitizer) {
    // It does not follow fences. A read-modify-write orders as much.
    static std::atomic<int> order{0};
    order.fetch_add(1, std::memory_order_seq_cst);
  } else {
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
