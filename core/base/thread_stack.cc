#include "core/base/thread_stack.h"

#include <pthread.h>

#include <cstddef>

namespace manta {
namespace {

// Unlimited main stacks are still stacks.
constexpr uint64_t kStackBytesMax = uint64_t{64} << 20;

uintptr_t LowestAddress(uintptr_t here) {
  pthread_attr_t attributes;
  void* lowest = nullptr;
  size_t size_bytes = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return here;
  size_t guard_bytes = 0;
  pthread_attr_getstack(&attributes, &lowest, &size_bytes);
  pthread_attr_getguardsize(&attributes, &guard_bytes);
  pthread_attr_destroy(&attributes);
  const uintptr_t end = reinterpret_cast<uintptr_t>(lowest) + size_bytes;
  uintptr_t start = reinterpret_cast<uintptr_t>(lowest) + guard_bytes;
  if (end - start > kStackBytesMax) start = end - kStackBytesMax;
  return start;
}

}  // namespace

uint64_t ThreadStackBytesLeft() {
  const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));  // Not a local's, which may lie elsewhere.
  thread_local const uintptr_t lowest = LowestAddress(here);
  return here > lowest ? here - lowest : 0;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
