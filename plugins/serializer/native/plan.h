// plugins/serializer/native/plan.h -- what to do to write and read one type, worked out once.
//
// A descriptor is a tree to be asked; a plan is a list to be run. Structs inside structs are dissolved, and neighbours
// in memory that are copied as they are become one copy.
//
//   struct { int32 a; int32 b; bool c; string d; }     kCopy 9 bytes (byte 8 is a bool), kString
//
// What a value's bytes are depends on its type alone, not on what it is a part of: a struct's are its fields' in a row.
//
// Threads   Immutable once made.
// Memory    Plans live as long as the serializer; they point to one another, also in circles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/interface/type_descriptor.h"

namespace manta::native {

enum class OpCode : uint32_t {
  kCopy,          // Pieces of memory, in a row.
  kPlainPayload,  // A plain part of at least Serializer::kPayloadBytesMin bytes.
  kRun,           // A string or sequence whose elements' bytes lie in a row, as they are written.
  kSequence,      // Any other sequence, and sets.
  kMap,
  kArray,
  kOptional,
  kVariant,
  kWire,
  kMessage,
  kReference,
  kBlob,
};

struct Piece {
  uint64_t offset_bytes = 0;
  uint64_t size_bytes = 0;
};

struct Plan;

// What is needed for each value stands first.
struct Op {
  OpCode code = OpCode::kCopy;
  uint32_t element_alignment_bytes = 1;      // kRun.
  uint64_t offset_bytes = 0;                 // Of the part, in the value.
  const TypeDescriptor* type = nullptr;      // The part's; of a kCopy, the first piece's.
  const Plan* element = nullptr;             // Null for text and blobs, and where there is none.
  uint64_t element_bytes = 0;                // kRun, kBlob: size of an element.
  uint64_t payload_count_min = UINT64_MAX;   // kRun: this many elements make a payload.
  uint64_t copy_bytes = 0;                   // kCopy: of all pieces.
  std::vector<Piece> pieces;                 // kCopy.
  std::vector<uint64_t> bool_offsets_bytes;  // kCopy: which of the copied bytes must be 0 or 1.
  const Plan* key = nullptr;                 // kMap.
  std::vector<const Plan*> alternatives;     // kVariant.
  std::string path;                          // Which part of the plan's type, for messages: "position.x"; "": all.
};

// How a value comes to be in raw memory.
enum class BuildBy : uint32_t {
  kConstruct,  // A default value, which is then filled.
  kCopy,       // It is plain: any bytes are a value.
  kWire,       // Made from its wire value.
  kParts,      // Each part by its own plan: structs and arrays without a default value.
};

struct BuildPart {
  uint64_t offset_bytes = 0;
  const Plan* plan = nullptr;
};

struct Plan {
  const TypeDescriptor* type = nullptr;
  std::vector<Op> ops;

  uint64_t least_bytes = 0;  // No value is written in fewer; 0 only when all are written in none.

  bool empty = false;         // Every value is written in no bytes.
  bool fixed = false;         // Every value is written in fixed_bytes: ops is one kCopy.
  bool as_in_memory = false;  // fixed, and what is written is all the bytes of the value.
  uint64_t fixed_bytes = 0;

  BuildBy build = BuildBy::kConstruct;
  std::vector<BuildPart> parts;   // kParts of a struct, in order.
  const Plan* element = nullptr;  // kParts of an array.

  std::string refusal;  // Not empty: values of this type cannot be written, and why.

  // What an element of a container takes at least. One that is written in no bytes takes a zero byte there, so that
  // the bytes left always limit the count.
  uint64_t least_element_bytes() const { return empty ? 1 : least_bytes; }
};

}  // namespace manta::native

// SPDX-License-Identifier: Apache-2.0
