#include "core/kernel/system/fixed_memory_budget.h"

#include <glog/logging.h>

#include "core/base/text.h"

namespace manta {

absl::Status FixedMemoryBudget::Reserve(uint64_t bytes) {
  uint64_t used = used_bytes_.load(std::memory_order_seq_cst);
  do {
    if (bytes > limit_bytes_ - used) {
      return MakeStatus(absl::StatusCode::kResourceExhausted, "the memory budget is short: ", bytes,
                        " bytes are needed, ", limit_bytes_ - used, " of ", limit_bytes_,
                        " are free: free objects, or raise the limit");
    }
  } while (!used_bytes_.compare_exchange_weak(used, used + bytes, std::memory_order_seq_cst));
  return absl::OkStatus();
}

void FixedMemoryBudget::Release(uint64_t bytes) {
  const uint64_t used = used_bytes_.fetch_sub(bytes, std::memory_order_seq_cst);
  CHECK_GE(used, bytes) << "more bytes are released than are reserved";
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
