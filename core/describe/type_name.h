// core/describe/type_name.h -- names a C++ type, the same way with every compiler.
//
// A type's name is stored beside each object, so that a reader with another type is refused by name. What compilers
// print for a type differs in spaces, default arguments and unnamed namespaces; here it does not.
//
//   TypeName<long>()                           "int64"
//   TypeName<my::Box<std::vector<int>>>()      "my::Box<vector<int32>>"
//
// Shapes    Integers and floats are named by width, standard types without "std::" and allocators, classes and
//           enumerations by their qualified name, "(anonymous)" for an unnamed namespace.
// Threads   [any-thread].
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace manta {

namespace describe_internal {

// The part of a __PRETTY_FUNCTION__ of RawName that names its type.
std::string NormalizeTypeName(std::string_view pretty_function);

template <typename T>
constexpr std::string_view PrettyName() {
  return __PRETTY_FUNCTION__;
}

// What precedes the last template argument list that ends the name.
std::string TemplateName(std::string_view full_name);

// The name without the "std::" of the types in it.
std::string WithoutStd(std::string name);

// "name<arguments>"; arguments that standard types default (allocators, comparisons, hashes) are left out of them.
std::string JoinTemplate(std::string_view name, std::initializer_list<std::string> arguments);

template <typename T>
struct ClassName {
  static std::string Get() { return WithoutStd(NormalizeTypeName(PrettyName<T>())); }
};

// Templates over types: the arguments are named by us, not by the compiler.
template <template <typename...> typename Template, typename... Arguments>
struct ClassName<Template<Arguments...>>;

}  // namespace describe_internal

// A type whose name is not its C++ name specializes this: `static std::string Get()`.
template <typename T>
struct TypeNameOf {
  static std::string Get() {
    if constexpr (std::is_same_v<T, bool>) {
      return "bool";
    } else if constexpr (std::is_same_v<T, char>) {
      return "char";
    } else if constexpr (std::is_same_v<T, std::byte>) {
      return "byte";
    } else if constexpr (std::integral<T>) {
      return (std::is_signed_v<T> ? "int" : "uint") + std::to_string(sizeof(T) * 8);
    } else if constexpr (std::floating_point<T>) {
      return "float" + std::to_string(sizeof(T) * 8);
    } else if constexpr (std::is_bounded_array_v<T>) {
      return "array<" + TypeNameOf<std::remove_extent_t<T>>::Get() + "," + std::to_string(std::extent_v<T>) + ">";
    } else {
      return describe_internal::ClassName<T>::Get();
    }
  }
};

template <typename T>
std::string TypeName() {
  return TypeNameOf<std::remove_cv_t<T>>::Get();
}

namespace describe_internal {

template <template <typename...> typename Template, typename... Arguments>
struct ClassName<Template<Arguments...>> {
  static std::string Get() {
    return JoinTemplate(TemplateName(NormalizeTypeName(PrettyName<Template<Arguments...>>())),
                        {TypeName<Arguments>()...});
  }
};

}  // namespace describe_internal
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
