// core/interface/memory_budget.h -- shares one process's memory among those who hold much of it.
//
// Stores and queues ask before they allocate for users' data. So one limit holds for all of them together, and
// pressure is visible in one place. Bookkeeping is not charged.
//
// Units     Bytes.
// Threads   All methods are [any-thread]; none blocks.
#pragma once

#include <cstdint>

#include "absl/status/status.h"

namespace manta {

class MemoryBudget {
 public:
  virtual ~MemoryBudget() = default;

  // Takes `bytes` from the budget, all or nothing.
  //   kResourceExhausted  fewer are free; the message names need, free and limit.
  virtual absl::Status Reserve(uint64_t bytes) = 0;

  // Gives `bytes` back. REQUIRES: they were reserved; otherwise CHECK.
  virtual void Release(uint64_t bytes) = 0;

  virtual uint64_t limit_bytes() const = 0;
  virtual uint64_t used_bytes() const = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
