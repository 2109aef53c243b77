// core/runtime/store_builder.h -- writes large data where it will lie: into the object store.
//
// What is built on the heap and put into the store later is copied once more. These builders reserve an object, hand
// out its memory to be filled, and seal it; the Buffer or Array that comes out looks at that very memory.
//
//   auto builder = StoreArrayBuilder<float>::Reserve(store, id, 1'000'000);
//   if (!builder.ok()) return builder.status();
//   Fill(builder->elements());
//   absl::StatusOr<Array<float>> row = std::move(*builder).Seal();
//
// Without a store (null) the memory is the heap's, and the id is not used: one path for large and small data.
//
// Shapes    Reserve gives memory whose content is not specified; Seal empties the builder.
// Units     Bytes; an array's `count` are elements.
// Threads   A builder is used by one thread at a time. What comes out is a value, as core/base/buffer.h says.
// Memory    A builder that dies before Seal aborts its object. What Seal returns keeps the object pinned as long as
//           it, or a copy, lives, and the store too: `store` is as in store_pin.h.
// Errors    As ObjectStore::Create, Seal and Get; kResourceExhausted also when the heap has no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "core/base/array.h"
#include "core/base/buffer.h"
#include "core/base/ids.h"
#include "core/interface/object_store.h"

namespace manta {

class StoreBuilder {
 public:
  static absl::StatusOr<StoreBuilder> Reserve(std::shared_ptr<ObjectStore> store, ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata = {});

  // The same for `count` elements of `element_bytes` each, which may be too many to be multiplied.
  static absl::StatusOr<StoreBuilder> ReserveRow(std::shared_ptr<ObjectStore> store, ObjectId id, uint64_t count,
                                                 uint64_t element_bytes, std::span<const std::byte> metadata = {});

  StoreBuilder(StoreBuilder&& other) = default;
  StoreBuilder& operator=(StoreBuilder&&) = delete;
  ~StoreBuilder();

  std::span<std::byte> bytes() const;

  // Makes the bytes immutable, and visible in the store.
  //   kNotFound  another deleted the object as soon as it was sealed.
  absl::StatusOr<Buffer> Seal() &&;

 private:
  struct Open {
    std::shared_ptr<ObjectStore> store;  // Null: sealed, or moved from.
    ObjectId id;
    std::span<std::byte> bytes;
  };

  explicit StoreBuilder(BufferBuilder heap) : memory_(std::move(heap)) {}
  explicit StoreBuilder(Open open) : memory_(std::move(open)) {}

  std::variant<BufferBuilder, Open> memory_;
};

template <typename T>
class StoreArrayBuilder {
 public:
  static absl::StatusOr<StoreArrayBuilder> Reserve(std::shared_ptr<ObjectStore> store, ObjectId id, uint64_t count,
                                                   std::span<const std::byte> metadata = {}) {
    absl::StatusOr<StoreBuilder> bytes = StoreBuilder::ReserveRow(std::move(store), id, count, sizeof(T), metadata);
    if (!bytes.ok()) return bytes.status();
    return StoreArrayBuilder(*std::move(bytes));
  }

  std::span<T> elements() const {
    return {reinterpret_cast<T*>(bytes_.bytes().data()), bytes_.bytes().size() / sizeof(T)};
  }
  T& operator[](size_t index) const { return elements()[index]; }  // REQUIRES: index < elements().size().

  absl::StatusOr<Array<T>> Seal() && {
    absl::StatusOr<Buffer> bytes = std::move(bytes_).Seal();
    if (!bytes.ok()) return bytes.status();
    return Array<T>::FromBuffer(*std::move(bytes));
  }

 private:
  explicit StoreArrayBuilder(StoreBuilder bytes) : bytes_(std::move(bytes)) {}

  StoreBuilder bytes_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
