#include "core/simulation/simulated_memory_budget.h"

#include <glog/logging.h>

#include "core/base/text.h"

namespace manta {

void SimulatedMemoryBudget::SetLimit(uint64_t limit_bytes) {
  MutexLock lock(mutex_);
  limit_bytes_ = limit_bytes;
}

void SimulatedMemoryBudget::RefuseAfter(uint64_t count) {
  MutexLock lock(mutex_);
  refuse_after_ = count;
}

absl::Status SimulatedMemoryBudget::Reserve(uint64_t bytes) {
  MutexLock lock(mutex_);
  const bool injected = refuse_after_ == 1;
  if (refuse_after_ > 0) --refuse_after_;
  const uint64_t free_bytes = limit_bytes_ > used_bytes_ ? limit_bytes_ - used_bytes_ : 0;
  if (injected || bytes > free_bytes) {
    return MakeStatus(absl::StatusCode::kResourceExhausted, "the simulated memory budget is short: ", bytes,
                      " bytes are needed, ", free_bytes, " of ", limit_bytes_, " are free",
                      injected ? " (refused as injected)" : "", ": free objects, or raise the limit");
  }
  used_bytes_ += bytes;
  return absl::OkStatus();
}

void SimulatedMemoryBudget::Release(uint64_t bytes) {
  MutexLock lock(mutex_);
  CHECK_GE(used_bytes_, bytes) << "more bytes are released than are reserved";
  used_bytes_ -= bytes;
}

uint64_t SimulatedMemoryBudget::limit_bytes() const {
  MutexLock lock(mutex_);
  return limit_bytes_;
}

uint64_t SimulatedMemoryBudget::used_bytes() const {
  MutexLock lock(mutex_);
  return used_bytes_;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
