// plugins/serializer/native/plan_cache.h -- finds the plan of a type without a lock.
//
// A table from descriptor to plan, open-addressed, that only grows: lookups read it while others add to it. A table
// that is half full is followed by one of twice its size; the old one stays, since somebody may be reading it. All old
// tables together are no larger than the current one.
//
// Threads   [any-thread]. A type's first use makes its plan under a lock.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"
#include "core/interface/type_descriptor.h"
#include "plugins/serializer/native/plan.h"
#include "plugins/serializer/native/plan_compiler.h"

namespace manta::native {

class PlanCache {
 public:
  PlanCache();

  const Plan& PlanOf(const TypeDescriptor& type) {
    const Table& table = *table_.load(std::memory_order_acquire);
    for (size_t i = table.IndexOf(&type);; ++i) {
      const Plan* plan = table.slots[i & table.mask].load(std::memory_order_acquire);
      if (plan == nullptr) return Make(type);
      if (plan->type == &type) return *plan;
    }
  }

 private:
  struct Table {
    explicit Table(size_t slot_count) : mask(slot_count - 1), slots(slot_count) {}

    // Descriptors are allocated one by one: the low bits of their addresses are alike.
    size_t IndexOf(const TypeDescriptor* type) const {
      return static_cast<size_t>(reinterpret_cast<uintptr_t>(type) * 0x9e3779b97f4a7c15u >> 32) & mask;
    }

    size_t mask;
    std::vector<std::atomic<const Plan*>> slots;
  };

  const Plan& Make(const TypeDescriptor& type);

  static void Insert(Table& table, const Plan& plan);

  std::atomic<Table*> table_;
  Mutex mutex_{"native_plan_cache"};
  PlanCompiler compiler_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Table>> tables_ ABSL_GUARDED_BY(mutex_);  // The last one is table_.
  size_t plan_count_ ABSL_GUARDED_BY(mutex_) = 0;                       // In the table.
};

}  // namespace manta::native

// SPDX-License-Identifier: Apache-2.0
