// core/base/prefetch.h -- has memory brought near before it is written.
//
// What another thread has written last comes from that core's cache, which takes as long as a hundred instructions.
// Asked for early, and for writing, it comes while this thread still does something else; asked for only for reading,
// it would have to be asked for once more.
//
// Threads   [any-thread].
#pragma once

#include <cstddef>
#include <cstdint>

namespace manta {

// Nothing is read or written; any address will do.
inline void PrefetchForWrite(const void* begin, size_t size_bytes) {
  constexpr uintptr_t kLineBytes = 64;
  const uintptr_t end = reinterpret_cast<uintptr_t>(begin) + size_bytes;
  for (uintptr_t line = reinterpret_cast<uintptr_t>(begin) & ~(kLineBytes - 1); line < end; line += kLineBytes) {
#if defined(__x86_64__)
    // Compilers emit it only for processors that are known to have it. The others of this architecture skip it.
    asm volatile("prefetchw (%0)" : : "r"(line));
#else
    __builtin_prefetch(reinterpret_cast<const void*>(line), 1);
#endif
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
