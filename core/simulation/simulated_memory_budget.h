// core/simulation/simulated_memory_budget.h -- shares a limit that tests move, and refuses when told.
//
// Threads   [any-thread].
// Crashes   Releasing more than is reserved: CHECK.
#pragma once

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "core/base/mutex.h"
#include "core/interface/memory_budget.h"

namespace manta {

class SimulatedMemoryBudget final : public MemoryBudget {
 public:
  explicit SimulatedMemoryBudget(uint64_t limit_bytes) : limit_bytes_(limit_bytes) {}

  // Moves the limit, as pressure from outside would. What is reserved stays so, even above the limit.
  void SetLimit(uint64_t limit_bytes);

  // Refuses the `count`-th reservation from now on (1: the next one), once. 0 takes that back.
  void RefuseAfter(uint64_t count);

  absl::Status Reserve(uint64_t bytes) override;
  void Release(uint64_t bytes) override;
  uint64_t limit_bytes() const override;
  uint64_t used_bytes() const override;

 private:
  mutable Mutex mutex_{"simulated_memory_budget"};
  uint64_t limit_bytes_ ABSL_GUARDED_BY(mutex_);
  uint64_t used_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t refuse_after_ ABSL_GUARDED_BY(mutex_) = 0;  // 0: none; counted down by Reserve.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
