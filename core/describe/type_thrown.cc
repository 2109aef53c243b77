#include "core/describe/type_thrown.h"

#include <utility>

#include "core/base/thrown.h"

namespace manta::describe_internal {
namespace {

thread_local std::string kept;

}  // namespace

void KeepThrown() noexcept {
  try {
    kept = DescribeCurrentException();
  } catch (...) {  // No memory for the words: it is told without them.
    kept.clear();
  }
}

std::string TakeThrown() { return std::exchange(kept, std::string()); }

}  // namespace manta::describe_internal

// SPDX-License-Identifier: Apache-2.0
