// core/describe/kind.h -- decides, at compile time, what kind of type a type is, and what its parts are.
//
// One chain of questions, most specific first. A type that none of them fits is refused in one sentence.
//
// Threads   Compile-time only.
#pragma once

#include <cstddef>
#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/describe/aggregate.h"
#include "core/describe/choices.h"
#include "core/describe/codec.h"
#include "core/describe/containers.h"
#include "core/describe/reference.h"
#include "core/describe/standard_types.h"
#include "core/interface/type_descriptor.h"

namespace manta {

// Optional headers (core/describe/protobuf.h, blob.h) describe whole families by specializing these:
// `static constexpr MessageOps kOps` or `static constexpr BlobOps kOps` with `using Element`.
template <typename T>
struct MessageTraits;
template <typename T>
struct BlobTraits;
// Or `static std::vector<FieldDescriptor> Fields()`, for structs that are asked for their fields at run time
// (msgpack.h): these contain no references and no LocalOnly.
template <typename T>
struct StructTraits;

namespace describe_internal {

template <typename T, typename List>
struct IsIn;
template <typename T, typename... U>
struct IsIn<T, TypeList<U...>> : std::bool_constant<(std::is_same_v<T, U> || ...)> {};

template <typename T>
concept IsMessage = requires {
  MessageTraits<T>::kOps;
};
template <typename T>
concept IsBlob = requires {
  BlobTraits<T>::kOps;
};

template <typename T>
concept IsAskedForFields = requires {
  StructTraits<T>::Fields();
};

template <typename T>
constexpr bool kRefused = false;

// Integers to some compilers' type traits only, by their options.
__extension__ using WideIntegers = TypeList<__int128, unsigned __int128>;

template <typename T>
constexpr TypeKind KindOf() {
  if constexpr (HasCodec<T>) {
    return TypeKind::kWire;
  } else if constexpr (IsReference<T>) {
    return TypeKind::kReference;
  } else if constexpr (IsLocalOnly<T>::value) {
    return TypeKind::kLocalOnly;
  } else if constexpr (HasMantaFields<T>) {
    return TypeKind::kStruct;
  } else if constexpr (IsAskedForFields<T>) {
    return TypeKind::kStruct;
  } else if constexpr (IsMessage<T>) {
    return TypeKind::kMessage;
  } else if constexpr (IsBlob<T>) {
    return TypeKind::kBlob;
  } else if constexpr (HasStandardCodec<T>) {
    return TypeKind::kWire;
  } else if constexpr (std::is_same_v<T, bool>) {
    return TypeKind::kBool;
  } else if constexpr (std::is_same_v<T, std::byte>) {
    return TypeKind::kUint;
  } else if constexpr (std::is_integral_v<T> || IsIn<T, WideIntegers>::value) {
    static_assert(sizeof(T) <= 8, "manta: a 128-bit integer cannot be described: use two 64-bit ones");
    return std::is_signed_v<T> ? TypeKind::kInt : TypeKind::kUint;
  } else if constexpr (std::is_floating_point_v<T>) {
    static_assert(sizeof(T) <= 8, "manta: long double differs between machines: use double");
    return TypeKind::kFloat;
  } else if constexpr (std::is_enum_v<T>) {
    return TypeKind::kEnum;
  } else if constexpr (std::is_bounded_array_v<T> || IsStdArray<T>::value || IsComplex<T>::value) {
    return TypeKind::kArray;
  } else if constexpr (std::is_pointer_v<T> || std::is_member_pointer_v<T>) {
    static_assert(kRefused<T>,
                  "manta: a raw pointer cannot leave the process: hold the value, a std::unique_ptr, or an ObjectRef");
    return TypeKind::kUnit;  // One error is enough.
  } else if constexpr (IsSmartPointer<T>::value) {
    static_assert(
        kRefused<T>,
        "manta: shared ownership cannot leave the process: hold the value, a std::unique_ptr, or an ObjectRef");
    return TypeKind::kUnit;  // One error is enough.
  } else if constexpr (IsUniqueArrayOrDeleter<T>::value) {
    static_assert(kRefused<T>,
                  "manta: a unique_ptr to an array or with its own deleter cannot be described: use std::vector or "
                  "write a manta::Codec");
    return TypeKind::kUnit;  // One error is enough.
  } else if constexpr (IsSpan<T>::value) {
    static_assert(kRefused<T>, "manta: a view does not own its elements: use std::string, std::vector or manta::Array");
    return TypeKind::kUnit;  // One error is enough.
  } else if constexpr (std::is_polymorphic_v<T>) {
    static_assert(kRefused<T>,
                  "manta: a polymorphic type cannot be described: use std::variant or write a manta::Codec");
    return TypeKind::kUnit;  // One error is enough.
  } else if constexpr (IsOptional<T>::value) {
    return TypeKind::kOptional;
  } else if constexpr (IsVariant<T>::value) {
    return TypeKind::kVariant;
  } else if constexpr (IsTuple<T>::value) {
    return TypeKind::kStruct;
  } else if constexpr (IsString<T>) {
    return TypeKind::kString;
  } else if constexpr (IsMap<T>) {
    return TypeKind::kMap;
  } else if constexpr (IsSet<T>) {
    return TypeKind::kSet;
  } else if constexpr (IsSequence<T>) {
    return TypeKind::kSequence;
  } else if constexpr (std::is_union_v<T>) {
    static_assert(kRefused<T>, "manta: a union does not say what it holds: use std::variant");
    return TypeKind::kUnit;  // One error is enough.
  } else if constexpr (std::is_empty_v<T> && std::is_default_constructible_v<T> && !HasBase<T>) {
    return TypeKind::kUnit;
  } else if constexpr (!std::is_aggregate_v<T>) {
    static_assert(kRefused<T>,
                  "manta: a class with private fields, constructors or virtual functions does not show its fields: "
                  "name them inside it with MANTA_DESCRIBE(Type, fields...), or write a manta::Codec");
    return TypeKind::kUnit;  // One error is enough.
  } else if constexpr (HasBase<T>) {
    static_assert(kRefused<T>,
                  "manta: a struct with a base class does not show its fields: name them inside it with "
                  "MANTA_DESCRIBE(Type, fields...), inherited ones too");
    return TypeKind::kUnit;  // One error is enough.
  } else if constexpr (FieldCount<T>() == kNone) {
    static_assert(kRefused<T>,
                  "manta: the fields of this struct cannot be counted: name them inside it with MANTA_DESCRIBE(Type, "
                  "fields...), or write a manta::Codec");
    return TypeKind::kUnit;  // One error is enough.
  } else if constexpr (FieldCount<T>() > kFieldCountMax) {
    static_assert(kRefused<T>,
                  "manta: an aggregate has more than 64 fields: move some of them into a struct of their own");
    return TypeKind::kUnit;
  } else if constexpr (HasReferenceField<T>()) {
    static_assert(kRefused<T>,
                  "manta: a field that is a reference cannot leave the process: hold the value or an ObjectRef");
    return TypeKind::kUnit;
  } else if constexpr (HasBitField<T>()) {
    static_assert(kRefused<T>, "manta: a bit-field has no address: use a whole integer, or write a manta::Codec");
    return TypeKind::kUnit;
  } else {
    return TypeKind::kStruct;
  }
}

template <typename T>
struct TuplePartList;
template <typename... P>
struct TuplePartList<std::tuple<P...>> {
  using Type = TypeList<P...>;
};
template <typename A, typename B>
struct TuplePartList<std::pair<A, B>> {
  using Type = TypeList<A, B>;
};
template <typename... P>
struct TuplePartList<TypeList<P...>> {
  using Type = TypeList<std::remove_cv_t<P>...>;
};
template <typename... P>
struct TuplePartList<std::tuple<P&...>> {
  using Type = TypeList<std::remove_const_t<P>...>;
};
template <typename... P>
struct TuplePartList<std::variant<P...>> {
  using Type = TypeList<P...>;
};

// The types a value of T is made of.
template <typename T>
constexpr auto PartsOf() {
  constexpr TypeKind kind = KindOf<T>();
  if constexpr (kind == TypeKind::kWire) {
    return TypeList<typename CodecFor<T>::Wire>();
  } else if constexpr (kind == TypeKind::kEnum) {
    return TypeList<std::underlying_type_t<T>>();
  } else if constexpr (kind == TypeKind::kArray) {
    if constexpr (std::is_array_v<T>) {
      return TypeList<std::remove_cv_t<std::remove_extent_t<T>>>();
    } else {
      return TypeList<typename T::value_type>();
    }
  } else if constexpr (kind == TypeKind::kOptional) {
    return TypeList<std::remove_cv_t<typename IsOptional<T>::Element>>();
  } else if constexpr (kind == TypeKind::kMap) {
    return TypeList<typename T::key_type, typename T::mapped_type>();
  } else if constexpr (kind == TypeKind::kSequence || kind == TypeKind::kSet) {
    return TypeList<typename T::value_type>();
  } else if constexpr (kind == TypeKind::kBlob) {
    return TypeList<typename BlobTraits<T>::Element>();
  } else if constexpr (kind == TypeKind::kVariant || (kind == TypeKind::kStruct && IsTuple<T>::value)) {
    return typename TuplePartList<T>::Type();
  } else if constexpr (kind == TypeKind::kStruct && HasMantaFields<T>) {
    return typename TuplePartList<MantaFieldTuple<T>>::Type();
  } else if constexpr (kind == TypeKind::kStruct && IsAskedForFields<T>) {
    return TypeList<>();  // Known at run time only.
  } else if constexpr (kind == TypeKind::kStruct) {
    return typename TuplePartList<FieldTypes<T>>::Type();
  } else {
    return TypeList<>();
  }
}

template <typename T>
using Parts = decltype(PartsOf<T>());

struct IsReferenceKind {
  static constexpr TypeKind kKind = TypeKind::kReference;
};
struct IsLocalOnlyKind {
  static constexpr TypeKind kKind = TypeKind::kLocalOnly;
};

// Whether a kind occurs in T. `Seen` ends the search in types that contain themselves.
template <typename T, typename Wanted, typename... Seen>
constexpr bool Contains() {
  if constexpr ((std::is_same_v<T, Seen> || ...)) {
    return false;
  } else if constexpr (KindOf<T>() == Wanted::kKind) {
    return true;
  } else {
    return
        []<typename... Part>(TypeList<Part...>) { return (Contains<Part, Wanted, T, Seen...>() || ...); }(Parts<T>());
  }
}

// An unscoped enumeration without a fixed underlying type does not allow every pattern of bits.
template <typename E>
concept HasFixedType = requires {
  E{0};
};

template <typename T>
constexpr bool IsPlain() {
  constexpr TypeKind kind = KindOf<T>();
  if constexpr (kind == TypeKind::kInt || kind == TypeKind::kUint || kind == TypeKind::kFloat) {
    return true;
  } else if constexpr (kind == TypeKind::kEnum) {
    return HasFixedType<T> && IsPlain<std::underlying_type_t<T>>();
  } else if constexpr (kind == TypeKind::kArray || (kind == TypeKind::kStruct && std::is_trivially_copyable_v<T>)) {
    if constexpr (!std::is_trivially_copyable_v<T>) {
      return false;
    } else {
      return []<typename... Part>(TypeList<Part...>) {
        const bool gapless = kind == TypeKind::kArray || (sizeof(Part) + ... + 0) == sizeof(T);
        return gapless && (IsPlain<Part>() && ...);
      }(Parts<T>());
    }
  } else {
    return false;
  }
}

template <typename T>
constexpr uint64_t ArrayCount() {
  if constexpr (std::is_array_v<T>) {
    return std::extent_v<T>;
  } else if constexpr (IsComplex<T>::value) {
    return 2;
  } else {
    return std::tuple_size_v<T>;
  }
}

}  // namespace describe_internal
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
