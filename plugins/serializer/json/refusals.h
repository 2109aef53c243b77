// plugins/serializer/json/refusals.h -- what writer and reader refuse alike, and where in a value they say it was.
//
// Threads   [any-thread]; no state.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "core/interface/type_descriptor.h"

namespace manta::json {

// Fields of one struct, or parts of one tuple.
inline constexpr size_t kFieldCountMax = 256;

// Ok when values of the type can be written and read, as far as the type itself is concerned, not its parts.
//   kUnimplemented  they cannot.
absl::Status CheckType(const TypeDescriptor& type);

// Ok when a container or choice of type `holder` can be filled with values of type `part`.
//   kUnimplemented  it cannot.
absl::Status CheckPart(const TypeDescriptor& part, const TypeDescriptor& holder);

// Notes on the way out which part of a value it was: "x" and "[3]" before ".y" make "x" and "[3].y". Paths end growing
// after a few hundred bytes: deep down is where the fault is.
void PrependToPath(std::string_view part, std::string& path);

}  // namespace manta::json

// SPDX-License-Identifier: Apache-2.0
