// plugins/serializer/json/shape.h -- says which JSON stands for which kind of type, where a kind has more than one.
//
// Threads   [any-thread]; no state.
#pragma once

#include <string_view>

#include "core/interface/type_descriptor.h"

namespace manta::json {

// The key of an object that stands for a reference.
inline constexpr std::string_view kReferenceKey = "$object";

// Values may be written as null, so an optional one is a list of one or none.
inline bool IsNullable(const TypeDescriptor& type) {
  if (type.kind == TypeKind::kWire) return IsNullable(type.element());
  return type.kind == TypeKind::kUnit || type.kind == TypeKind::kOptional;
}

// An object of its fields by name; else a list of them by position.
inline bool HasNames(const TypeDescriptor& type) { return !type.fields.empty() && !type.fields.front().name.empty(); }

// A row of bytes, of any length: base64.
inline bool IsByteRun(const TypeDescriptor& type) {
  const bool in_a_row =
      type.kind == TypeKind::kBlob ||
      (type.kind == TypeKind::kSequence && type.container->data != nullptr && type.container->resize != nullptr);
  return in_a_row && type.element().kind == TypeKind::kUint && type.element().size_bytes == 1;
}

// Fits on the line that its neighbours are on.
inline bool IsScalar(const TypeDescriptor& type) {
  switch (type.kind) {
    case TypeKind::kUnit:
    case TypeKind::kBool:
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kFloat:
    case TypeKind::kEnum:
      return true;
    case TypeKind::kWire:
      return IsScalar(type.element());
    default:
      return false;
  }
}

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
