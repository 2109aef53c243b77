// core/runtime/block_pool.h -- gives objects their memory, and keeps what they gave back for the next ones.
//
// Every task and every object is one block, made on one thread and given back on another, millions a second. The
// system's allocator would take a lock for each of those, and hand the pages of a burst back and forth between process
// and system.
//
//   thread's current batch <-> thread's spare batch <-> depot of all threads <- region of huge pages, then the system
//
// Blocks of one class move between a thread and the depot in batches, so that its lock is taken once for many of them.
// The first kKeptBytesMax of blocks are cut out of one region of addresses and kept for good; what is more comes from
// the system, one by one, and goes back to it.
//
// Threads   [any-thread]; a block may be given back by another thread than its maker.
// Memory    Blocks are aligned to 16 bytes, or as their type. Large ones, and in sanitizer builds (which would not see
//           a block that is used after its end) all of them, are the system's from the start. Of the region only what
//           blocks were cut out of takes memory.
// Cost      Allocate and Free: a few instructions and no atomic operation, but for one batch in 64.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/sanitizer.h"

namespace manta {

class BlockPool {
 public:
  static constexpr size_t kStepBytes = 32;
  static constexpr uint8_t kClassCount = 16;  // 0: not pooled.
  static constexpr uint64_t kKeptBytesMax = uint64_t{256} << 20;

  // The class of blocks of this size; of one size and alignment it is always the same.
  static constexpr uint8_t ClassOf(size_t size_bytes, size_t alignment_bytes) {
    const size_t steps = (size_bytes + kStepBytes - 1) / kStepBytes;
    return kPooled && alignment_bytes <= alignof(std::max_align_t) && steps < kClassCount ? static_cast<uint8_t>(steps)
                                                                                          : uint8_t{0};
  }

  // Has the first memory there before it is needed, which the first blocks would else wait for.
  static void Prepare();

  // Throws std::bad_alloc.
  static void* Allocate(size_t size_bytes, size_t alignment_bytes);

  // `block_class` is that of the block's size and alignment.
  static void Free(void* block, uint8_t block_class) noexcept;

  // Bytes that the depot keeps for later.
  static uint64_t kept_bytes();

 private:
  static constexpr bool kPooled = !kAddressSanitizer && !kThreadSanitizer;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
