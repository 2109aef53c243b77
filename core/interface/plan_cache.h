// core/interface/plan_cache.h -- finds what a serializer worked out for a type, without a lock.
//
// Serializers work each type out once, into a plan. A table from descriptor to plan, open-addressed, that only grows:
// lookups read it while others add to it. A table that is half full is followed by one of twice its size; the old one
// stays, since somebody may be reading it. All old tables together are no larger than the current one.
//
// Shapes    A Compiler names its Plan, which has `const TypeDescriptor* type`, and makes plans that stay where they
//           are: `const Plan& PlanOf(const TypeDescriptor& type)`.
// Threads   [any-thread]. A type's first use makes its plan under a lock: the compiler is used by one thread at a time.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"
#include "core/interface/type_descriptor.h"

namespace manta {

template <typename Compiler>
class PlanCache {
 public:
  using Plan = typename Compiler::Plan;

  // The lock's name, see core/base/mutex.h.
  explicit PlanCache(const char* name) : mutex_(name) {
    tables_.push_back(std::make_unique<Table>(kFirstSlotCount));
    table_.store(tables_.back().get(), std::memory_order_release);
  }

  const Plan& PlanOf(const TypeDescriptor& type) {
    const Table& table = *table_.load(std::memory_order_acquire);
    for (size_t i = table.IndexOf(&type);; ++i) {
      const Plan* plan = table.slots[i & table.mask].load(std::memory_order_acquire);
      if (plan == nullptr) return Make(type);
      if (plan->type == &type) return *plan;
    }
  }

 private:
  static constexpr size_t kFirstSlotCount = 64;

  struct Table {
    explicit Table(size_t slot_count) : mask(slot_count - 1), slots(slot_count) {}

    // Descriptors are allocated one by one: the low bits of their addresses are alike.
    size_t IndexOf(const TypeDescriptor* type) const {
      return static_cast<size_t>(reinterpret_cast<uintptr_t>(type) * 0x9e3779b97f4a7c15u >> 32) & mask;
    }

    void Insert(const Plan& plan) {
      size_t i = IndexOf(plan.type);
      while (slots[i & mask].load(std::memory_order_relaxed) != nullptr) ++i;
      slots[i & mask].store(&plan, std::memory_order_release);
    }

    size_t mask;
    std::vector<std::atomic<const Plan*>> slots;
  };

  [[gnu::cold, gnu::noinline]] const Plan& Make(const TypeDescriptor& type) {
    MutexLock lock(mutex_);
    const Plan& plan = compiler_.PlanOf(type);
    Table* table = tables_.back().get();
    // Another thread may have made it while this one waited.
    for (size_t i = table->IndexOf(&type);; ++i) {
      const Plan* there = table->slots[i & table->mask].load(std::memory_order_relaxed);
      if (there == &plan) return plan;
      if (there == nullptr) break;
    }
    if ((plan_count_ + 1) * 2 > table->slots.size()) {
      auto larger = std::make_unique<Table>(table->slots.size() * 2);
      for (const auto& slot : table->slots) {
        if (const Plan* old = slot.load(std::memory_order_relaxed); old != nullptr) larger->Insert(*old);
      }
      table = larger.get();
      tables_.push_back(std::move(larger));
    }
    table->Insert(plan);
    ++plan_count_;
    table_.store(table, std::memory_order_release);
    return plan;
  }

  std::atomic<Table*> table_;
  Mutex mutex_;
  Compiler compiler_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Table>> tables_ ABSL_GUARDED_BY(mutex_);  // The last one is table_.
  size_t plan_count_ ABSL_GUARDED_BY(mutex_) = 0;                       // In the table.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
