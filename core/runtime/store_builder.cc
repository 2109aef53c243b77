#include "core/runtime/store_builder.h"

#include <utility>

#include "absl/status/status.h"
#include "core/base/text.h"
#include "core/runtime/store_pin.h"

namespace manta {

absl::StatusOr<StoreBuilder> StoreBuilder::Reserve(std::shared_ptr<ObjectStore> store, ObjectId id, uint64_t size_bytes,
                                                   std::span<const std::byte> metadata) {
  if (store == nullptr) {
    BufferBuilder heap = BufferBuilder::TryAllocate(size_bytes);
    if (!heap.valid()) {
      return MakeStatus(absl::StatusCode::kResourceExhausted, "the heap has no ", size_bytes,
                        " bytes in a row: build smaller parts, or in the object store");
    }
    return StoreBuilder(std::move(heap));
  }
  absl::StatusOr<std::span<std::byte>> bytes = store->Create(id, size_bytes, metadata);
  if (!bytes.ok()) return bytes.status();
  return StoreBuilder(Open{.store = std::move(store), .id = id, .bytes = *bytes});
}

absl::StatusOr<StoreBuilder> StoreBuilder::ReserveRow(std::shared_ptr<ObjectStore> store, ObjectId id, uint64_t count,
                                                      uint64_t element_bytes, std::span<const std::byte> metadata) {
  uint64_t size_bytes = 0;
  if (__builtin_mul_overflow(count, element_bytes, &size_bytes)) {
    return MakeStatus(absl::StatusCode::kResourceExhausted, count, " elements of ", element_bytes,
                      " bytes are more than any memory has: reserve fewer");
  }
  return Reserve(std::move(store), id, size_bytes, metadata);
}

StoreBuilder::~StoreBuilder() {
  const Open* const open = std::get_if<Open>(&memory_);
  // A store that has lost an open object broke its contract, and its guard has said so.
  if (open != nullptr && open->store != nullptr) open->store->Abort(open->id).IgnoreError();
}

std::span<std::byte> StoreBuilder::bytes() const {
  const Open* const open = std::get_if<Open>(&memory_);
  return open != nullptr ? open->bytes : std::get<BufferBuilder>(memory_).bytes();
}

absl::StatusOr<Buffer> StoreBuilder::Seal() && {
  if (auto* const heap = std::get_if<BufferBuilder>(&memory_); heap != nullptr) return std::move(*heap).Seal();
  Open& open = std::get<Open>(memory_);
  if (absl::Status sealed = open.store->Seal(open.id); !sealed.ok()) return sealed;  // Stays open, to be aborted.
  open.bytes = {};
  absl::StatusOr<StorePin::Handle> pin = StorePin::Get(std::move(open.store), open.id);
  if (!pin.ok()) return pin.status();
  return (*pin)->View();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
