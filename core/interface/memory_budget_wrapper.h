// core/interface/memory_budget_wrapper.h -- forwards to another budget; a subclass changes what it wants.
//
//   class ShortBudget final : public MemoryBudgetWrapper {  // Memory runs out at the third reservation.
//    public:
//     using MemoryBudgetWrapper::MemoryBudgetWrapper;
//     absl::Status Reserve(uint64_t bytes) override {
//       return ++calls_ == 3 ? absl::ResourceExhaustedError("injected") : MemoryBudgetWrapper::Reserve(bytes);
//     }
//    private:
//     std::atomic<int> calls_ = 0;
//   };
//
// Memory    The inner budget is not owned and outlives the wrapper.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "core/interface/memory_budget.h"

namespace manta {

class MemoryBudgetWrapper : public MemoryBudget {
 public:
  explicit MemoryBudgetWrapper(MemoryBudget& inner) : inner_(inner) {}

  absl::Status Reserve(uint64_t bytes) override { return inner_.Reserve(bytes); }
  void Release(uint64_t bytes) override { inner_.Release(bytes); }
  uint64_t limit_bytes() const override { return inner_.limit_bytes(); }
  uint64_t used_bytes() const override { return inner_.used_bytes(); }

 protected:
  MemoryBudget& inner() const { return inner_; }

 private:
  MemoryBudget& inner_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
