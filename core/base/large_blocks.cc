#include "core/base/large_blocks.h"

#include <sys/mman.h>

#include <cstddef>
#include <new>

namespace manta {

// At the beginning of each block; the object's memory comes behind it.
struct alignas(64) LargeBlocks::Header {
  uint64_t mapped_bytes;
};

namespace {

constexpr uint64_t kHugePageBytes = uint64_t{2} << 20;

// Memory that begins with a huge page; null: there is none.
void* Map(uint64_t bytes) {
  void* const mapped =
      mmap(nullptr, bytes + kHugePageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return nullptr;
  const uintptr_t begin = reinterpret_cast<uintptr_t>(mapped);
  const uintptr_t aligned = (begin + kHugePageBytes - 1) & ~(kHugePageBytes - 1);
  if (aligned != begin) munmap(mapped, aligned - begin);
  if (const uintptr_t rest = begin + kHugePageBytes - aligned; rest != 0) {
    munmap(reinterpret_cast<void*>(aligned + bytes), rest);
  }
  auto* const block = reinterpret_cast<void*>(aligned);
  madvise(block, bytes, MADV_HUGEPAGE);  // A system without them gives small ones.
  return block;
}

}  // namespace

LargeBlocks::~LargeBlocks() {
  MutexLock lock(mutex_);
  for (Header* const header : kept_) munmap(header, header->mapped_bytes);
}

LargeBlocks::Header* LargeBlocks::TakeKept(uint64_t mapped_bytes) {
  MutexLock lock(mutex_);
  auto best = kept_.end();
  for (auto each = kept_.begin(); each != kept_.end(); ++each) {
    const uint64_t has_bytes = (*each)->mapped_bytes;
    if (has_bytes < mapped_bytes || has_bytes - mapped_bytes > mapped_bytes / 8) continue;
    if (best == kept_.end() || has_bytes <= (*best)->mapped_bytes) best = each;  // Of equal ones the newest.
  }
  if (best == kept_.end()) return nullptr;
  Header* const header = *best;
  kept_.erase(best);
  kept_bytes_ -= header->mapped_bytes;
  return header;
}

void* LargeBlocks::Allocate(uint64_t bytes) noexcept {
  if (bytes > UINT64_MAX / 2) return nullptr;
  const uint64_t mapped_bytes = (bytes + sizeof(Header) + kHugePageBytes - 1) & ~(kHugePageBytes - 1);
  Header* header = TakeKept(mapped_bytes);
  if (header == nullptr) {
    void* const block = Map(mapped_bytes);
    if (block == nullptr) return nullptr;
    header = new (block) Header{mapped_bytes};
  }
  return header + 1;
}

void LargeBlocks::Free(void* block) noexcept {
  Header* const header = static_cast<Header*>(block) - 1;
  const uint64_t mapped_bytes = header->mapped_bytes;
  if (mapped_bytes > kept_bytes_max_) {
    munmap(header, mapped_bytes);
    return;
  }
  // All but the page with the header.
  madvise(reinterpret_cast<std::byte*>(header) + kHugePageBytes, mapped_bytes - kHugePageBytes, MADV_FREE);
  std::vector<Header*> dropped;
  {
    MutexLock lock(mutex_);
    while (kept_bytes_ + mapped_bytes > kept_bytes_max_) {
      dropped.push_back(kept_.front());
      kept_.erase(kept_.begin());
      kept_bytes_ -= dropped.back()->mapped_bytes;
    }
    kept_.push_back(header);
    kept_bytes_ += mapped_bytes;
  }
  for (Header* const each : dropped) munmap(each, each->mapped_bytes);
}

uint64_t LargeBlocks::kept_bytes() const {
  MutexLock lock(mutex_);
  return kept_bytes_;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
