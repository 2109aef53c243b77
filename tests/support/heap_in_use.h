// tests/support/heap_in_use.h -- says how many bytes of this process's heap are in use, under sanitizers, too.
//
// The C library's caches and other threads are in it: compare with some hundred KiB of tolerance.
#pragma once

#include <malloc.h>

#include <cstddef>
#include <cstdint>

// There when the process runs under a sanitizer, whose allocator replaces the C library's.
extern "C" __attribute__((weak)) size_t __sanitizer_get_current_allocated_bytes();

namespace manta {

inline int64_t HeapBytesInUse() {
  if (__sanitizer_get_current_allocated_bytes != nullptr) {
    return static_cast<int64_t>(__sanitizer_get_current_allocated_bytes());
  }
  const struct mallinfo2 heap = mallinfo2();
  return static_cast<int64_t>(heap.uordblks + heap.hblkhd);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
