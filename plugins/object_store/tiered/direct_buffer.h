// plugins/object_store/tiered/direct_buffer.h -- memory for direct transfers: aligned, and in whole blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "core/interface/disk.h"

namespace manta {

// What one transfer moves at most: large enough for devices to be busy, small against any store.
inline constexpr uint64_t kTransferBytes = uint64_t{2} << 20;
static_assert(kTransferBytes % kDirectBytes == 0);

// To whole blocks, down and up.
constexpr uint64_t BlockBegin(uint64_t offset) { return offset / kDirectBytes * kDirectBytes; }
constexpr uint64_t BlockEnd(uint64_t offset) { return BlockBegin(offset + (kDirectBytes - 1)); }

class DirectBuffer {
 public:
  DirectBuffer() = default;

  // Gives up what it has, and takes `size_bytes`, whole blocks. False: the system has no memory.
  bool Allocate(uint64_t size_bytes) {
    memory_.reset();
    memory_.reset(static_cast<std::byte*>(std::aligned_alloc(kDirectBytes, size_bytes)));
    size_bytes_ = memory_ == nullptr ? 0 : size_bytes;
    return memory_ != nullptr;
  }

  std::span<std::byte> bytes() const { return {memory_.get(), size_bytes_}; }

 private:
  struct Free {
    void operator()(std::byte* memory) const { std::free(memory); }
  };
  std::unique_ptr<std::byte, Free> memory_;
  uint64_t size_bytes_ = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
