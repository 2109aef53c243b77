// my_store.cc -- an object store for Manta whose objects never stand in a core dump.
//
// docs/plugin_author/your_own_store.md explains it, and shows what stands between the markers.

//(begin store)
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "core/interface/basic_object_store.h"
#include "core/plugin/export.h"

namespace {

constexpr uint64_t kCapacityBytes = uint64_t{64} << 20;

// Pages of its own for each object: left out of core dumps, wiped, and given back to the system at once.
class SecretMemory final : public manta::ObjectMemory {
 public:
  std::byte* Allocate(uint64_t size_bytes) override {
    void* pages = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return nullptr;
    if (madvise(pages, size_bytes, MADV_DONTDUMP) != 0) {
      munmap(pages, size_bytes);
      return nullptr;
    }
    return static_cast<std::byte*>(pages);
  }

  void Free(std::byte* memory, uint64_t size_bytes) override {
    explicit_bzero(memory, size_bytes);
    munmap(memory, size_bytes);
  }
};

absl::StatusOr<std::unique_ptr<manta::ObjectStore>> MakeMyStore(const manta::Host& host, std::span<const std::byte>) {
  return std::make_unique<manta::BasicObjectStore>(host, kCapacityBytes, std::make_unique<SecretMemory>());
}

}  // namespace

//(begin export)
MANTA_PLUGIN(manta::ObjectStore, MakeMyStore, .name = "example.object_store.mine",
             .summary = "Keeps objects out of core dumps")
//(end export)
//(end store)

// SPDX-License-Identifier: Apache-2.0
