// core/runtime/value_type.h -- gives the runtime's facts of a C++ type.
//
// Threads   [any-thread]; one constant for each type.
#pragma once

#include "core/describe/blob.h"
#include "core/describe/describe.h"
#include "core/runtime/shared_object.h"

namespace manta {

template <typename T>
inline constexpr ValueType kValueType = {.descriptor = &Describe<T>};

template <>
inline constexpr ValueType kValueType<void> = {};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
