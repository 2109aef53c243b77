// tests/support/any_value.h -- makes values of any described type, and tells whether two of them are equal.
//
//   SeededChoices choices(seed);
//   Order order;
//   GenerateValue(Describe<Order>(), &order, choices, {});
//   EXPECT_EQ(PrintValue(order), PrintValue(back));      // What differs is seen.
//
// Threads   [any-thread]; no state.
// Errors    Descriptors that contradict themselves abort.
#pragma once

#include <cstdint>
#include <string>

#include "core/describe/describe.h"
#include "core/interface/type_descriptor.h"
#include "tests/support/choices.h"

namespace manta {

struct GenerateOptions {
  uint64_t value_count_max = 1000;  // Elements of containers, in all.
  uint64_t element_count_max = 4;   // In one container, long rows apart.
  uint64_t long_row_bytes = 0;      // One row of plain elements in 64 has about so many bytes; 0: none.
  uint32_t depth_max = 8;           // Containers and choices nest so deep; below they are empty.
  void* binder = nullptr;           // For references.
};

// Gives `value`, which is one of `type`, another content: each kind's edges (infinities, empty containers) as well as
// what lies between. What a Codec refuses, a message, and what stays in the process keep their content.
void GenerateValue(const TypeDescriptor& type, void* value, Choices& choices, const GenerateOptions& options);

// The value as text: equal for equal values, and only for these. Sets and maps are sorted; every NaN is "nan", while
// -0 is not 0.
std::string PrintValue(const TypeDescriptor& type, const void* value);

template <typename T>
std::string PrintValue(const T& value) {
  return PrintValue(Describe<T>(), &value);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
