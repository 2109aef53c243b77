// core/describe/callable_name.h -- names functions, methods and classes for people, when the program is compiled.
//
//   CallableName<&shop::Basket::Add>()         "shop::Basket::Add"
//   CallableName<[](int x) { return x; }>()    "a lambda in shop::Main"
//   PlainClassName<(anonymous)::Basket>()      "Basket"
//
// For messages and tools only: two functions may have the same name.
//
// Memory    Names are static.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace manta {

namespace describe_internal {

// What people do not need to read: the namespace without a name.
inline constexpr std::string_view kNameless[] = {"{anonymous}::", "(anonymous namespace)::"};

template <size_t kSizeMax>
struct StaticName {
  std::array<char, kSizeMax> text{};
  size_t size = 0;

  constexpr void Append(std::string_view more) {
    for (const char c : more) text[size++] = c;
  }
  constexpr std::string_view view() const { return {text.data(), size}; }
};

inline constexpr std::string_view kLambda = "a lambda";
inline constexpr std::string_view kInside = " in ";

// `raw` is a compiler's word for a function, a lambda or a class.
template <size_t kSizeMax>
constexpr StaticName<kSizeMax> NameForPeople(std::string_view raw) {
  constexpr std::string_view kClosure = "<lambda closure object>";
  StaticName<kSizeMax> name;
  if (raw.starts_with('&')) raw.remove_prefix(1);
  bool lambda = false;
  if (raw.starts_with(kClosure)) {
    lambda = true;
    raw.remove_prefix(kClosure.size());
    raw = raw.substr(0, std::min(raw.find("::<lambda"), raw.find("<lambda")));
  } else if (const size_t at = raw.find("(lambda at "); at != std::string_view::npos) {
    lambda = true;
    raw = raw.substr(0, at);
    for (const std::string_view nameless : kNameless) {
      if (raw.ends_with(nameless)) raw.remove_suffix(nameless.size());
    }
    if (raw.ends_with("::")) raw.remove_suffix(2);
  }
  if (lambda) name.Append(kLambda);
  bool first = true;
  while (!raw.empty()) {
    const auto* const nameless =
        std::ranges::find_if(kNameless, [raw](std::string_view prefix) { return raw.starts_with(prefix); });
    if (nameless != std::ranges::end(kNameless)) {
      raw.remove_prefix(nameless->size());
      continue;
    }
    if (lambda && raw.front() == '(') break;  // The function around it: without its parameters.
    if (lambda && first) name.Append(kInside);
    first = false;
    name.Append(raw.substr(0, 1));
    raw.remove_prefix(1);
  }
  return name;
}

// What follows `key` in a __PRETTY_FUNCTION__, up to the next template argument.
constexpr std::string_view AfterKey(std::string_view pretty_function, std::string_view key) {
  pretty_function.remove_prefix(pretty_function.find(key) + key.size());
  return pretty_function.substr(0, pretty_function.find_first_of(";]"));
}

template <typename C>
constexpr std::string_view RawClass() {
  return AfterKey(__PRETTY_FUNCTION__, "C = ");
}
template <auto F>
constexpr std::string_view RawCallable() {
  constexpr std::string_view kRaw = AfterKey(__PRETTY_FUNCTION__, "F = ");
  if constexpr (kRaw == "{}") return RawClass<decltype(F)>();  // Some clangs say no more of a lambda.
  return kRaw;
}

template <auto F>
inline constexpr auto kCallableName =
    NameForPeople<RawCallable<F>().size() + kLambda.size() + kInside.size()>(RawCallable<F>());
template <typename C>
inline constexpr auto kClassName = NameForPeople<RawClass<C>().size() + kLambda.size() + kInside.size()>(RawClass<C>());

}  // namespace describe_internal

template <auto F>
constexpr std::string_view CallableName() {
  return describe_internal::kCallableName<F>.view();
}
template <typename C>
constexpr std::string_view PlainClassName() {
  return describe_internal::kClassName<C>.view();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
