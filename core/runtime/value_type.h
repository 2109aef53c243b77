// core/runtime/value_type.h -- gives the runtime's facts of a C++ type.
//
// Threads   [any-thread]; one constant for each type.
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

#include "core/describe/blob.h"
#include "core/describe/describe.h"
#include "core/runtime/owned_bytes.h"
#include "core/runtime/shared_object.h"
#include "core/runtime/stored_value.h"

namespace manta {
namespace runtime_internal {

// A serializer fills a default value. A type that has none is stored as what a std::unique_ptr to it holds.
template <typename T>
inline constexpr bool kBoxed = !std::is_default_constructible_v<T> && std::is_move_constructible_v<T>;

template <typename T>
const StoredType& StoredFormOf() {
  if constexpr (kBoxed<T>) {
    return StoredTypeOf<std::unique_ptr<T>>();
  } else {
    return StoredTypeOf<T>();
  }
}

template <typename T>
void UseBoxed(const void* value, void (*use)(void* context, const void* box), void* context) {
  std::unique_ptr<T> box(const_cast<T*>(static_cast<const T*>(value)));  // Only looks at it.
  use(context, &box);
  box.release();
}

template <typename T>
uint64_t OwnedBytesOf(const void* value) {
  return OwnedBytes(*static_cast<const T*>(value));
}

template <typename T>
constexpr ValueType MakeValueType() {
  ValueType type = {.stored = &StoredFormOf<T>};
  if constexpr (kBoxed<T>) type.use_boxed = &UseBoxed<T>;
  if constexpr (kOwnsMemory<T>) type.owned_bytes = &OwnedBytesOf<T>;
  return type;
}

}  // namespace runtime_internal

template <typename T>
inline constexpr ValueType kValueType = runtime_internal::MakeValueType<T>();

template <>
inline constexpr ValueType kValueType<void> = {};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
