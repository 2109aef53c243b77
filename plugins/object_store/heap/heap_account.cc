#include "plugins/object_store/heap/heap_account.h"

#include "core/base/text.h"

namespace manta {

HeapAccount::HeapAccount(const Host& host, uint64_t capacity_bytes)
    : capacity_bytes_(capacity_bytes),
      budget_(host.memory()),
      reserved_gauge_(host.metrics().GetGauge({.name = "store.reserved_bytes",
                                               .help = "Taken from heap stores' capacity: objects, and what shards "
                                                       "hold ready",
                                               .unit = "bytes"})) {}

Taken HeapAccount::Take(uint64_t bytes) {
  uint64_t reserved = reserved_bytes_.load(std::memory_order_relaxed);
  do {
    if (bytes > capacity_bytes_ - reserved) return Taken::kOverCapacity;
  } while (!reserved_bytes_.compare_exchange_weak(reserved, reserved + bytes, std::memory_order_relaxed));
  if (bytes != 0 && !budget_.Reserve(bytes).ok()) {
    reserved_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    return Taken::kOverBudget;
  }
  reserved_gauge_.Add(static_cast<int64_t>(bytes));
  return Taken::kOk;
}

void HeapAccount::Give(uint64_t bytes) {
  if (bytes == 0) return;
  budget_.Release(bytes);
  reserved_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  reserved_gauge_.Add(-static_cast<int64_t>(bytes));
}

std::string HeapAccount::Explain(Taken refused) const {
  if (refused == Taken::kOverBudget) {
    const uint64_t limit_bytes = budget_.limit_bytes();
    const uint64_t used_bytes = budget_.used_bytes();
    return Concat(limit_bytes > used_bytes ? limit_bytes - used_bytes : 0, " are free of the process's memory budget, ",
                  limit_bytes, " bytes: raise the budget, or delete objects");
  }
  return Concat(capacity_bytes_ - reserved_bytes_.load(std::memory_order_relaxed), " are free of capacity_bytes ",
                capacity_bytes_, ": raise it, or delete or cache objects");
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
