#include "core/runtime/block_pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <new>
#include <utility>

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
  FreeBlock* next = nullptr;
  // Of the first block of a batch in the depot.
  FreeBlock* next_batch = nullptr;
  uint32_t batch_count = 0;
};
static_assert(sizeof(FreeBlock) <= BlockPool::kStepBytes);

// Blocks of one class, newest first.
struct Batch {
  FreeBlock* newest = nullptr;
  uint32_t count = 0;
};

// The memory that blocks are cut out of, as long as it lasts. It is never given back: the depot keeps as much anyway.
// It is huge pages, which bring a burst of objects its memory with a few faults instead of one for each page.
class Region {
 public:
  Region() : begin_(static_cast<std::byte*>(std::aligned_alloc(kHugePageBytes, BlockPool::kKeptBytesMax))) {
    if (begin_ == nullptr) return;
    rest_ = {begin_, begin_ + BlockPool::kKeptBytesMax};
    madvise(begin_, BlockPool::kKeptBytesMax, MADV_HUGEPAGE);  // A system without them gives small ones.
    *begin_ = std::byte{0};                                    // The first of them is there from the start.
  }

  bool Contains(const void* block) const {
    return begin_ != nullptr &&
           reinterpret_cast<uintptr_t>(block) - reinterpret_cast<uintptr_t>(begin_) < BlockPool::kKeptBytesMax;
  }

  struct Chunk {
    std::byte* begin = nullptr;
    std::byte* end = nullptr;
  };
  // Memory for blocks of one class. Empty: nothing is left.
  Chunk Take() {
    MutexLock lock(mutex_);
    if (rest_.begin == rest_.end) return {};
    const Chunk chunk = {rest_.begin, rest_.begin + kChunkBytes};
    rest_.begin = chunk.end;
    return chunk;
  }

 private:
  static constexpr uint64_t kHugePageBytes = uint64_t{2} << 20;
  static constexpr uint64_t kChunkBytes = uint64_t{64} << 10;
  static_assert(BlockPool::kKeptBytesMax % kHugePageBytes == 0 && kHugePageBytes % kChunkBytes == 0);

  std::byte* const begin_;
  Mutex mutex_{"block_region"};
  Chunk rest_ ABSL_GUARDED_BY(mutex_);
};

// What no thread holds: batches, and memory that no block was cut out of yet.
class Depot {
 public:
  // Empty: there is none.
  Batch Take(uint8_t block_class) {
    Class& blocks = classes_[block_class];
    MutexLock lock(blocks.mutex);
    FreeBlock* const newest = blocks.newest;
    if (newest == nullptr) return {};
    blocks.newest = newest->next_batch;
    kept_bytes_.fetch_sub(BatchBytes(block_class, newest->batch_count), std::memory_order_relaxed);
    return {newest, newest->batch_count};
  }

  // New blocks. Empty: the region is used up.
  Batch Cut(uint8_t block_class) {
    const size_t block_bytes = block_class * BlockPool::kStepBytes;
    Class& blocks = classes_[block_class];
    std::byte* begin = nullptr;
    uint32_t count = 0;
    {
      MutexLock lock(blocks.mutex);
      if (static_cast<size_t>(blocks.chunk.end - blocks.chunk.begin) < block_bytes) {
        blocks.chunk = region_.Take();
      }
      count = static_cast<uint32_t>(
          std::min<size_t>(kBatchCount, static_cast<size_t>(blocks.chunk.end - blocks.chunk.begin) / block_bytes));
      begin = blocks.chunk.begin;
      blocks.chunk.begin += count * block_bytes;
    }
    // Outside of the lock, since this is what meets the page faults. The first block is the first to be used.
    FreeBlock* newest = nullptr;
    for (uint32_t i = count; i > 0; --i) newest = new (begin + (i - 1) * block_bytes) FreeBlock{.next = newest};
    return {newest, count};
  }

  void Give(uint8_t block_class, Batch batch) {
    if (kept_bytes_.load(std::memory_order_relaxed) >= BlockPool::kKeptBytesMax) batch = FreeMallocs(batch);
    if (batch.newest == nullptr) return;
    kept_bytes_.fetch_add(BatchBytes(block_class, batch.count), std::memory_order_relaxed);
    batch.newest->batch_count = batch.count;
    Class& blocks = classes_[block_class];
    MutexLock lock(blocks.mutex);
    batch.newest->next_batch = blocks.newest;
    blocks.newest = batch.newest;
  }

  // One that no batch of a thread takes, because the thread ends.
  void GiveOne(uint8_t block_class, void* block) {
    if (!region_.Contains(block)) return std::free(block);
    Give(block_class, {new (block) FreeBlock{}, 1});
  }

  uint64_t kept_bytes() const { return kept_bytes_.load(std::memory_order_relaxed); }

 private:
  static uint64_t BatchBytes(uint8_t block_class, uint32_t count) {
    return uint64_t{block_class} * BlockPool::kStepBytes * count;
  }

  // Gives malloc's blocks back to it, and returns the others.
  Batch FreeMallocs(Batch batch) const {
    Batch rest;
    for (FreeBlock* block = batch.newest; block != nullptr;) {
      FreeBlock* const next = block->next;
      if (region_.Contains(block)) {
        block->next = rest.newest;
        rest = {block, rest.count + 1};
      } else {
        std::free(block);
      }
      block = next;
    }
    return rest;
  }

  struct alignas(64) Class {
    Mutex mutex{"block_depot"};
    FreeBlock* newest ABSL_GUARDED_BY(mutex) = nullptr;
    Region::Chunk chunk ABSL_GUARDED_BY(mutex);
  };
  Region region_;
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
    Batch spare;
  };
  std::array<Class, BlockPool::kClassCount> classes;
};

namespace {

// Gives all back when the thread ends.
struct OwnBlocks {
  ~OwnBlocks();
  ThreadBlocks blocks;
  bool ended = false;  // What the thread's other destructors give back goes to the depot.
};
thread_local constinit OwnBlocks own_blocks;

OwnBlocks::~OwnBlocks() {
  ended = true;
  thread_blocks = nullptr;
  for (uint8_t i = 1; i < BlockPool::kClassCount; ++i) {
    ThreadBlocks::Class& of_class = blocks.classes[i];
    if (of_class.spare.newest != nullptr) TheDepot().Give(i, of_class.spare);
    if (of_class.current.newest != nullptr) TheDepot().Give(i, of_class.current);
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
  Batch batch = std::exchange(blocks.spare, {});
  if (batch.newest == nullptr) batch = TheDepot().Take(block_class);
  if (batch.newest == nullptr) batch = TheDepot().Cut(block_class);
  if (batch.newest == nullptr) return FromSystem(block_class * BlockPool::kStepBytes);
  blocks.current = {batch.newest->next, batch.count - 1};
  return batch.newest;
}

void MakeRoom(uint8_t block_class, ThreadBlocks::Class& blocks) {
  if (blocks.spare.newest != nullptr) TheDepot().Give(block_class, blocks.spare);
  blocks.spare = std::exchange(blocks.current, {});
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
  if (block_class == 0) return std::free(block);
  if (thread == nullptr) [[unlikely]]
    return TheDepot().GiveOne(block_class, block);
  ThreadBlocks::Class& blocks = thread->classes[block_class];
  if (blocks.current.count == kBatchCount) [[unlikely]]
    MakeRoom(block_class, blocks);
  auto* const free_block = static_cast<FreeBlock*>(block);
  free_block->next = blocks.current.newest;
  blocks.current.newest = free_block;
  ++blocks.current.count;
}

void BlockPool::Prepare() {
  if constexpr (kPooled) TheDepot();
}

uint64_t BlockPool::kept_bytes() { return TheDepot().kept_bytes(); }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
