// core/runtime/id_blocks.h -- numbers objects, without threads meeting for each of them.
//
// A thread draws a block of numbers, and then numbers from it by itself:
//
//   IdBlocks  next: 3        thread A: 1..1024, at 17      thread B: 1025..2048, at 1030
//
// Why no number comes twice: the only shared step is one atomic addition. Its results are all different whatever order
// it has, since additions to one variable have one order of their own; so blocks are different, and the numbers of a
// block are its thread's alone. Nothing else is read by what a draw returned, so relaxed is enough. A thread may keep
// the rest of a block for as long as it likes, also while a runtime ends and another one begins a new series on the
// same IdBlocks: the rest names its series, and is not drawn from in another one.
//
// Threads   Draw is [any-thread], with a share of the thread's own. Begin is alone, and happens before what it starts.
// Cost      An addition; for one in kBlock numbers an atomic one.
#pragma once

#include <cstdint>

#include "core/base/atomics.h"

namespace manta {

template <typename Atomics = StdAtomics, uint64_t kBlock = 1024>
class IdBlocks {
 public:
  // What is left of the block that a thread has drawn last.
  struct Share {
    uint64_t series = 0;
    uint64_t next = 0;
    uint64_t end = 0;
  };

  static constexpr uint64_t kBlockSize = kBlock;

  IdBlocks() : block_count_(0) {}
  IdBlocks(const IdBlocks&) = delete;
  IdBlocks& operator=(const IdBlocks&) = delete;

  // Numbers from 1 again. REQUIRES: `series` is not 0, and no IdBlocks has had it before.
  void Begin(uint64_t series) {
    series_ = series;
    block_count_.store(0, std::memory_order_relaxed);
  }

  // A number that nobody else gets in this series; from 1. REQUIRES: a series has begun.
  uint64_t Draw(Share& share) {
    if (share.series != series_ || share.next == share.end) [[unlikely]] {
      share.series = series_;
      share.next = block_count_.fetch_add(1, std::memory_order_relaxed) * kBlock + 1;
      share.end = share.next + kBlock;
    }
    return share.next++;
  }

 private:
  uint64_t series_ = 0;
  typename Atomics::template Atomic<uint64_t> block_count_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
