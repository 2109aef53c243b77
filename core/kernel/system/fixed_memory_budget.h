// core/kernel/system/fixed_memory_budget.h -- shares a limit that is fixed when the budget is made.
//
// Threads   [any-thread], without locks. Calls are in one order for all threads (seq_cst): who looks at something else
//           after a call sees what others did before theirs.
// Crashes   Releasing more than is reserved: CHECK.
#pragma once

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "core/interface/memory_budget.h"

namespace manta {

class FixedMemoryBudget final : public MemoryBudget {
 public:
  explicit FixedMemoryBudget(uint64_t limit_bytes) : limit_bytes_(limit_bytes) {}

  absl::Status Reserve(uint64_t bytes) override;
  void Release(uint64_t bytes) override;
  uint64_t limit_bytes() const override { return limit_bytes_; }
  uint64_t used_bytes() const override { return used_bytes_.load(std::memory_order_seq_cst); }

 private:
  const uint64_t limit_bytes_;
  std::atomic<uint64_t> used_bytes_ = 0;  // At most limit_bytes_, always.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
