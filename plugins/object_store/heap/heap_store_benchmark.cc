// What heap costs against the bare means it is made of: malloc, memcpy, a mutex.
//
//   ./bazelw run --config=opt //plugins/object_store/heap:heap_store_benchmark
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "benchmark/benchmark.h"
#include "core/simulation/simulated_host.h"
#include "plugins/object_store/heap/heap_store.h"
#include "tests/support/fifo_policy.h"

namespace manta {
namespace {

constexpr uint64_t kSmallBytes = 100;
constexpr uint64_t kLargeBytes = 1 << 20;
constexpr size_t kLiveObjects = 1024;  // Each thread keeps as many, so that tables and lists are as in use.

// glibc leaves the atomics out of mutexes while a process has one thread, which no Manta process has.
class SecondThread {
 public:
  SecondThread() : thread_([this] { ended_.wait(false); }) {}
  ~SecondThread() {
    ended_ = true;
    ended_.notify_all();
    thread_.join();
  }

 private:
  std::atomic<bool> ended_{false};
  std::thread thread_;
} second_thread;

struct Fixture {
  SimulatedHost host{{.memory_limit_bytes = UINT64_MAX}};
  HeapStore store{host, {.capacity_bytes = uint64_t{1} << 30}, std::make_unique<FifoPolicy>()};
};

Fixture& Shared() {
  static Fixture fixture;
  return fixture;
}

void Check(benchmark::State& state, const absl::Status& status) {
  if (!status.ok()) state.SkipWithError(std::string(status.message()).c_str());
}

// How threads come by ids. As workers draw them: from one sequence, each thread a block at a time. Or in no order.
enum class Ids { kInBlocks, kScattered };

ObjectId DrawnId(Ids ids, const benchmark::State& state, uint64_t number) {
  constexpr uint64_t kBlock = 256;
  const uint64_t thread = static_cast<uint64_t>(state.thread_index());
  const uint64_t block = number / kBlock * static_cast<uint64_t>(state.threads()) + thread;
  const uint64_t sequence = block * kBlock + number % kBlock;
  return ids == Ids::kInBlocks ? ObjectId(1, sequence, 0) : ObjectId(sequence * 0x9e3779b97f4a7c15u, 1, 0);
}

// Create, memcpy, Seal; and Delete of the object made 1024 before.
void PutSmall(benchmark::State& state, Ids ids) {
  HeapStore& store = Shared().store;
  const std::vector<std::byte> source(kSmallBytes, std::byte{1});
  uint64_t made = 0;
  uint64_t deleted = 0;
  for (auto _ : state) {
    const ObjectId id = DrawnId(ids, state, ++made);
    const absl::StatusOr<std::span<std::byte>> data = store.Create(id, kSmallBytes, {});
    if (!data.ok()) return Check(state, data.status());
    std::memcpy(data->data(), source.data(), kSmallBytes);
    benchmark::DoNotOptimize(store.Seal(id).ok());
    if (made > kLiveObjects) benchmark::DoNotOptimize(store.Delete(DrawnId(ids, state, ++deleted)).ok());
  }
  while (deleted < made) Check(state, store.Delete(DrawnId(ids, state, ++deleted)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(PutSmall, in_blocks, Ids::kInBlocks)->Threads(1)->Threads(2)->UseRealTime();
BENCHMARK_CAPTURE(PutSmall, scattered, Ids::kScattered)->Threads(1)->Threads(2)->UseRealTime();

// malloc, memcpy; and free of the block made 1024 before.
void MallocSmall(benchmark::State& state) {
  const std::vector<std::byte> source(kSmallBytes, std::byte{1});
  std::vector<void*> live(kLiveObjects);
  size_t next = 0;
  for (auto _ : state) {
    void*& slot = live[next++ % kLiveObjects];
    std::free(slot);
    slot = std::malloc(kSmallBytes);
    std::memcpy(slot, source.data(), kSmallBytes);
    benchmark::DoNotOptimize(slot);
  }
  for (void* block : live) std::free(block);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(MallocSmall)->Threads(1)->Threads(2)->UseRealTime();

void GetReleaseSmall(benchmark::State& state) {
  HeapStore& store = Shared().store;
  const uint64_t worker = 100 + static_cast<uint64_t>(state.thread_index());
  for (uint64_t i = 1; i <= kLiveObjects; ++i) {
    Check(state, store.Create(ObjectId(worker, i, 0), kSmallBytes, {}).status());
    Check(state, store.Seal(ObjectId(worker, i, 0)));
  }
  uint64_t sequence = 0;
  for (auto _ : state) {
    const ObjectId id(worker, 1 + sequence++ % kLiveObjects, 0);
    const absl::StatusOr<ObjectView> view = store.Get(id);
    benchmark::DoNotOptimize(view->data.data());
    benchmark::DoNotOptimize(store.Release(id).ok());
  }
  for (uint64_t i = 1; i <= kLiveObjects; ++i) Check(state, store.Delete(ObjectId(worker, i, 0)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(GetReleaseSmall)->Threads(1)->Threads(2)->UseRealTime();

// What a pin and its release would cost if nothing had to be found: two locked increments; two atomic ones.
void MutexPair(benchmark::State& state) {
  std::mutex mutex;
  uint64_t pins = 0;
  for (auto _ : state) {
    for (int i = 0; i < 2; ++i) {
      std::lock_guard lock(mutex);
      benchmark::DoNotOptimize(++pins);
    }
  }
}
BENCHMARK(MutexPair);

void AtomicPair(benchmark::State& state) {
  std::atomic<uint64_t> pins{0};
  for (auto _ : state) {
    for (int i = 0; i < 2; ++i) benchmark::DoNotOptimize(pins.fetch_add(1));
  }
}
BENCHMARK(AtomicPair);

// Get and Release of a cached object: the eviction policy hears of both.
void GetReleaseCached(benchmark::State& state) {
  HeapStore& store = Shared().store;
  const ObjectId id(200, 1, 0);
  Check(state, store.Create(id, kSmallBytes, {}).status());
  Check(state, store.Seal(id));
  Check(state, store.Cache(id));
  for (auto _ : state) {
    benchmark::DoNotOptimize(store.Get(id)->data.data());
    benchmark::DoNotOptimize(store.Release(id).ok());
  }
  Check(state, store.Delete(id));
}
BENCHMARK(GetReleaseCached);

// Create, memcpy, Seal, Delete.
void PutLarge(benchmark::State& state) {
  HeapStore& store = Shared().store;
  const std::vector<std::byte> source(kLargeBytes, std::byte{1});
  uint64_t sequence = 0;
  for (auto _ : state) {
    const ObjectId id(300, ++sequence, 0);
    const absl::StatusOr<std::span<std::byte>> data = store.Create(id, kLargeBytes, {});
    if (!data.ok()) return Check(state, data.status());
    std::memcpy(data->data(), source.data(), kLargeBytes);
    benchmark::DoNotOptimize(store.Seal(id).ok());
    benchmark::DoNotOptimize(store.Delete(id).ok());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kLargeBytes));
}
BENCHMARK(PutLarge);

void MallocLarge(benchmark::State& state) {
  const std::vector<std::byte> source(kLargeBytes, std::byte{1});
  for (auto _ : state) {
    void* block = std::malloc(kLargeBytes);
    std::memcpy(block, source.data(), kLargeBytes);
    benchmark::DoNotOptimize(block);
    std::free(block);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(kLargeBytes));
}
BENCHMARK(MallocLarge);

// A full store: each Create locks all shards and evicts one object.
void PutIntoFullCache(benchmark::State& state) {
  SimulatedHost host;
  HeapStore store(host, {.capacity_bytes = 128 * 1024}, std::make_unique<FifoPolicy>());
  uint64_t sequence = 0;
  for (auto _ : state) {
    const ObjectId id(1, ++sequence, 0);
    benchmark::DoNotOptimize(store.Create(id, kSmallBytes, {}).ok());
    benchmark::DoNotOptimize(store.Seal(id).ok());
    benchmark::DoNotOptimize(store.Cache(id).ok());
  }
  state.counters["evicted"] = static_cast<double>(store.Stats().evicted_count);
}
BENCHMARK(PutIntoFullCache);

// List grows as n log n.
void ListObjects(benchmark::State& state) {
  SimulatedHost host;
  HeapStore store(host, {}, std::make_unique<FifoPolicy>());
  const uint64_t count = static_cast<uint64_t>(state.range(0));
  for (uint64_t i = 1; i <= count; ++i) Check(state, store.Create(ObjectId(i * 77777, i, 0), 8, {}).status());
  std::vector<ObjectInfo> infos(count);
  for (auto _ : state) benchmark::DoNotOptimize(store.List(infos));
}
BENCHMARK(ListObjects)->RangeMultiplier(10)->Range(100, 100'000);

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
