// core/describe/describable.h -- asks whether a type can be described, where Describe would refuse to compile.
//
// For values that may be of any type: arguments inside one process.
//
// Shapes    True where Describe<T>() compiles, for all T that KindOf knows; false for pointers, views, classes that do
//           not show their fields, and whatever contains one.
// Threads   Compile-time only.
#pragma once

#include <type_traits>

#include "core/base/array.h"
#include "core/describe/blob.h"
#include "core/describe/describe.h"

namespace manta {
namespace describe_internal {

template <typename T>
struct IsArrayOf : std::false_type {};
template <typename E>
struct IsArrayOf<Array<E>> : std::true_type {
  using Element = E;
};

// Of LocalOnly itself, a serializer says what is wrong. Other types that stay in the process pass inside it.
template <typename T>
struct IsLocalOnlyItself : std::false_type {};
template <typename T>
struct IsLocalOnlyItself<LocalOnly<T>> : std::true_type {};

// Whether a class without a description of its own shows its fields. The conditions of KindOf.
template <typename T>
constexpr bool ShowsFields() {
  if constexpr (!std::is_class_v<T> || !std::is_aggregate_v<T> || std::is_polymorphic_v<T>) {
    return false;
  } else if constexpr (HasBase<T>) {
    return false;
  } else if constexpr (FieldCount<T>() == kNone || FieldCount<T>() > kFieldCountMax) {
    return false;
  } else {
    return !HasReferenceField<T>() && !HasBitField<T>();
  }
}

// `Seen` ends the search in types that contain themselves.
template <typename T, typename... Seen>
constexpr bool CanDescribe();

template <typename List, typename... Seen>
struct AllDescribable;
template <typename... Part, typename... Seen>
struct AllDescribable<TypeList<Part...>, Seen...> {
  static constexpr bool value = (CanDescribe<Part, Seen...>() && ...);
};

template <typename T, typename... Seen>
constexpr bool CanDescribe() {
  if constexpr ((std::is_same_v<T, Seen> || ...) || IsReference<T> || IsLocalOnlyItself<T>::value) {
    return true;
  } else if constexpr (IsLocalOnly<T>::value) {
    return false;
  } else if constexpr (HasCodec<T>) {
    return CanDescribe<typename Codec<T>::Wire, T, Seen...>();
  } else if constexpr (IsArrayOf<T>::value) {
    if constexpr (CanDescribe<typename IsArrayOf<T>::Element>()) {
      return kPlain<typename IsArrayOf<T>::Element>;
    } else {
      return false;
    }
  } else if constexpr (HasMantaFields<T>) {
    return AllDescribable<Parts<T>, T, Seen...>::value;
  } else if constexpr (IsAskedForFields<T> || IsMessage<T> || IsBlob<T> || HasStandardCodec<T>) {
    return true;
  } else if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    return sizeof(T) <= 8;
  } else if constexpr (std::is_pointer_v<T> || std::is_member_pointer_v<T> || IsSmartPointer<T>::value ||
                       IsUniqueArrayOrDeleter<T>::value || IsSpan<T>::value || std::is_union_v<T>) {
    return false;
  } else if constexpr (std::is_bounded_array_v<T> || IsStdArray<T>::value || IsComplex<T>::value ||
                       IsOptional<T>::value || IsVariant<T>::value || IsTuple<T>::value) {
    return AllDescribable<Parts<T>, T, Seen...>::value;
  } else if constexpr (std::is_polymorphic_v<T>) {
    return false;
  } else if constexpr (IsString<T>) {
    return true;
  } else if constexpr (IsMap<T>) {
    return CanDescribe<typename T::key_type, T, Seen...>() && CanDescribe<typename T::mapped_type, T, Seen...>();
  } else if constexpr (IsSet<T> || IsSequence<T>) {
    return CanDescribe<typename T::value_type, T, Seen...>();
  } else if constexpr (std::is_empty_v<T> && std::is_default_constructible_v<T> && !HasBase<T>) {
    return true;
  } else if constexpr (ShowsFields<T>()) {
    return AllDescribable<Parts<T>, T, Seen...>::value;
  } else {
    return false;
  }
}

}  // namespace describe_internal

template <typename T>
inline constexpr bool kDescribable = describe_internal::CanDescribe<T>();

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
