// tests/faults/program.h -- what the tests of faults ask of a runtime again and again.
//
// Threads   [one-at-a-time].
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "api/manta.h"
#include "core/base/error.h"
#include "tests/support/error_of.h"

namespace manta {

inline constexpr int64_t kMillisecondNs = 1'000'000;
inline constexpr int64_t kSecondNs = 1'000'000'000;

// The error that `ref` is, once it is ready; null: it is a value.
template <typename T>
ErrorPtr RecordOf(const ObjectRef<T>& ref, const GetOptions& options = {}) {
  try {
    Get(ref, options);
    return nullptr;
  } catch (const ObjectError& error) {
    return error.record();
  }
}

// Ends the runtime. Nothing may be left by then: no object, nothing in the store, nothing pending.
inline void ExpectNothingLeft(Runtime& runtime) {
  const RuntimeCounts counts = runtime.Shutdown();
  EXPECT_EQ(counts.object_count, 0);
  EXPECT_EQ(counts.stored_count, 0);
  EXPECT_EQ(counts.stored_bytes, 0);
  EXPECT_EQ(counts.pending_count, 0);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
