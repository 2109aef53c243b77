// core/describe/choices.h -- makes the functions to look into std::optional, std::unique_ptr and std::variant.
//
// Threads   [any-thread].
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/interface/type_descriptor.h"

namespace manta::describe_internal {

template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {
  using Element = T;
};
template <typename T>
struct IsOptional<std::unique_ptr<T>> : std::true_type {
  using Element = T;
};

template <typename T>
struct IsVariant : std::false_type {};
template <typename... Alternatives>
struct IsVariant<std::variant<Alternatives...>> : std::true_type {};

// optional and unique_ptr.
template <typename O>
struct OptionalThunks {
  using Element = typename IsOptional<O>::Element;
  static constexpr bool kOwnedPointer = std::is_same_v<O, std::unique_ptr<Element>>;

  static uint64_t Index(const void* choice) noexcept { return *static_cast<const O*>(choice) ? 1 : 0; }

  static const void* Get(const void* choice) noexcept {
    const O& optional = *static_cast<const O*>(choice);
    return optional ? std::addressof(*optional) : nullptr;
  }

  static void* Emplace(void* choice, uint64_t index) noexcept {
    O& optional = *static_cast<O*>(choice);
    try {
      optional.reset();
      if (index == 0) return choice;
      if constexpr (!std::is_default_constructible_v<Element>) {
        return nullptr;
      } else if constexpr (kOwnedPointer) {
        optional = std::make_unique<Element>();
      } else {
        optional.emplace();
      }
      return std::addressof(*optional);
    } catch (...) {
      return nullptr;
    }
  }

  static bool Assign(void* choice, uint64_t index, void* element) noexcept {
    O& optional = *static_cast<O*>(choice);
    try {
      optional.reset();
      if (index == 0) return true;
      if constexpr (kOwnedPointer) {
        optional = std::make_unique<Element>(std::move(*static_cast<Element*>(element)));
      } else {
        optional.emplace(std::move(*static_cast<Element*>(element)));
      }
      return true;
    } catch (...) {
      return false;
    }
  }
};

template <typename V, size_t... kIndex>
struct VariantThunks {
  static uint64_t Index(const void* choice) noexcept {
    const V& variant = *static_cast<const V*>(choice);
    return variant.valueless_by_exception() ? UINT64_MAX : variant.index();
  }

  static const void* Get(const void* choice) noexcept {
    const V& variant = *static_cast<const V*>(choice);
    const void* alternative = nullptr;
    ((alternative = variant.index() == kIndex ? std::get_if<kIndex>(&variant) : alternative), ...);
    return alternative;
  }

  static void* Emplace(void* choice, uint64_t index) noexcept {
    V& variant = *static_cast<V*>(choice);
    void* made = nullptr;
    try {
      ((index == kIndex ? void(made = EmplaceAt<kIndex>(variant)) : void()), ...);
    } catch (...) {
      return nullptr;
    }
    return made;
  }

  static bool Assign(void* choice, uint64_t index, void* element) noexcept {
    V& variant = *static_cast<V*>(choice);
    bool done = false;
    try {
      ((index == kIndex ? void(done = AssignAt<kIndex>(variant, element)) : void()), ...);
    } catch (...) {
      return false;
    }
    return done;
  }

 private:
  template <size_t kAt>
  static void* EmplaceAt(V& variant) {
    using Alternative = std::variant_alternative_t<kAt, V>;
    if constexpr (std::is_default_constructible_v<Alternative>) {
      return std::addressof(variant.template emplace<kAt>());
    } else {
      return nullptr;
    }
  }

  template <size_t kAt>
  static bool AssignAt(V& variant, void* element) {
    using Alternative = std::variant_alternative_t<kAt, V>;
    variant.template emplace<kAt>(std::move(*static_cast<Alternative*>(element)));
    return true;
  }
};

template <typename O>
inline constexpr ChoiceOps kOptionalOps = {.index = &OptionalThunks<O>::Index,
                                           .get = &OptionalThunks<O>::Get,
                                           .emplace = &OptionalThunks<O>::Emplace,
                                           .assign = &OptionalThunks<O>::Assign};

template <typename V, size_t... kIndex>
constexpr ChoiceOps MakeVariantOps(std::index_sequence<kIndex...>) {
  using T = VariantThunks<V, kIndex...>;
  return {.index = &T::Index, .get = &T::Get, .emplace = &T::Emplace, .assign = &T::Assign};
}

template <typename V>
inline constexpr ChoiceOps kVariantOps = MakeVariantOps<V>(std::make_index_sequence<std::variant_size_v<V>>());

}  // namespace manta::describe_internal

// SPDX-License-Identifier: Apache-2.0
