// core/base/large_blocks.h -- gives large values their memory, and keeps what they gave back.
//
// A fresh page costs a fault, and all of a large value's faults cost several times what filling it does. So large
// blocks are asked for in huge pages; and those that were freed are kept, at most so many bytes of them, for the next
// values of about their size. What is kept is free memory to the system, which takes it when it is short.
//
//   system --Allocate--> value --Free--> kept --Allocate--> value
//                                        kept --too much, or the end--> system
//
// Threads   [any-thread].
// Memory    Whole huge pages: at most a third more than was asked for.
// Cost      From what is kept: a lock and a look at a few blocks.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"

namespace manta {

class LargeBlocks {
 public:
  static constexpr uint64_t kBytesMin = uint64_t{8}
                                        << 20;  // Smaller ones are malloc's, which reuses its memory itself.
  static constexpr uint64_t kKeptBytesMax = uint64_t{256} << 20;

  explicit LargeBlocks(uint64_t kept_bytes_max = kKeptBytesMax) : kept_bytes_max_(kept_bytes_max) {}
  LargeBlocks(const LargeBlocks&) = delete;
  LargeBlocks& operator=(const LargeBlocks&) = delete;
  ~LargeBlocks();  // REQUIRES: all blocks were freed.

  // At least `bytes`, aligned to 64 bytes; null when the system has no memory. REQUIRES: bytes >= kBytesMin.
  void* Allocate(uint64_t bytes) noexcept;

  void Free(void* block) noexcept;

  uint64_t kept_bytes() const;

 private:
  struct Header;

  Header* TakeKept(uint64_t mapped_bytes);

  const uint64_t kept_bytes_max_;
  mutable Mutex mutex_{"large_blocks"};
  std::vector<Header*> kept_ ABSL_GUARDED_BY(mutex_);  // The oldest first.
  uint64_t kept_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
