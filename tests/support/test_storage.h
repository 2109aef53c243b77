// tests/support/test_storage.h -- is a store and a serializer for runtimes that tests make without plugins.
//
//   TestStorage storage({.budget_bytes = 1 << 20});
//   BareRuntime runtime(limits, storage.NewRouter());
//
// A test runs both ways by its second target (both_ways.bzl), where MANTA_NATIVE_VALUES is NEVER: EnvironmentRouter
// then gives a strict router, as the environment layer of the config gives programs.
//
// Threads   As what it is made of.
// Memory    What a router, or a value, still needs lives on.
#pragma once

#include <cstdint>
#include <memory>

#include "core/interface/object_store.h"
#include "core/interface/serializer.h"
#include "core/runtime/memory_watch.h"
#include "core/runtime/value_router.h"
#include "core/simulation/simulated_memory_budget.h"

namespace manta {

struct TestStorageOptions {
  uint64_t store_bytes = uint64_t{1} << 30;
  uint64_t budget_bytes = uint64_t{1} << 40;  // Of native values.
  bool store_takes_budget = false;            // The store's bytes are of the same budget; else it has its own.
  bool store_spills = false;                  // Routers take it for one that does.
};

class TestStorage {
 public:
  explicit TestStorage(const TestStorageOptions& options = {});

  // Goes around the store or the serializer of routers that are made from now on; they must outlive these.
  void Wrap(ObjectStore* store, Serializer* serializer);

  ObjectStore& store() const;
  Serializer& serializer() const;
  SimulatedMemoryBudget& budget() const;
  MemoryWatch& watch() const;  // What routers take of the budget.

  std::shared_ptr<ValueRouter> NewRouter(const RoutingLimits& limits = {}) const;

 private:
  struct World;
  const std::shared_ptr<World> world_;
};

// A strict router when MANTA_NATIVE_VALUES is NEVER, else null.
std::shared_ptr<ValueRouter> EnvironmentRouter();

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
