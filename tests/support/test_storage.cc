#include "tests/support/test_storage.h"

#include <cstddef>
#include <utility>

#include "core/interface/basic_object_store.h"
#include "core/simulation/simulated_host.h"
#include "plugins/serializer/native/native_serializer.h"
#include "tests/support/strict_test.h"

namespace manta {
namespace {

class AlignedMemory final : public ObjectMemory {
 public:
  std::byte* Allocate(uint64_t size_bytes) override {
    constexpr uint64_t kUnit = ObjectStore::kAlignmentBytes;
    return static_cast<std::byte*>(std::aligned_alloc(kUnit, (size_bytes + kUnit - 1) / kUnit * kUnit));
  }
  void Free(std::byte* memory, uint64_t) override { std::free(memory); }
};

}  // namespace

struct TestStorage::World {
  explicit World(const TestStorageOptions& options)
      : host({.memory_limit_bytes = options.store_takes_budget ? options.budget_bytes : options.store_bytes}),
        store(host, options.store_bytes, std::make_unique<AlignedMemory>()),
        own_budget(options.budget_bytes),
        store_spills(options.store_spills),
        budget(options.store_takes_budget ? host.memory() : own_budget),
        watch(budget) {}

  SimulatedHost host;
  BasicObjectStore store;
  NativeSerializer serializer;
  SimulatedMemoryBudget own_budget;
  const bool store_spills;
  SimulatedMemoryBudget& budget;
  MemoryWatch watch;
  ObjectStore* used_store = &store;
  Serializer* used_serializer = &serializer;
};

TestStorage::TestStorage(const TestStorageOptions& options) : world_(std::make_shared<World>(options)) {}

void TestStorage::Wrap(ObjectStore* store, Serializer* serializer) {
  if (store != nullptr) world_->used_store = store;
  if (serializer != nullptr) world_->used_serializer = serializer;
}

ObjectStore& TestStorage::store() const { return world_->store; }
Serializer& TestStorage::serializer() const { return world_->serializer; }
SimulatedMemoryBudget& TestStorage::budget() const { return world_->budget; }
MemoryWatch& TestStorage::watch() const { return world_->watch; }

std::shared_ptr<ValueRouter> TestStorage::NewRouter(const RoutingLimits& limits) const {
  return std::make_shared<ValueRouter>(
      RoutingParts{.stored = {.store = {world_, world_->used_store}, .serializer = *world_->used_serializer},
                   .budget = {world_, &world_->watch},
                   .watch = {world_, &world_->watch},
                   .store_spills = world_->store_spills},
      limits);
}

std::shared_ptr<ValueRouter> EnvironmentRouter() {
  if (!IsStrictTest()) return nullptr;
  return TestStorage().NewRouter({.native_values = NativeValues::kNever});
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
