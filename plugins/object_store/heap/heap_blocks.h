// plugins/object_store/heap/heap_blocks.h -- gives the objects of a heap store their memory, each in a way of its size.
//
//   below 64 KiB   malloc's
//   below 8 MiB    pages of their own, in sizes of which there are eight to each doubling
//   others         huge pages (large_blocks.h)
//
// Objects of many sizes that come and go leave holes in malloc's heap that fit none of the next: for hours it takes a
// bit more from the system, though the store is never fuller. A hole among the pages of one size fits each other one of
// that size; and pages that are free beyond what is kept for the next are the system's again.
//
//   addresses --first write--> block --Free--> kept --Allocate--> block
//       ^---------the oldest, when too much is kept--------/
//
// Threads   [any-thread].
// Memory    Medium blocks are rounded up by an eighth at most. Their addresses stay the store's until it ends, without
//           memory.
// Cost      A medium block from what is kept: a lock, and a look at what was freed since.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/large_blocks.h"
#include "core/base/mutex.h"

namespace manta {

class HeapBlocks {
 public:
  static constexpr uint64_t kMediumBytesMin = uint64_t{64} << 10;

  // What may be kept of large blocks, and of medium ones.
  HeapBlocks(uint64_t large_kept_bytes_max, uint64_t medium_kept_bytes_max)
      : medium_kept_bytes_max_(medium_kept_bytes_max), large_(large_kept_bytes_max) {}
  HeapBlocks(const HeapBlocks&) = delete;
  HeapBlocks& operator=(const HeapBlocks&) = delete;
  ~HeapBlocks();  // REQUIRES: all blocks were freed.

  // At least `bytes`, aligned to 16 bytes; null when the system has no memory.
  void* Allocate(uint64_t bytes) noexcept;

  // `bytes` as they were asked for.
  void Free(void* block, uint64_t bytes) noexcept;

  // Memory of freed medium blocks that waits for the next ones.
  uint64_t medium_kept_bytes() const;

 private:
  // Sizes of medium blocks: from 2^16 to 2^23, each of them twice the one eight before.
  static constexpr uint64_t kSizesPerDoubling = 8;
  static constexpr size_t kSizeCount = 7 * kSizesPerDoubling + 1;

  struct Kept {
    void* block;
    size_t size_index;
  };

  static size_t SizeIndexOf(uint64_t bytes);
  static uint64_t SizeOf(size_t size_index);
  void* AllocateMedium(uint64_t bytes) noexcept;
  void FreeMedium(void* block, uint64_t bytes) noexcept;

  const uint64_t medium_kept_bytes_max_;
  mutable Mutex mutex_{"heap_blocks"};
  std::deque<Kept> kept_ ABSL_GUARDED_BY(mutex_);  // The oldest first.
  uint64_t kept_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::array<std::vector<void*>, kSizeCount> addresses_ ABSL_GUARDED_BY(mutex_);  // Without memory, by size.
  LargeBlocks large_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
