// core/describe/containers.h -- finds what kind of container a type is, and makes the functions to look into it.
//
// A type is a container by what it offers, not by its name: the standard's containers qualify, and so do Abseil's.
//
//   string    contiguous char or char8_t, and a character traits type
//   map       mapped_type, and emplace(key, value)
//   set       key_type without mapped_type, and emplace(element)
//   sequence  emplace_back(element), or a resizable contiguous run (std::valarray)
//
// Threads   [any-thread].
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "core/interface/type_descriptor.h"

namespace manta::describe_internal {

template <typename T>
concept Iterable = requires(T& container, const T& constant) {
  typename T::value_type;
  constant.begin();
  constant.end();
  { constant.size() } -> std::convertible_to<size_t>;
  container.clear();
};

template <typename T>
concept IsString = Iterable<T> && requires(T& s) {
  typename T::traits_type;
  s.resize(size_t{1});
} &&(std::is_same_v<typename T::value_type, char> || std::is_same_v<typename T::value_type, char8_t>);

template <typename T>
concept IsMap = Iterable<T> && requires(T& map) {
  typename T::key_type;
  map.emplace(std::declval<typename T::key_type&&>(), std::declval<typename T::mapped_type&&>());
};

template <typename T>
concept IsSet = Iterable<T> && !IsMap<T> && requires(T & set) {
  typename T::key_type;
  set.emplace(std::declval<typename T::value_type&&>());
};

template <typename T>
concept IsSequence = Iterable<T> && !IsMap<T> && !IsSet<T> && requires(T & sequence) {
  sequence.push_back(std::declval<typename T::value_type&&>());
};

// data() and resize(): the elements lie in a row, and can be made all at once.
template <typename T>
concept IsContiguous = requires(T& container, const T& constant) {
  { constant.data() } -> std::same_as<const typename T::value_type*>;
  container.resize(size_t{1});
};

// Emplacing returns an iterator (multimap), or a pair with whether it was new.
template <typename Result>
bool WasInserted(const Result& result) {
  if constexpr (requires {
                  result.second;
                  result.first;
                }) {
    return static_cast<bool>(result.second);
  } else {
    return true;
  }
}

template <typename C>
struct Thunks {
  using Value = typename C::value_type;

  static uint64_t Size(const void* container) noexcept { return static_cast<const C*>(container)->size(); }

  static const void* Data(const void* container) noexcept { return static_cast<const C*>(container)->data(); }

  static std::span<const std::byte> Text(const void* container) noexcept {
    const C& text = *static_cast<const C*>(container);
    return std::as_bytes(std::span(text.data(), text.size()));
  }

  static void* Resize(void* container, uint64_t count) noexcept {
    try {
      static_cast<C*>(container)->resize(count);
      return static_cast<C*>(container)->data();
    } catch (...) {
      return nullptr;
    }
  }

  static bool Assign(void* container, const void* elements, uint64_t count) noexcept {
    const auto* const first = static_cast<const Value*>(elements);
    try {
      static_cast<C*>(container)->assign(first, first + count);
      return true;
    } catch (...) {
      return false;
    }
  }

  static bool Visit(const void* container, ElementVisitor visitor, void* context) noexcept {
    for (auto&& element : *static_cast<const C*>(container)) {
      if constexpr (IsMap<C>) {
        if (!visitor(context, &element.first, &element.second)) return false;
      } else {
        const Value& value = element;  // vector<bool> gives a copy.
        if (!visitor(context, &value, nullptr)) return false;
      }
    }
    return true;
  }

  static bool Reserve(void* container, uint64_t count) noexcept {
    if constexpr (requires(C & c) { c.reserve(count); }) {
      try {
        static_cast<C*>(container)->reserve(count);
      } catch (...) {
        return false;
      }
    }
    return true;
  }

  static bool Insert(void* container, void* key_or_element, [[maybe_unused]] void* mapped) noexcept {
    C& c = *static_cast<C*>(container);
    try {
      if constexpr (IsMap<C>) {
        return WasInserted(c.emplace(std::move(*static_cast<typename C::key_type*>(key_or_element)),
                                     std::move(*static_cast<typename C::mapped_type*>(mapped))));
      } else if constexpr (IsSet<C>) {
        return WasInserted(c.emplace(std::move(*static_cast<Value*>(key_or_element))));
      } else {
        c.push_back(std::move(*static_cast<Value*>(key_or_element)));
        return true;
      }
    } catch (...) {
      return false;
    }
  }

  static void Clear(void* container) noexcept { static_cast<C*>(container)->clear(); }
};

template <typename C>
constexpr ContainerOps MakeContainerOps() {
  ContainerOps ops;
  ops.size = &Thunks<C>::Size;
  if constexpr (IsContiguous<C>) {
    ops.data = &Thunks<C>::Data;
    if constexpr (std::is_default_constructible_v<typename C::value_type>) ops.resize = &Thunks<C>::Resize;
    if constexpr (std::is_trivially_copyable_v<typename C::value_type> &&
                  requires(C & c, const typename C::value_type* p) { c.assign(p, p); }) {
      ops.assign = &Thunks<C>::Assign;
    }
  }
  ops.visit = &Thunks<C>::Visit;
  ops.reserve = &Thunks<C>::Reserve;
  ops.insert = &Thunks<C>::Insert;
  ops.clear = &Thunks<C>::Clear;
  if constexpr (IsString<C>) ops.text = &Thunks<C>::Text;
  return ops;
}

template <typename C>
inline constexpr ContainerOps kContainerOps = MakeContainerOps<C>();

}  // namespace manta::describe_internal

// SPDX-License-Identifier: Apache-2.0
