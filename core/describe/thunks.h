// core/describe/thunks.h -- makes the functions of a descriptor: construct, destroy, convert, and where the parts are.
//
// All of them are noexcept: what a type's own code throws becomes "false"; what a Codec throws is kept
// (type_thrown.h).
//
// Threads   [any-thread].
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "core/describe/kind.h"
#include "core/describe/type_thrown.h"

namespace manta::describe_internal {

template <typename T>
bool Construct(void* memory) noexcept {
  try {
    ::new (memory) T();
    return true;
  } catch (...) {
    return false;
  }
}

template <typename T>
void Destroy(void* value) noexcept {
  std::destroy_at(static_cast<T*>(value));
}

template <typename T>
bool Relocate(void* memory, void* from) noexcept {
  try {
    ::new (memory) T(std::move(*static_cast<T*>(from)));
    return true;
  } catch (...) {
    return false;
  }
}

template <typename T>
struct WireThunks {
  using Wire = typename CodecFor<T>::Wire;

  static bool ToWire(const void* value, void* wire) noexcept {
    try {
      *static_cast<Wire*>(wire) = CodecFor<T>::ToWire(*static_cast<const T*>(value));
      return true;
    } catch (...) {
      KeepThrown();
      return false;
    }
  }

  static bool FromWire(void* memory, void* wire) noexcept {
    try {
      auto value = CodecFor<T>::FromWire(std::move(*static_cast<Wire*>(wire)));
      if (!value) return false;
      ::new (memory) T(*std::move(value));
      return true;
    } catch (...) {
      KeepThrown();
      return false;
    }
  }
};

template <typename T>
inline constexpr WireOps kWireOps = {.to_wire = &WireThunks<T>::ToWire, .from_wire = &WireThunks<T>::FromWire};

template <typename R>
struct ReferenceThunks {
  static ObjectId Id(const void* reference) noexcept {
    return ReferenceTraits<R>::Id(*static_cast<const R*>(reference));
  }
  static bool Bind(void* reference, ObjectId id, void* binder) noexcept {
    return ReferenceTraits<R>::Bind(*static_cast<R*>(reference), id, binder);
  }
};

template <typename R>
inline constexpr ReferenceOps kReferenceOps = {.id = &ReferenceThunks<R>::Id, .bind = &ReferenceThunks<R>::Bind};

template <typename T>
void SetOps(TypeDescriptor& d) {
  constexpr TypeKind kind = KindOf<T>();
  if constexpr (kind == TypeKind::kString || kind == TypeKind::kSequence || kind == TypeKind::kSet ||
                kind == TypeKind::kMap) {
    d.container = &kContainerOps<T>;
  } else if constexpr (kind == TypeKind::kOptional) {
    d.choice = &kOptionalOps<T>;
  } else if constexpr (kind == TypeKind::kVariant) {
    d.choice = &kVariantOps<T>;
  } else if constexpr (kind == TypeKind::kWire) {
    d.wire = &kWireOps<T>;
  } else if constexpr (kind == TypeKind::kMessage) {
    d.message = &MessageTraits<T>::kOps;
  } else if constexpr (kind == TypeKind::kBlob) {
    d.blob = &BlobTraits<T>::kOps;
  } else if constexpr (kind == TypeKind::kReference) {
    d.reference = &kReferenceOps<T>;
  }
  if constexpr (std::is_default_constructible_v<T>) d.construct = &Construct<T>;
  d.destroy = &Destroy<T>;
  if constexpr (std::is_move_constructible_v<T>) d.relocate = &Relocate<T>;
}

// Where the parts of a struct are, from the addresses they have in raw storage of its size.
template <typename T>
constexpr size_t kPartCount = []<typename... Part>(TypeList<Part...>) { return sizeof...(Part); }(Parts<T>());

template <typename T>
std::array<uint64_t, kPartCount<T>> PartOffsets() {
  if constexpr (IsVariant<T>::value) {
    return {};
  } else if constexpr (!IsTuple<T>::value && !HasMantaFields<T>) {
    return FieldOffsets<T>();
  } else {
    alignas(T) static std::byte storage[sizeof(T)];
    T& value = *reinterpret_cast<T*>(storage);
    const auto offsets = [](auto&... parts) {
      return std::array<uint64_t, kPartCount<T>>{
          static_cast<uint64_t>(reinterpret_cast<const std::byte*>(std::addressof(parts)) - storage)...};
    };
    if constexpr (HasMantaFields<T>) {
      return std::apply(offsets, MantaFieldsOf(std::type_identity<T>(), value));
    } else {
      return std::apply(offsets, value);
    }
  }
}

template <typename T>
constexpr std::array<std::string_view, kPartCount<T>> PartNames() {
  if constexpr (IsTuple<T>::value || IsVariant<T>::value) {
    return {};
  } else if constexpr (HasMantaFields<T>) {
    return SplitNames<kPartCount<T>>(MantaFieldNames(std::type_identity<T>()));
  } else {
    return []<size_t... kIndex>(std::index_sequence<kIndex...>) {
      return std::array<std::string_view, kPartCount<T>>{FieldName<T, kIndex>()...};
    }
    (std::make_index_sequence<kPartCount<T>>());
  }
}

}  // namespace manta::describe_internal

// SPDX-License-Identifier: Apache-2.0
