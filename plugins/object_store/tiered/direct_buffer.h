// plugins/object_store/tiered/direct_buffer.h -- memory for direct transfers: aligned, and in whole blocks.
//
// Buffers that were given back are kept for the next transfer, since fresh pages take as long as copying into them.
//
// Threads   [any-thread].
// Memory    At most kKeptMax buffers are kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"
#include "core/interface/disk.h"

namespace manta {

// What one transfer moves at most: large enough for devices to be busy, small against any store. A fuzzer wants many
// files, not fast ones.
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
inline constexpr uint64_t kTransferBytes = uint64_t{16} << 10;
#else
inline constexpr uint64_t kTransferBytes = uint64_t{2} << 20;
#endif
static_assert(kTransferBytes % kDirectBytes == 0);

// To whole blocks, down and up.
constexpr uint64_t BlockBegin(uint64_t offset) { return offset / kDirectBytes * kDirectBytes; }
constexpr uint64_t BlockEnd(uint64_t offset) { return BlockBegin(offset + (kDirectBytes - 1)); }

class DirectBuffers {
 public:
  static constexpr size_t kKeptMax = 4;

  struct GiveBack {
    DirectBuffers* buffers = nullptr;
    void operator()(std::byte* memory) const { buffers->Give(memory); }
  };
  // kTransferBytes.
  using Buffer = std::unique_ptr<std::byte[], GiveBack>;

  DirectBuffers() = default;
  DirectBuffers(const DirectBuffers&) = delete;
  DirectBuffers& operator=(const DirectBuffers&) = delete;
  ~DirectBuffers() {  // REQUIRES: all were given back.
    for (std::byte* const memory : kept_) std::free(memory);
  }

  // Null: the system has no memory.
  Buffer Take() {
    {
      MutexLock lock(mutex_);
      if (!kept_.empty()) {
        std::byte* const memory = kept_.back();
        kept_.pop_back();
        return Buffer(memory, {this});
      }
    }
    return Buffer(static_cast<std::byte*>(std::aligned_alloc(kDirectBytes, kTransferBytes)), {this});
  }

 private:
  void Give(std::byte* memory) {
    {
      MutexLock lock(mutex_);
      if (kept_.size() < kKeptMax) return kept_.push_back(memory);
    }
    std::free(memory);
  }

  Mutex mutex_{"direct_buffers"};
  std::vector<std::byte*> kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
