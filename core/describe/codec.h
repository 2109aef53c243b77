// core/describe/codec.h -- ways to make a type describable that does not describe itself.
//
//   class Money {                                  // Private fields: name them.
//     int64_t cents_ = 0;
//     std::string currency_;
//     MANTA_DESCRIBE(Money, cents_, currency_)
//   };
//
//   template <>                                    // A foreign type, or one without a default value: convert it.
//   struct manta::Codec<geo::Angle> {
//     using Wire = double;                         // Any describable type with a default value.
//     static Wire ToWire(const geo::Angle& angle) { return angle.radians(); }
//     static std::optional<geo::Angle> FromWire(Wire radians);   // Nothing: no angle has this wire value.
//   };
//
//   manta::LocalOnly<std::thread::id> owner;       // Never leaves this process.
//
// Threads   [any-thread].
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace manta {

// Specialize to convert T to and from a describable type.
template <typename T>
struct Codec;

// A value that stays in this process: it may be stored and passed like any other there, and is a typed error where it
// would have to leave.
template <typename T>
class LocalOnly {
 public:
  LocalOnly() = default;
  LocalOnly(T value) : value_(std::move(value)) {}  // NOLINT: implicit on purpose, it is the value.

  T& operator*() { return value_; }
  const T& operator*() const { return value_; }
  T* operator->() { return &value_; }
  const T* operator->() const { return &value_; }

 private:
  T value_{};
};

namespace describe_internal {

template <typename T>
concept HasCodec = requires {
  typename Codec<T>::Wire;
};

// By exact type: a class does not inherit its base's description.
template <typename T>
concept HasMantaFields = requires(T& value) {
  MantaFieldsOf(std::type_identity<T>(), value);
};

template <typename T>
struct IsLocalOnly : std::false_type {};
template <typename T>
struct IsLocalOnly<LocalOnly<T>> : std::true_type {};

// Splits "a, b_, c" into kCount names.
template <size_t kCount>
constexpr std::array<std::string_view, kCount> SplitNames(std::string_view text) {
  std::array<std::string_view, kCount> names;
  for (size_t i = 0; i < kCount; ++i) {
    const size_t comma = text.find(',');
    std::string_view name = text.substr(0, comma);
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    names[i] = name;
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return names;
}

// The fields of a described value, by a function that the macro makes.
template <typename T>
using MantaFieldTuple = decltype(MantaFieldsOf(std::type_identity<T>(), std::declval<T&>()));

}  // namespace describe_internal
}  // namespace manta

// Applies `macro` to each argument, with commas between. Each level rescans four times: 256 arguments.
#define MANTA_EXPAND(...) MANTA_EXPAND_3(MANTA_EXPAND_3(MANTA_EXPAND_3(MANTA_EXPAND_3(__VA_ARGS__))))
#define MANTA_EXPAND_3(...) MANTA_EXPAND_2(MANTA_EXPAND_2(MANTA_EXPAND_2(MANTA_EXPAND_2(__VA_ARGS__))))
#define MANTA_EXPAND_2(...) MANTA_EXPAND_1(MANTA_EXPAND_1(MANTA_EXPAND_1(MANTA_EXPAND_1(__VA_ARGS__))))
#define MANTA_EXPAND_1(...) __VA_ARGS__
#define MANTA_PARENTHESES ()
#define MANTA_EACH(macro, ...) __VA_OPT__(MANTA_EXPAND(MANTA_EACH_STEP(macro, __VA_ARGS__)))
#define MANTA_EACH_STEP(macro, first, ...) \
  macro(first) __VA_OPT__(, MANTA_EACH_AGAIN MANTA_PARENTHESES(macro, __VA_ARGS__))
#define MANTA_EACH_AGAIN() MANTA_EACH_STEP
#define MANTA_FIELD_OF_VALUE(field) value.field

// Inside a class, anywhere: names the fields that make up its value, in order, inherited ones too.
#define MANTA_DESCRIBE(Type, ...)                                                     \
  friend auto MantaFieldsOf(std::type_identity<Type>, [[maybe_unused]] Type& value) { \
    return ::std::tie(MANTA_EACH(MANTA_FIELD_OF_VALUE, __VA_ARGS__));                 \
  }                                                                                   \
  friend constexpr ::std::string_view MantaFieldNames(::std::type_identity<Type>) { return #__VA_ARGS__; }

// SPDX-License-Identifier: Apache-2.0
