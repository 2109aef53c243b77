#include "plugins/serializer/native/plan_cache.h"

#include <utility>

namespace manta::native {
namespace {

constexpr size_t kFirstSlotCount = 64;

}  // namespace

PlanCache::PlanCache() {
  tables_.push_back(std::make_unique<Table>(kFirstSlotCount));
  table_.store(tables_.back().get(), std::memory_order_release);
}

void PlanCache::Insert(Table& table, const Plan& plan) {
  size_t i = table.IndexOf(plan.type);
  while (table.slots[i & table.mask].load(std::memory_order_relaxed) != nullptr) ++i;
  table.slots[i & table.mask].store(&plan, std::memory_order_release);
}

const Plan& PlanCache::Make(const TypeDescriptor& type) {
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
      if (const Plan* old = slot.load(std::memory_order_relaxed); old != nullptr) Insert(*larger, *old);
    }
    table = larger.get();
    tables_.push_back(std::move(larger));
  }
  Insert(*table, plan);
  ++plan_count_;
  table_.store(table, std::memory_order_release);
  return plan;
}

}  // namespace manta::native

// SPDX-License-Identifier: Apache-2.0
