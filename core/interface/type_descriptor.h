// core/interface/type_descriptor.h -- says what a C++ type is made of, as a table that bytes can be made from.
//
// Serializers are plugins and cannot be templates. So the API turns each C++ type into a descriptor, once, and a
// serializer walks it: one virtual call handles a whole object, whatever its type.
//
//   struct Point { float x, y; };                 kStruct "Point", plain, 8 bytes
//   std::vector<Point>                              kSequence, contiguous; element() is Point's descriptor
//
// Shapes    Descriptors are immutable and live as long as the process. Children are given by accessor functions,
//           so types may contain themselves.
// Units     Sizes, alignments and offsets are in bytes.
// Threads   [any-thread]. Accessors are cheap after their first call.
// Memory    Values belong to whoever calls. Functions here move from nothing that is const.
// Errors    Functions that allocate return false or null when memory is short, or when the value's own code threw;
//           none of them throws.
//
// Source    docs/adr/0009-type-descriptors.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/ids.h"

namespace manta {

enum class TypeKind : uint32_t {
  kUnit = 1,        // No content: std::monostate, an empty struct.
  kBool = 2,        // 1 byte, 0 or 1.
  kInt = 3,         // Two's complement; size_bytes 1, 2, 4, 8.
  kUint = 4,        // size_bytes 1, 2, 4, 8.
  kFloat = 5,       // IEEE 754; size_bytes 4, 8.
  kEnum = 6,        // element(): the underlying integer.
  kString = 7,      // Contiguous bytes that are text (UTF-8 by convention, not checked): std::string.
  kStruct = 8,      // fields: aggregates, described classes, pair, tuple, complex.
  kArray = 9,       // `count` elements in a row, without gaps: T[N], std::array.
  kSequence = 10,   // Any number of elements in order.
  kSet = 11,        // Elements without an order of their own, or a sorted one.
  kMap = 12,        // Pairs of key() and element().
  kOptional = 13,   // Nothing, or one element(): optional, unique_ptr.
  kVariant = 14,    // One of `fields`, by position.
  kWire = 15,       // Stands for a value of element(), by conversion: Codec<T>, durations.
  kMessage = 16,    // Writes and reads its own bytes: protobuf messages.
  kReference = 17,  // An ObjectRef: 16 bytes of id.
  kBlob = 18,       // An immutable run of elements that keeps its memory alive: Array<T>, Buffer.
  kLocalOnly = 19,  // Never leaves the process.
};

struct TypeDescriptor;
using DescriptorAccessor = const TypeDescriptor& (*)();

// A field of a struct, or an alternative of a variant (whose offset is 0).
struct FieldDescriptor {
  std::string_view name;  // "" for the parts of tuples and alternatives.
  uint64_t offset_bytes = 0;
  DescriptorAccessor type = nullptr;
};

// Is called for each element, in order; false stops. `element` is null for a set's second argument.
using ElementVisitor = bool (*)(void* context, const void* key_or_element, const void* mapped);

// How to look into a container and to fill an empty one. Functions that do not apply are null.
struct ContainerOps {
  uint64_t (*size)(const void* container) noexcept = nullptr;

  // Contiguous containers only: the first element, and a size of the elements' default values.
  const void* (*data)(const void* container) noexcept = nullptr;
  void* (*resize)(void* container, uint64_t count) noexcept = nullptr;  // The first element; null: no memory.

  // Contiguous containers of trivially copyable elements only: becomes copies of `count` elements in a row, which are
  // aligned as such. Writes each element once, where resize would write it twice. False: no memory.
  bool (*assign)(void* container, const void* elements, uint64_t count) noexcept = nullptr;

  // True when every visitor call was.
  bool (*visit)(const void* container, ElementVisitor visitor, void* context) noexcept = nullptr;

  // Makes room for `count` elements, as a hint; false: no memory.
  bool (*reserve)(void* container, uint64_t count) noexcept = nullptr;

  // Moves an element, or a key and its mapped value, in. kSequence: at the end. False: no memory, or (kSet, kMap) an
  // equal one is there; told apart by `size`.
  bool (*insert)(void* container, void* key_or_element, void* mapped) noexcept = nullptr;

  // Empties it.
  void (*clear)(void* container) noexcept = nullptr;

  // kString only: data and size in one call, since text is what most containers are.
  std::span<const std::byte> (*text)(const void* container) noexcept = nullptr;
};

// How to look into a kOptional or kVariant value, and to fill it.
struct ChoiceOps {
  // kOptional: 0 nothing, 1 an element. kVariant: the alternative's position; UINT64_MAX when valueless.
  uint64_t (*index)(const void* choice) noexcept = nullptr;
  const void* (*get)(const void* choice) noexcept = nullptr;  // Null when there is nothing.
  // Makes it hold a default value of that choice and returns it; null: no memory, or the type has no default value.
  void* (*emplace)(void* choice, uint64_t index) noexcept = nullptr;
  // Moves `element` in.
  bool (*assign)(void* choice, uint64_t index, void* element) noexcept = nullptr;
};

// How a kWire value becomes a value of element(), and is made from one.
struct WireOps {
  bool (*to_wire)(const void* value, void* wire) noexcept = nullptr;  // `wire` is a default value of element().
  // Constructs the value in raw memory; moves from `wire`. False: the wire value stands for nothing; then no value is
  // there.
  bool (*from_wire)(void* memory, void* wire) noexcept = nullptr;
};

// How a kMessage value writes and reads its own bytes.
struct MessageOps {
  std::string_view format;  // "protobuf"
  uint64_t (*size_bytes)(const void* message) noexcept = nullptr;
  bool (*write)(const void* message, std::span<std::byte> out) noexcept = nullptr;   // Exactly size_bytes.
  bool (*read)(void* message, std::span<const std::byte> bytes) noexcept = nullptr;  // False: malformed, or no memory.
};

// How to look into a kBlob value and to make one. A blob's elements are plain.
struct BlobOps {
  std::span<const std::byte> (*bytes)(const void* blob) noexcept = nullptr;

  // Gives memory for `size_bytes`, aligned to 64 bytes, that the blob will own; null: no memory.
  std::byte* (*allocate)(void* blob, uint64_t size_bytes) noexcept = nullptr;

  // Makes the blob a view of bytes that stay valid until `release(owner)`, called once, on any thread.
  bool (*adopt)(void* blob, std::span<const std::byte> bytes, void (*release)(void* owner),
                void* owner) noexcept = nullptr;
};

// How a kReference value names its object, and is made to refer to one.
struct ReferenceOps {
  ObjectId (*id)(const void* reference) noexcept = nullptr;
  // `binder` is whoever reads: the runtime, which gives the reference its meaning. False: it refuses the id.
  bool (*bind)(void* reference, ObjectId id, void* binder) noexcept = nullptr;
};

struct TypeDescriptor {
  TypeKind kind = TypeKind::kUnit;

  // The bytes of a value are all there is to it: they may be copied as they are, on the same architecture.
  // False for types with padding.
  uint32_t plain = 0;

  uint32_t contains_references = 0;  // A kReference may be inside.
  uint32_t contains_local_only = 0;  // A kLocalOnly may be inside: it cannot be written.

  uint64_t size_bytes = 0;
  uint64_t alignment_bytes = 1;
  std::string_view name;  // The same with every compiler: "my::Point", "vector<string>".

  uint64_t count = 0;  // kArray.
  std::span<const FieldDescriptor> fields;
  DescriptorAccessor element = nullptr;
  DescriptorAccessor key = nullptr;

  const ContainerOps* container = nullptr;  // kString, kSequence, kSet, kMap.
  const ChoiceOps* choice = nullptr;        // kOptional, kVariant.
  const WireOps* wire = nullptr;            // kWire.
  const MessageOps* message = nullptr;      // kMessage.
  const BlobOps* blob = nullptr;            // kBlob.
  const ReferenceOps* reference = nullptr;  // kReference.

  // Makes a default value in raw memory; false: no memory, or its constructor threw. Null: it has no default value
  // (then it is a kWire, or contains one).
  bool (*construct)(void* memory) noexcept = nullptr;
  void (*destroy)(void* value) noexcept = nullptr;
  // Moves `from`, which stays to be destroyed, into raw memory. Null: it cannot move.
  bool (*relocate)(void* memory, void* from) noexcept = nullptr;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
