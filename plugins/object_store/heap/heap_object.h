// plugins/object_store/heap/heap_object.h -- one object in one block of memory: header, metadata, data.
//
//   | HeapObject | metadata | 0..63 bytes | data, 64-byte aligned |
//
// The data comes last, so that a write past its end leaves the block, where AddressSanitizer sees it. (Which knows
// malloc's blocks: where it looks, large objects are malloc's as well.)
//
// Threads   Guarded by the lock of the object's shard; data and metadata are read without it while pinned.
// Cost      malloc and no more, or LargeBlocks: over-allocating for the alignment is faster than asking malloc for it,
//           since glibc keeps its per-thread lists out of aligned requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <span>

#include "core/base/large_blocks.h"
#include "core/base/sanitizer.h"
#include "core/interface/object_store.h"

namespace manta {

struct HeapObject {
  uint64_t size_bytes = 0;
  uint64_t metadata_bytes = 0;
  uint64_t pin_count = 0;                  // Get, Release.
  ObjectState state = ObjectState::kOpen;  // Seal, Delete.
  bool cached = false;                     // Cache, Uncache, Delete.
  LargeBlocks* large = nullptr;            // Where its block came from; null: malloc.

  uint64_t charge_bytes() const { return ObjectStore::ChargeBytes(size_bytes, metadata_bytes); }

  std::span<std::byte> metadata() { return {reinterpret_cast<std::byte*>(this + 1), metadata_bytes}; }

  std::span<std::byte> data() {
    const uintptr_t begin = reinterpret_cast<uintptr_t>(this + 1) + metadata_bytes;
    return {reinterpret_cast<std::byte*>((begin + kMask) & ~kMask), size_bytes};
  }

  // An open object with a copy of `metadata`, or null when the system has no memory. `large` outlives it.
  static HeapObject* Allocate(uint64_t size_bytes, std::span<const std::byte> metadata, LargeBlocks& large) {
    const uint64_t overhead_bytes = sizeof(HeapObject) + metadata.size() + kMask;
    if (size_bytes > SIZE_MAX - overhead_bytes) return nullptr;
    const bool is_large = !kAddressSanitizer && size_bytes >= LargeBlocks::kBytesMin;
    void* block = is_large ? large.Allocate(overhead_bytes + size_bytes) : std::malloc(overhead_bytes + size_bytes);
    if (block == nullptr) return nullptr;
    auto* object = new (block)
        HeapObject{.size_bytes = size_bytes, .metadata_bytes = metadata.size(), .large = is_large ? &large : nullptr};
    if (!metadata.empty()) std::memcpy(object->metadata().data(), metadata.data(), metadata.size());
    return object;
  }

  // What std::unique_ptr calls.
  struct Free {
    void operator()(HeapObject* object) const {
      object->large != nullptr ? object->large->Free(object) : std::free(object);
    }
  };

 private:
  static constexpr uintptr_t kMask = ObjectStore::kAlignmentBytes - 1;
};

using HeapObjectPtr = std::unique_ptr<HeapObject, HeapObject::Free>;

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
