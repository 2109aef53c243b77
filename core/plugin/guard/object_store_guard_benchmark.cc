// What a guard costs: each method called directly through its interface, and through the guard.
//
//   ./bazelw run --config=opt //core/plugin/guard:object_store_guard_benchmark -- --benchmark_repetitions=5
//
// The store behind does next to nothing, so that the difference between the two lines is the guard.
#include <array>
#include <memory>

#include "benchmark/benchmark.h"
#include "core/plugin/guard/object_store_guard.h"
#include "tests/support/quiet_host.h"

namespace manta {
namespace {

class FastStore final : public ObjectStore {
 public:
  absl::StatusOr<std::span<std::byte>> Create(ObjectId, uint64_t size_bytes, std::span<const std::byte>) override {
    return std::span(buffer_).first(size_bytes);
  }
  absl::Status Seal(ObjectId) override { return absl::OkStatus(); }
  absl::Status Abort(ObjectId) override { return absl::OkStatus(); }
  absl::StatusOr<ObjectView> Get(ObjectId) override { return ObjectView{.data = buffer_, .metadata = {}}; }
  absl::Status Release(ObjectId) override { return absl::OkStatus(); }
  absl::Status Delete(ObjectId) override { return absl::OkStatus(); }
  bool Contains(ObjectId id) override { return id.nil(); }
  absl::Status Cache(ObjectId) override { return absl::OkStatus(); }
  absl::Status Uncache(ObjectId) override { return absl::OkStatus(); }
  absl::Status Subscribe(ObjectId, SealListener*) override { return absl::OkStatus(); }
  absl::Status Unsubscribe(ObjectId, SealListener*) override { return absl::OkStatus(); }
  ObjectStoreStats Stats() override { return {}; }
  uint64_t List(std::span<ObjectInfo>) override { return 0; }

 private:
  alignas(64) std::array<std::byte, 128> buffer_{};
};

// Never asked for anything: the store keeps its contract.
const QuietHost host;

std::unique_ptr<ObjectStore> Make(bool guarded) {
  auto store = std::make_unique<FastStore>();
  if (!guarded) return store;
  return std::make_unique<ObjectStoreGuard>(std::move(store), PluginRecord{.name = "test.fast"}, host);
}

// Calls `method` of a store whose type the compiler cannot see.
template <typename Method>
void Run(benchmark::State& state, const Method& method) {
  const std::unique_ptr<ObjectStore> owner = Make(state.range(0) != 0);
  ObjectStore* store = owner.get();
  const ObjectId id = ObjectId::ForTest(1);
  for (auto _ : state) {
    benchmark::DoNotOptimize(store);
    auto result = method(*store, id);
    benchmark::DoNotOptimize(result);
  }
}

void Contains(benchmark::State& state) {
  Run(state, [](ObjectStore& store, ObjectId id) { return store.Contains(id); });
}
void Release(benchmark::State& state) {
  Run(state, [](ObjectStore& store, ObjectId id) { return store.Release(id); });
}
void Get(benchmark::State& state) {
  Run(state, [](ObjectStore& store, ObjectId id) { return store.Get(id); });
}
void Create(benchmark::State& state) {
  Run(state, [](ObjectStore& store, ObjectId id) { return store.Create(id, 64, {}); });
}

BENCHMARK(Contains)->ArgName("guarded")->Arg(0)->Arg(1);
BENCHMARK(Release)->ArgName("guarded")->Arg(0)->Arg(1);
BENCHMARK(Get)->ArgName("guarded")->Arg(0)->Arg(1);
BENCHMARK(Create)->ArgName("guarded")->Arg(0)->Arg(1);

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
