#include "core/runtime/block_pool.h"

#include <array>
#include <atomic>
#include <cstdlib>
#include <new>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"

namespace manta {
namespace {

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

// What one thread holds: per class the batch it takes from and adds to, and one full batch beside it, so that a thread
// that makes and drops objects in turn does not go to the depot each time.
struct ThreadBlocks {
  struct Class {
    Batch current;
    FreeBlock* spare = nullptr;
  };
  std::array<Class, BlockPool::kClassCount> classes;
};

thread_local constinit ThreadBlocks thread_blocks;

// Gives all back when the thread ends. What it frees later still goes to thread_blocks, and is lost with it: so the
// pool is not used any more.
struct GiveBack {
  ~GiveBack();
  bool armed = true;
};
thread_local constinit bool thread_ended = false;
thread_local GiveBack give_back;

GiveBack::~GiveBack() {
  thread_ended = true;
  for (uint8_t i = 1; i < BlockPool::kClassCount; ++i) {
    ThreadBlocks::Class& blocks = thread_blocks.classes[i];
    if (blocks.spare != nullptr) TheDepot().Give(i, blocks.spare);
    if (blocks.current.count == kBatchCount) {
      TheDepot().Give(i, blocks.current.newest);
    } else {
      FreeAll(blocks.current.newest);
    }
    blocks = {};
  }
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

void FreeToDepot(uint8_t block_class, ThreadBlocks::Class& blocks, FreeBlock* block) {
  if (thread_ended) {
    std::free(block);
    return;
  }
  static_cast<void>(give_back.armed);  // From now on there is something to give back.
  if (blocks.current.count == kBatchCount) {
    if (blocks.spare != nullptr) TheDepot().Give(block_class, blocks.spare);
    blocks.spare = blocks.current.newest;
    blocks.current = {};
  }
  block->next = blocks.current.newest;
  blocks.current.newest = block;
  ++blocks.current.count;
}

}  // namespace

void* BlockPool::Allocate(size_t size_bytes, size_t alignment_bytes) {
  const uint8_t block_class = ClassOf(size_bytes, alignment_bytes);
  if (block_class != 0) [[likely]] {
    ThreadBlocks::Class& blocks = thread_blocks.classes[block_class];
    FreeBlock* const block = blocks.current.newest;
    if (block == nullptr) [[unlikely]]
      return FromDepot(block_class, blocks);
    blocks.current.newest = block->next;
    --blocks.current.count;
    __builtin_prefetch(block->next, 1);  // The next object's first line, while this one is being made.
    return block;
  }
  if (alignment_bytes <= alignof(std::max_align_t)) return FromSystem(size_bytes);
  void* const block =
      std::aligned_alloc(alignment_bytes, (size_bytes + alignment_bytes - 1) / alignment_bytes * alignment_bytes);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

void BlockPool::Free(void* block, uint8_t block_class) noexcept {
  if (block_class == 0) {
    std::free(block);
    return;
  }
  ThreadBlocks::Class& blocks = thread_blocks.classes[block_class];
  auto* const free_block = static_cast<FreeBlock*>(block);
  // An empty batch may be this thread's first: then its end has to be told.
  if (blocks.current.count == kBatchCount || blocks.current.count == 0) [[unlikely]] {
    FreeToDepot(block_class, blocks, free_block);
    return;
  }
  free_block->next = blocks.current.newest;
  blocks.current.newest = free_block;
  ++blocks.current.count;
}

uint64_t BlockPool::kept_bytes() { return TheDepot().kept_bytes(); }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
