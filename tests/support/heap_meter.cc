#include "tests/support/heap_meter.h"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

thread_local uint64_t asked_for_bytes = 0;

}  // namespace

namespace manta {

uint64_t HeapBytesAskedFor() { return asked_for_bytes; }

}  // namespace manta

void* operator new(size_t size) {
  if (void* const memory = ::operator new(size, std::nothrow); memory != nullptr) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  asked_for_bytes += size;
  return std::malloc(size != 0 ? size : 1);
}
void* operator new(size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  asked_for_bytes += size;
  const size_t unit = static_cast<size_t>(alignment);
  if (size > SIZE_MAX - 2 * unit) return nullptr;
  return std::aligned_alloc(unit, (size / unit + 1) * unit);
}
void* operator new(size_t size, std::align_val_t alignment) {
  if (void* const memory = ::operator new(size, alignment, std::nothrow); memory != nullptr) return memory;
  throw std::bad_alloc();
}
// The C++ library's own would call those above. The sanitizers' do not.
void* operator new[](size_t size) { return ::operator new(size); }
void* operator new[](size_t size, const std::nothrow_t& no) noexcept { return ::operator new(size, no); }
void* operator new[](size_t size, std::align_val_t alignment) { return ::operator new(size, alignment); }
void* operator new[](size_t size, std::align_val_t alignment, const std::nothrow_t& no) noexcept {
  return ::operator new(size, alignment, no);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }

// SPDX-License-Identifier: Apache-2.0
