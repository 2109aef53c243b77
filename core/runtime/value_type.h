// core/runtime/value_type.h -- gives the runtime's facts of a C++ type.
//
// Threads   [any-thread]; one constant for each type.
#pragma once

#include <memory>
#include <type_traits>

#include "core/describe/blob.h"
#include "core/describe/describe.h"
#include "core/runtime/shared_object.h"

namespace manta {

template <typename T>
inline constexpr ValueType kValueType = {
    .descriptor = &Describe<T>,
    .contains_references = kContainsRefs<T>,
    .make_default =
        [] {
          if constexpr (std::is_default_constructible_v<T>) {
            return std::shared_ptr<void>(std::make_shared<T>());
          } else {
            return std::shared_ptr<void>();
          }
        },
};

template <>
inline constexpr ValueType kValueType<void> = {};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
