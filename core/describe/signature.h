// core/describe/signature.h -- tells two types apart, across processes and builds.
//
// A name is not enough: a struct may have changed since its bytes were written. The signature covers all that decides
// what bytes mean: kinds, widths, names and order of fields, and the same of every part.
//
// Shapes    64 bits; equal for equal types with every compiler. Different types collide by chance, once in 2^64.
// Threads   [any-thread].
// Cost      Walks the whole type: once per type, the caller keeps it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "core/interface/type_descriptor.h"

namespace manta {

uint64_t TypeSignature(const TypeDescriptor& type);

// The type in words, fields included, one level deep: "my::Point {x: float32, y: float32}".
std::string TypeInWords(const TypeDescriptor& type);

// Ok when an object of the written type can be read as `wanted`: same signature, or same name in a format that evolves.
//   kInvalidArgument  it cannot; the message names both types.
absl::Status CheckSameType(std::string_view written_name, uint64_t written_signature, const TypeDescriptor& wanted,
                           bool format_evolves);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
