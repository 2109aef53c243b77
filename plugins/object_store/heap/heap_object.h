// plugins/object_store/heap/heap_object.h -- one object in one block of memory: header, metadata, data.
//
//   | HeapObject | metadata | 0..63 bytes | data, 64-byte aligned |
//
// The data comes last, so that a write past its end leaves the block, where AddressSanitizer sees it. (Which knows
// malloc's blocks: where it looks, all objects are malloc's.)
//
// Threads   Guarded by the lock of the object's shard; data and metadata are read without it while pinned.
// Cost      One block: over-allocating for the alignment is faster than asking malloc for it, since glibc keeps its
//           per-thread lists out of aligned requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>

#include "core/interface/object_store.h"
#include "plugins/object_store/heap/heap_blocks.h"

namespace manta {

struct HeapObject {
  uint64_t size_bytes = 0;
  uint64_t metadata_bytes = 0;
  uint64_t pin_count = 0;                  // Get, Release.
  ObjectState state = ObjectState::kOpen;  // Seal, Delete.
  bool cached = false;                     // Cache, Uncache, Delete.
  HeapBlocks& blocks;                      // Where its own came from.

  uint64_t charge_bytes() const { return ObjectStore::ChargeBytes(size_bytes, metadata_bytes); }

  std::span<std::byte> metadata() { return {reinterpret_cast<std::byte*>(this + 1), metadata_bytes}; }

  std::span<std::byte> data() {
    const uintptr_t begin = reinterpret_cast<uintptr_t>(this + 1) + metadata_bytes;
    return {reinterpret_cast<std::byte*>((begin + kMask) & ~kMask), size_bytes};
  }

  // An open object with a copy of `metadata`, or null when the system has no memory. `blocks` outlives it.
  static HeapObject* Allocate(uint64_t size_bytes, std::span<const std::byte> metadata, HeapBlocks& blocks) {
    if (size_bytes > SIZE_MAX - OverheadBytes(metadata.size())) return nullptr;
    void* block = blocks.Allocate(OverheadBytes(metadata.size()) + size_bytes);
    if (block == nullptr) return nullptr;
    auto* object =
        new (block) HeapObject{.size_bytes = size_bytes, .metadata_bytes = metadata.size(), .blocks = blocks};
    if (!metadata.empty()) std::memcpy(object->metadata().data(), metadata.data(), metadata.size());
    return object;
  }

  // What std::unique_ptr calls.
  struct Free {
    void operator()(HeapObject* object) const {
      object->blocks.Free(object, OverheadBytes(object->metadata_bytes) + object->size_bytes);
    }
  };

 private:
  static constexpr uintptr_t kMask = ObjectStore::kAlignmentBytes - 1;

  static constexpr uint64_t OverheadBytes(uint64_t metadata_bytes) {
    return sizeof(HeapObject) + metadata_bytes + kMask;
  }
};

using HeapObjectPtr = std::unique_ptr<HeapObject, HeapObject::Free>;

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
