// core/runtime/owned_bytes.h -- estimates what a value takes besides its own sizeof, in constant time.
//
// Containers are asked for their size, not looked into: a row of strings counts its strings, not their text. Fields of
// structs are looked at, what hides in choices, conversions and messages is not.
//
//   OwnedBytes(std::vector<double>(1000)) == 8000            OwnedBytes(7) == 0, and costs nothing
//
// Units     Bytes.
// Threads   [any-thread].
// Memory    An Array or a Buffer that looks into the object store owns nothing: the store has charged it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "core/base/array.h"
#include "core/base/buffer.h"
#include "core/describe/describe.h"
#include "core/runtime/store_pin.h"

namespace manta {
namespace runtime_internal {

template <typename T>
constexpr bool OwnsMemory() {
  using describe_internal::TypeList;
  constexpr TypeKind kind = describe_internal::KindOf<T>();
  if constexpr (kind == TypeKind::kStruct) {
    return
        []<typename... Part>(TypeList<Part...>) { return (OwnsMemory<Part>() || ...); }(describe_internal::Parts<T>());
  } else {
    return kind == TypeKind::kString || kind == TypeKind::kSequence || kind == TypeKind::kSet ||
           kind == TypeKind::kMap || kind == TypeKind::kBlob;
  }
}

inline const Buffer& BufferOf(const Buffer& buffer) { return buffer; }
template <typename T>
const Buffer& BufferOf(const Array<T>& array) {
  return array.buffer();
}

}  // namespace runtime_internal

// Whether OwnedBytes can be more than 0. Void and what is void of containers: false.
template <typename T>
inline constexpr bool kOwnsMemory = runtime_internal::OwnsMemory<T>();

template <typename T>
uint64_t OwnedBytes([[maybe_unused]] const T& value) {
  using describe_internal::TypeList;
  constexpr TypeKind kind = describe_internal::KindOf<T>();
  if constexpr (!kOwnsMemory<T>) {
    return 0;
  } else if constexpr (kind == TypeKind::kBlob) {
    const Buffer& buffer = runtime_internal::BufferOf(value);
    return StorePin::Of(buffer) != nullptr ? 0 : buffer.size();
  } else if constexpr (kind == TypeKind::kStruct) {
    uint64_t bytes = 0;
    const auto* const first = reinterpret_cast<const std::byte*>(&value);
    const FieldDescriptor* field = Describe<T>().fields.data();
    []<typename... Part>(TypeList<Part...>, auto add) { (add(std::type_identity<Part>()), ...); }(
        describe_internal::Parts<T>(), [&]<typename Part>(std::type_identity<Part>) {
          bytes += OwnedBytes(*reinterpret_cast<const Part*>(first + (field++)->offset_bytes));
        });
    return bytes;
  } else {
    constexpr uint64_t kNodeBytes = 32;  // Of elements that do not lie in a row: links, and what malloc adds.
    const uint64_t element_bytes =
        sizeof(typename T::value_type) + (describe_internal::IsContiguous<T> ? 0 : kNodeBytes);
    const uint64_t bytes = value.size() * element_bytes;
    return kind == TypeKind::kString && bytes < sizeof(T) ? 0 : bytes;  // Short text lies in the string itself.
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
