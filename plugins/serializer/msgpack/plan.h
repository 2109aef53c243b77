// plugins/serializer/msgpack/plan.h -- how values of one type are written and read, worked out once.
//
// A plan says which of MessagePack's forms a type takes; its fields' names are kept as they are written.
//
// Threads   Immutable once made.
// Memory    Plans live as long as the serializer; they point to one another, also in circles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/interface/type_descriptor.h"

namespace manta::messagepack {

enum class Form : uint32_t {
  // Numbers, in this order.
  kBool,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kFloat32,
  kFloat64,

  kNil,
  kText,
  kBytes,      // A contiguous sequence of bytes.
  kByteArray,  // A fixed number of bytes.
  kArray,
  kSequence,  // Sets too.
  kMap,
  kStruct,  // A map of names.
  kTuple,   // An array of fields without names.
  kOptional,
  kBracketed,  // An optional whose element can be nil: [] or [element].
  kVariant,
  kWire,
  kMessage,
  kReference,
  kBlob,
};

constexpr bool IsNumber(Form form) { return form <= Form::kFloat64; }

// Calls `visit` with a number of the type that the form stands for. REQUIRES: IsNumber(form).
template <typename Visitor>
[[gnu::always_inline]] inline auto ByForm(Form form, Visitor visit) {
  switch (form) {
    case Form::kBool:
      return visit(bool());
    case Form::kInt8:
      return visit(int8_t());
    case Form::kInt16:
      return visit(int16_t());
    case Form::kInt32:
      return visit(int32_t());
    case Form::kInt64:
      return visit(int64_t());
    case Form::kUint8:
      return visit(uint8_t());
    case Form::kUint16:
      return visit(uint16_t());
    case Form::kUint32:
      return visit(uint32_t());
    case Form::kUint64:
      return visit(uint64_t());
    case Form::kFloat32:
      return visit(float());
    default:
      return visit(double());
  }
}

// How a value comes to be in raw memory.
enum class BuildBy : uint32_t {
  kConstruct,  // A default value, which is then filled.
  kCopy,       // It is plain: any bytes are a value.
  kWire,       // Made from its wire value.
  kParts,      // Each part by its own plan: structs and arrays without a default value.
};

struct Plan;

// A field of a struct or tuple, or an alternative of a variant.
struct Field {
  static constexpr size_t kShortBytes = 32;

  const Plan* plan = nullptr;
  uint64_t offset_bytes = 0;
  uint64_t written_bytes = 0;      // Size of `written`.
  std::byte written[kShortBytes];  // The name as an item, if it is that short.
  std::string_view name;           // Lives as long as the type.

  bool is_short() const { return written_bytes <= kShortBytes; }
};

struct Plan {
  Form form = Form::kNil;
  BuildBy build = BuildBy::kConstruct;
  const TypeDescriptor* type = nullptr;
  const Plan* element = nullptr;
  const Plan* key = nullptr;
  uint64_t least_bytes = 1;  // No value is written in fewer.

  std::vector<Field> fields;          // kStruct, kTuple, kVariant.
  std::vector<const Field*> by_name;  // kStruct: sorted.

  // kSequence: the elements lie in a row, data() is the first.
  bool in_a_row = false;

  std::string refusal;  // Not empty: values of this type cannot be written, and why.
};

}  // namespace manta::messagepack

// SPDX-License-Identifier: Apache-2.0
