// core/describe/describe.h -- turns a C++ type into its descriptor.
//
//   const TypeDescriptor& type = manta::Describe<std::map<std::string, std::vector<Point>>>();
//
// Aggregates, standard containers and vocabulary types, enumerations and MANTA_DESCRIBEd classes need nothing more;
// codec.h shows what other types can do. A type that cannot be described is refused in one sentence that names the way
// out.
//
// Shapes    Describe<T>() is for T without const or reference. Equal types give the same object.
// Threads   [any-thread]. The first call for a type makes its descriptor; later calls read it.
// Cost      First call: microseconds and an allocation. Later: a guard check.
//
// Source    docs/adr/0009-type-descriptors.md.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/describe/kind.h"
#include "core/describe/thunks.h"
#include "core/describe/type_name.h"
#include "core/interface/type_descriptor.h"

namespace manta {

template <typename T>
const TypeDescriptor& Describe();

// True when a value of T may hold a reference to an object: only then is a value searched for them.
template <typename T>
inline constexpr bool kContainsRefs = describe_internal::Contains<T, describe_internal::IsReferenceKind>();

// True when a value of T may hold a LocalOnly: it cannot leave the process.
template <typename T>
inline constexpr bool kContainsLocalOnly = describe_internal::Contains<T, describe_internal::IsLocalOnlyKind>();

// True when the bytes of a T are all there is to it, and every pattern of bytes is a value: integers, floats,
// enumerations with a fixed underlying type, and arrays and structs of them without padding.
template <typename T>
inline constexpr bool kPlain = describe_internal::IsPlain<T>();

namespace describe_internal {

// Descriptors of the parts of T, in the order of Parts<T>.
template <typename T>
std::vector<FieldDescriptor> MakeFields() {
  if constexpr (IsAskedForFields<T> && !HasMantaFields<T>) {
    return StructTraits<T>::Fields();
  } else {
    return []<typename... Part>(TypeList<Part...>) {
      [[maybe_unused]] const auto offsets = PartOffsets<T>();  // std::tuple<> has no parts.
      [[maybe_unused]] const auto names = PartNames<T>();
      size_t i = 0;
      std::vector<FieldDescriptor> fields;
      fields.reserve(sizeof...(Part));
      ((fields.push_back({.name = names[i], .offset_bytes = offsets[i], .type = &Describe<Part>}), ++i), ...);
      return fields;
    }(Parts<T>());
  }
}

template <typename T>
struct Storage {
  std::string name = TypeName<T>();
  std::vector<FieldDescriptor> fields;
  TypeDescriptor descriptor;

  Storage() {
    constexpr TypeKind kind = KindOf<T>();
    TypeDescriptor& d = descriptor;
    d.kind = kind;
    d.plain = kPlain<T>;
    d.contains_references = kContainsRefs<T>;
    d.contains_local_only = kContainsLocalOnly<T>;
    d.size_bytes = sizeof(T);
    d.alignment_bytes = alignof(T);
    d.name = name;
    if constexpr (kind == TypeKind::kStruct || kind == TypeKind::kVariant) {
      fields = MakeFields<T>();
      d.fields = fields;
    } else if constexpr (kind == TypeKind::kMap) {
      d.key = &Describe<typename T::key_type>;
      d.element = &Describe<typename T::mapped_type>;
    } else {
      []<typename... Part>(TypeList<Part...>, TypeDescriptor& d) { ((d.element = &Describe<Part>), ...); }(Parts<T>(),
                                                                                                           d);
    }
    if constexpr (kind == TypeKind::kArray) d.count = ArrayCount<T>();
    SetOps<T>(d);
  }
};

}  // namespace describe_internal

template <typename T>
const TypeDescriptor& Describe() {
  static_assert(std::is_same_v<T, std::remove_cvref_t<T>>, "manta: describe the type without const and reference");
  // Never destroyed: values may outlive main.
  static const auto* const storage = new describe_internal::Storage<T>();
  return storage->descriptor;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
