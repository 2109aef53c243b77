#include "plugins/object_store/heap/heap_blocks.h"

#include <sys/mman.h>

#include <bit>
#include <cstdlib>

#include "core/base/sanitizer.h"

namespace manta {
namespace {

enum class Kind { kSmall, kMedium, kLarge };

Kind KindOf(uint64_t bytes) {
  if (kAddressSanitizer || bytes < HeapBlocks::kMediumBytesMin) return Kind::kSmall;  // ASan knows malloc's alone.
  return bytes < LargeBlocks::kBytesMin ? Kind::kMedium : Kind::kLarge;
}

}  // namespace

HeapBlocks::~HeapBlocks() {
  MutexLock lock(mutex_);
  for (const Kept& kept : kept_) munmap(kept.block, SizeOf(kept.size_index));
  for (size_t i = 0; i < kSizeCount; ++i) {
    for (void* const address : addresses_[i]) munmap(address, SizeOf(i));
  }
}

void* HeapBlocks::Allocate(uint64_t bytes) noexcept {
  switch (KindOf(bytes)) {
    case Kind::kSmall:
      return std::malloc(bytes);
    case Kind::kMedium:
      return AllocateMedium(bytes);
    case Kind::kLarge:
      break;
  }
  return large_.Allocate(bytes);
}

void HeapBlocks::Free(void* block, uint64_t bytes) noexcept {
  switch (KindOf(bytes)) {
    case Kind::kSmall:
      return std::free(block);
    case Kind::kMedium:
      return FreeMedium(block, bytes);
    case Kind::kLarge:
      break;
  }
  large_.Free(block);
}

size_t HeapBlocks::SizeIndexOf(uint64_t bytes) {
  const uint64_t doubling = std::bit_floor(bytes);
  const uint64_t step = doubling / kSizesPerDoubling;
  return static_cast<size_t>(std::countr_zero(doubling / kMediumBytesMin)) * kSizesPerDoubling +
         (bytes - doubling + step - 1) / step;
}

uint64_t HeapBlocks::SizeOf(size_t size_index) {
  const uint64_t doubling = kMediumBytesMin << size_index / kSizesPerDoubling;
  return doubling + size_index % kSizesPerDoubling * (doubling / kSizesPerDoubling);
}

void* HeapBlocks::AllocateMedium(uint64_t bytes) noexcept {
  const size_t size_index = SizeIndexOf(bytes);
  {
    MutexLock lock(mutex_);
    for (auto kept = kept_.end(); kept != kept_.begin();) {
      if ((--kept)->size_index != size_index) continue;
      void* const block = kept->block;
      kept_.erase(kept);
      kept_bytes_ -= SizeOf(size_index);
      return block;
    }
    if (std::vector<void*>& addresses = addresses_[size_index]; !addresses.empty()) {
      void* const block = addresses.back();
      addresses.pop_back();
      return block;
    }
  }
  void* const mapped = mmap(nullptr, SizeOf(size_index), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return mapped == MAP_FAILED ? nullptr : mapped;
}

void HeapBlocks::FreeMedium(void* block, uint64_t bytes) noexcept {
  std::vector<Kept> dropped;
  {
    MutexLock lock(mutex_);
    kept_.push_back({block, SizeIndexOf(bytes)});
    kept_bytes_ += SizeOf(kept_.back().size_index);
    while (kept_bytes_ > medium_kept_bytes_max_) {
      dropped.push_back(kept_.front());
      kept_.pop_front();
      kept_bytes_ -= SizeOf(dropped.back().size_index);
    }
  }
  if (dropped.empty()) return;
  for (const Kept& each : dropped) madvise(each.block, SizeOf(each.size_index), MADV_DONTNEED);
  MutexLock lock(mutex_);
  for (const Kept& each : dropped) addresses_[each.size_index].push_back(each.block);
}

uint64_t HeapBlocks::medium_kept_bytes() const {
  MutexLock lock(mutex_);
  return kept_bytes_;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
