#include "core/runtime/block_pool.h"

#include <array>
#include <atomic>
#include <cstdlib>
#include <new>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"
#include "core/base/prefetch.h"

namespace manta {

// What one thread holds; null until its first block, and again when it has given all back. As in thread_state.cc.
namespace runtime_internal {
struct ThreadBlocks;
[[gnu::tls_model("initial-exec")]] extern constinit thread_local ThreadBlocks* thread_blocks;
[[gnu::tls_model("initial-exec")]] constinit thread_local ThreadBlocks* thread_blocks = nullptr;
}  // namespace runtime_internal

namespace {

using runtime_internal::thread_blocks;
using runtime_internal::ThreadBlocks;

constexpr uint32_t kBatchCount = 64;

struct FreeBlock {
  FreeBlock* next;
  FreeBlock* next_batch;  // Of the first block of a batch in the depot.
};
static_assert(sizeof(FreeBlock) <= BlockPool::kStepBytes);

// Blocks of one class, newest first.
struct Batch {
  FreeBlock* newest = nullptr;
  uint32_t count = 0;
};

void FreeAll(FreeBlock* block) {
  while (block != nullptr) {
    FreeBlock* const next = block->next;
    std::free(block);
    block = next;
  }
}

// Full batches that no thread holds.
class Depot {
 public:
  FreeBlock* Take(uint8_t block_class) {
    Class& blocks = classes_[block_class];
    MutexLock lock(blocks.mutex);
    FreeBlock* const batch = blocks.newest;
    if (batch != nullptr) {
      blocks.newest = batch->next_batch;
      kept_bytes_.fetch_sub(BatchBytes(block_class), std::memory_order_relaxed);
    }
    return batch;
  }

  void Give(uint8_t block_class, FreeBlock* batch) {
    if (kept_bytes_.fetch_add(BatchBytes(block_class), std::memory_order_relaxed) >= BlockPool::kKeptBytesMax) {
      kept_bytes_.fetch_sub(BatchBytes(block_class), std::memory_order_relaxed);
      FreeAll(batch);
      return;
    }
    Class& blocks = classes_[block_class];
    MutexLock lock(blocks.mutex);
    batch->next_batch = blocks.newest;
    blocks.newest = batch;
  }

  uint64_t kept_bytes() const { return kept_bytes_.load(std::memory_order_relaxed); }

 private:
  static uint64_t BatchBytes(uint8_t block_class) {
    return uint64_t{block_class} * BlockPool::kStepBytes * kBatchCount;
  }

  struct alignas(64) Class {
    Mutex mutex{"block_depot"};
    FreeBlock* newest ABSL_GUARDED_BY(mutex) = nullptr;
  };
  std::array<Class, BlockPool::kClassCount> classes_;
  alignas(64) std::atomic<uint64_t> kept_bytes_{0};
};

Depot& TheDepot() {
  static Depot& depot = *new Depot;  // Objects may die after static destructors have run.
  return depot;
}

}  // namespace

// Per class the batch it takes from and adds to, and one full batch beside it, so that a thread that makes and drops
// objects in turn does not go to the depot each time.
struct runtime_internal::ThreadBlocks {
  struct Class {
    Batch current;
    FreeBlock* spare = nullptr;
  };
  std::array<Class, BlockPool::kClassCount> classes;
};

namespace {

// Gives all back when the thread ends.
struct OwnBlocks {
  ~OwnBlocks();
  ThreadBlocks blocks;
  bool ended = false;  // What the thread's other destructors give back goes to the system.
};
thread_local constinit OwnBlocks own_blocks;

OwnBlocks::~OwnBlocks() {
  ended = true;
  thread_blocks = nullptr;
  for (uint8_t i = 1; i < BlockPool::kClassCount; ++i) {
    ThreadBlocks::Class& of_class = blocks.classes[i];
    if (of_class.spare != nullptr) TheDepot().Give(i, of_class.spare);
    if (of_class.current.count == kBatchCount) {
      TheDepot().Give(i, of_class.current.newest);
    } else {
      FreeAll(of_class.current.newest);
    }
  }
}

// Null: the thread ends.
ThreadBlocks* MeetThread() {
  if (own_blocks.ended) return nullptr;
  return thread_blocks = &own_blocks.blocks;
}

void* FromSystem(size_t size_bytes) {
  void* const block = std::malloc(size_bytes);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void* FromDepot(uint8_t block_class, ThreadBlocks::Class& blocks) {
  FreeBlock* batch = blocks.spare;
  if (batch != nullptr) {
    blocks.spare = nullptr;
  } else {
    batch = TheDepot().Take(block_class);
  }
  if (batch == nullptr) return FromSystem(block_class * BlockPool::kStepBytes);
  blocks.current = {batch->next, kBatchCount - 1};
  return batch;
}

void MakeRoom(uint8_t block_class, ThreadBlocks::Class& blocks) {
  if (blocks.spare != nullptr) TheDepot().Give(block_class, blocks.spare);
  blocks.spare = blocks.current.newest;
  blocks.current = {};
}

}  // namespace

void* BlockPool::Allocate(size_t size_bytes, size_t alignment_bytes) {
  const uint8_t block_class = ClassOf(size_bytes, alignment_bytes);
  if (block_class != 0) [[likely]] {
    ThreadBlocks* thread = thread_blocks;
    if (thread == nullptr) [[unlikely]]
      thread = MeetThread();
    if (thread == nullptr) [[unlikely]]
      return FromSystem(block_class * kStepBytes);
    ThreadBlocks::Class& blocks = thread->classes[block_class];
    FreeBlock* const block = blocks.current.newest;
    if (block == nullptr) [[unlikely]]
      return FromDepot(block_class, blocks);
    blocks.current.newest = block->next;
    --blocks.current.count;
    // The next object's lines, while this one is being made: another thread may have had them last.
    PrefetchForWrite(block->next, block_class * kStepBytes);
    return block;
  }
  if (alignment_bytes <= alignof(std::max_align_t)) return FromSystem(size_bytes);
  void* const block =
      std::aligned_alloc(alignment_bytes, (size_bytes + alignment_bytes - 1) / alignment_bytes * alignment_bytes);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void BlockPool::Free(void* block, uint8_t block_class) noexcept {
  ThreadBlocks* thread = thread_blocks;
  if (thread == nullptr) [[unlikely]]
    thread = MeetThread();
  if (block_class == 0 || thread == nullptr) {
    std::free(block);
    return;
  }
  ThreadBlocks::Class& blocks = thread->classes[block_class];
  if (blocks.current.count == kBatchCount) [[unlikely]]
    MakeRoom(block_class, blocks);
  auto* const free_block = static_cast<FreeBlock*>(block);
  free_block->next = blocks.current.newest;
  blocks.current.newest = free_block;
  ++blocks.current.count;
}

uint64_t BlockPool::kept_bytes() { return TheDepot().kept_bytes(); }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
