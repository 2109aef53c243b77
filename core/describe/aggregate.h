// core/describe/aggregate.h -- finds the fields of an aggregate: how many, their names, types and offsets.
//
// C++20 has no reflection, but an aggregate tells enough: how many initialisers it takes (a C array member takes one
// per element, and is counted as one field here), what structured bindings name, and how the compiler prints the
// address of a member. Offsets are taken once, at run time, from addresses inside raw storage of the right size.
//
// Shapes    Up to kFieldCountMax fields; no bases, bit-fields or references (refused by describe.h in a sentence).
// Threads   [any-thread]; compile-time, but for FieldOffsets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "core/describe/bindings.h"

namespace manta::describe_internal {

// Both are never called: what is made of them is asked about only. Clang takes it for a use where a constexpr
// constructor, such as std::optional's, is instantiated for a type without linkage.
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif

// Converts to whatever a member is initialised from.
struct AnyValue {
  size_t index = 0;
  template <typename T>
  operator T() const;  // NOLINT: implicit on purpose.
};

struct AnyReference {
  size_t index = 0;
  template <typename T>
  operator T&() const;  // NOLINT: implicit on purpose.
};

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

template <typename T>
struct AnyBase {
  template <typename B>
  requires(std::is_base_of_v<B, T> && !std::is_same_v<B, T>) operator B() const;  // NOLINT: implicit on purpose.
};

template <typename T>
concept HasBase = requires {
  T{AnyBase<T>{}};
};

template <typename T, typename Any, size_t... kBefore>
constexpr bool TakesValues(std::index_sequence<kBefore...>) {
  return requires { T{Any{kBefore}...}; };
}

// The smallest number of initialisers that T takes: not zero when a member has no default value. kNone: none fits.
inline constexpr size_t kNone = static_cast<size_t>(-1);

template <typename T, typename Any, size_t kCount = 0>
constexpr size_t LeastInitializerCount() {
  if constexpr (TakesValues<T, Any>(std::make_index_sequence<kCount>())) {
    return kCount;
  } else if constexpr (kCount > sizeof(T)) {
    return kNone;
  } else {
    return LeastInitializerCount<T, Any, kCount + 1>();
  }
}

// The largest number of initialisers, the elements of C arrays counted one by one.
template <typename T, typename Any, size_t kCount>
constexpr size_t InitializerCount() {
  if constexpr (TakesValues<T, Any>(std::make_index_sequence<kCount + 1>())) {
    return InitializerCount<T, Any, kCount + 1>();
  } else {
    return kCount;
  }
}

// Whether T takes kBefore values, a braced list of kNested values, and kAfter values.
template <typename T, typename Any, size_t... kBefore, size_t... kNested, size_t... kAfter>
constexpr bool TakesNested(std::index_sequence<kBefore...>, std::index_sequence<kNested...>,
                           std::index_sequence<kAfter...>) {
  return requires { T{Any{kBefore}..., {Any{kNested}...}, Any{kAfter}...}; };
}

template <typename T, typename Any, size_t kBefore, size_t kNested, size_t kAfter>
constexpr bool kTakesNested = TakesNested<T, Any>(std::make_index_sequence<kBefore>(),
                                                  std::make_index_sequence<kNested>(),
                                                  std::make_index_sequence<kAfter>());

// How many initialisers the member that begins at initialiser kAt takes: more than one for C arrays only. With braces
// of its own, an array of that many elements leaves room for the rest, and for nothing more. Empty braces say so for
// all that have a default value; full ones, for the others. (Full ones would make a vector of elements that cannot
// be copied instantiate its copying.)
template <typename T, typename Any, size_t kAt, size_t kTotal, size_t kWidth, bool kEmpty>
constexpr size_t MemberWidth() {
  constexpr size_t kNested = kEmpty ? 0 : kWidth;
  if constexpr (kWidth == (kEmpty ? 0 : 1)) {
    return 0;  // Found nothing.
  } else if constexpr (kTakesNested<T, Any, kAt, kNested, kTotal - kAt - kWidth> &&
                       !kTakesNested<T, Any, kAt, kNested, kTotal - kAt - kWidth + 1>) {
    return kWidth;
  } else {
    return MemberWidth<T, Any, kAt, kTotal, kWidth - 1, kEmpty>();
  }
}

template <typename T, typename Any, size_t kAt, size_t kTotal>
constexpr size_t MemberWidth() {
  if constexpr (kTakesNested<T, Any, kAt, 0, kTotal - kAt - 1>) {
    return 1;
  } else if constexpr (MemberWidth<T, Any, kAt, kTotal, kTotal - kAt, true>() != 0) {
    return MemberWidth<T, Any, kAt, kTotal, kTotal - kAt, true>();
  } else {
    constexpr size_t by_full_braces = MemberWidth<T, Any, kAt, kTotal, kTotal - kAt, false>();
    return by_full_braces == 0 ? 1 : by_full_braces;
  }
}

template <typename T, typename Any, size_t kTotal, size_t kAt = 0>
constexpr size_t MemberCount() {
  if constexpr (kAt >= kTotal) {
    return 0;
  } else {
    return 1 + MemberCount<T, Any, kTotal, kAt + MemberWidth<T, Any, kAt, kTotal>()>();
  }
}

template <typename T, typename Any>
constexpr size_t FieldCountBy() {
  constexpr size_t least = LeastInitializerCount<T, Any>();
  if constexpr (least == kNone) {
    return kNone;
  } else {
    return MemberCount<T, Any, InitializerCount<T, Any, least>()>();
  }
}

// kNone when T cannot be initialised from values of its members.
template <typename T>
constexpr size_t FieldCount() {
  if constexpr (LeastInitializerCount<T, AnyValue>() != kNone) {
    return FieldCountBy<T, AnyValue>();
  } else {  // A reference member takes no value.
    return FieldCountBy<T, AnyReference>();
  }
}

template <typename T>
struct Holder {
  const T value;
};
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif
// Never defined: only the addresses of its members are named, at compile time.
template <typename T>
extern const Holder<T> kNowhere;

template <typename T>
struct MemberAddress {
  const T* address;
};

template <auto kMember>
constexpr std::string_view PrettyMember() {
  return __PRETTY_FUNCTION__;
}

// gcc ends in "...value.T::name)}; std::string_view = ...]", clang in "...value.name}]".
constexpr std::string_view MemberName(std::string_view pretty) {
  const size_t value = pretty.rfind("value.");
  const size_t parenthesis = pretty.find(")}", value);
  const size_t end = parenthesis != std::string_view::npos ? parenthesis : pretty.find("}]", value);
  size_t begin = end;
  while (begin > 0 && pretty[begin - 1] != '.' && pretty[begin - 1] != ':') --begin;
  return pretty.substr(begin, end - begin);
}

template <typename T, size_t kIndex>
constexpr auto AddressOfField() {
  return std::get<kIndex>(Bind<FieldCount<T>()>(kNowhere<T>.value, [](const auto&... fields) {
    return std::make_tuple(MemberAddress<std::remove_cvref_t<decltype(fields)>>{&fields}...);
  }));
}

template <typename T, size_t kIndex>
constexpr std::string_view FieldName() {
  return MemberName(PrettyMember<AddressOfField<T, kIndex>()>());
}
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

// TypeList of the fields' declared types.
template <typename T>
using FieldTypes = decltype(BindTypes<FieldCount<T>()>(std::declval<T&>()));

template <typename T>
constexpr bool HasReferenceField() {
  // Only a reference takes no value; how many fields there are beside it cannot always be told.
  if constexpr (LeastInitializerCount<T, AnyValue>() == kNone) {
    return true;
  } else {
    return []<typename... Field>(TypeList<Field...>) { return (std::is_reference_v<Field> || ...); }(FieldTypes<T>());
  }
}

template <typename T>
constexpr bool HasBitField() {
  return std::is_same_v<decltype(Bind<FieldCount<T>()>(std::declval<T&>(), [](auto&...) {})), NotBindable>;
}

template <typename T>
std::array<uint64_t, FieldCount<T>()> FieldOffsets() {
  alignas(T) static std::byte storage[sizeof(T)];
  return Bind<FieldCount<T>()>(*reinterpret_cast<T*>(storage), [](auto&... fields) {
    return std::array<uint64_t, FieldCount<T>()>{
        static_cast<uint64_t>(reinterpret_cast<const std::byte*>(&fields) - storage)...};
  });
}

}  // namespace manta::describe_internal

// SPDX-License-Identifier: Apache-2.0
