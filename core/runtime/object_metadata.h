// core/runtime/object_metadata.h -- what is stored beside an object's data, so that anyone can tell what it is.
//
// An object may be read after its writer is gone, by another program: so its format, its type and the objects that it
// refers to stand in its metadata, and never in its data.
//
//   version u32 | format bytes u32 | type name bytes u32 | reference count u32 | signature u64 | references, 16 each |
//   format | type name
//
// Shapes    Numbers in the machine's byte order: metadata does not leave the architecture.
// Memory    A parsed ObjectMetadata points into the bytes it was parsed from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/ids.h"

namespace manta {

struct ObjectMetadata {
  std::string_view format;      // The serializer's: "native".
  std::string_view type_name;   // TypeDescriptor::name.
  uint64_t type_signature = 0;  // TypeSignature.
  std::span<const ObjectId> references;
};

std::vector<std::byte> EncodeMetadata(const ObjectMetadata& metadata);

// The parts of `bytes`, which may come from anywhere; `references` gets the ids, that the result points to.
//   kInvalidArgument  they are no metadata.
absl::StatusOr<ObjectMetadata> ParseMetadata(std::span<const std::byte> bytes, std::vector<ObjectId>& references);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
