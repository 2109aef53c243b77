// Threads that make, read, keep and delete the same few objects, in orders that seeds decide and on real threads.
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/base/mutex.h"
#include "core/base/text.h"
#include "core/kernel/system/system_clock.h"
#include "core/kernel/system/thread_executor.h"
#include "core/simulation/each_seed.h"
#include "core/simulation/simulated_host.h"
#include "core/simulation/simulated_random.h"
#include "gtest/gtest.h"
#include "plugins/object_store/tiered/test_world.h"
#include "plugins/object_store/tiered/tiered_store.h"

namespace manta {
namespace {

using absl::StatusCode;

constexpr uint64_t kKiB = 1 << 10;
constexpr uint64_t kMemory = 64 * kKiB;
constexpr uint64_t kIds = 24;

ObjectId Id(uint64_t number) { return ObjectId::ForTest(number + 1); }

// Says the first thing that went wrong.
class Verdict {
 public:
  void Fail(const std::string& what) {
    MutexLock lock(mutex_);
    if (what_.empty()) what_ = what;
  }
  std::string what() {
    MutexLock lock(mutex_);
    return what_;
  }

 private:
  Mutex mutex_{"verdict"};
  std::string what_ ABSL_GUARDED_BY(mutex_);
};

// A life of random calls. Many refusals are right; bytes that differ, and codes of the contract that do not fit, never
// are.
void Live(ObjectStore& store, uint64_t seed, int calls, Verdict& verdict, const std::function<void()>& pause) {
  SimulatedRandom random(seed);
  std::vector<ObjectId> pinned;
  const auto may_be = [&](const absl::Status& status, std::initializer_list<StatusCode> codes, const char* call) {
    if (status.ok()) return;
    for (const StatusCode code : codes) {
      if (status.code() == code) return;
    }
    verdict.Fail(Concat(call, ": ", status.ToString()));
  };
  for (int i = 0; i < calls; ++i) {
    const ObjectId id = Id(RandomBelow(random, kIds));
    switch (RandomBelow(random, 11)) {
      case 0:
      case 1:
      case 2: {
        constexpr uint64_t kSizes[] = {0, 100, 3000, 9000, 20'000};
        const uint64_t size = kSizes[RandomBelow(random, std::size(kSizes))];
        const absl::Status put = PutObject(store, id, size, random.Next());
        may_be(put, {StatusCode::kAlreadyExists, StatusCode::kResourceExhausted}, "put");
        break;
      }
      case 3:
      case 4:
      case 5:
        may_be(LookAt(store, id), {StatusCode::kNotFound, StatusCode::kResourceExhausted}, "look");
        break;
      case 6: {
        const absl::StatusOr<ObjectView> view = store.Get(id);
        may_be(view.status(), {StatusCode::kNotFound, StatusCode::kResourceExhausted}, "get");
        if (!view.ok()) break;
        pause();
        if (!Whole(*view)) verdict.Fail("a pinned object has other bytes than were written");
        pinned.push_back(id);
        break;
      }
      case 7:
        may_be(store.Delete(id), {StatusCode::kNotFound, StatusCode::kFailedPrecondition}, "delete");
        break;
      case 8:
        may_be(RandomBelow(random, 2) == 0 ? store.Cache(id) : store.Uncache(id), {StatusCode::kNotFound}, "cache");
        break;
      case 9:  // In a row, as they may lie in a file.
        for (uint64_t next = RandomBelow(random, kIds), end = next + 6; next < end; ++next) {
          may_be(LookAt(store, Id(next % kIds)), {StatusCode::kNotFound, StatusCode::kResourceExhausted}, "look");
        }
        break;
      default: {
        const ObjectStoreStats stats = store.Stats();
        if (stats.used_bytes > stats.capacity_bytes) verdict.Fail("more is used than there is");
      }
    }
    while (pinned.size() > 2 || (!pinned.empty() && RandomBelow(random, 3) == 0)) {
      may_be(store.Release(pinned.back()), {}, "release");
      pinned.pop_back();
    }
    pause();
  }
  for (const ObjectId each : pinned) may_be(store.Release(each), {}, "release");
}

// Deletes all; whatever is left then is a leak.
std::string EmptyAndCheck(ObjectStore& store, const Host& host, Disk& disk) {
  std::vector<ObjectInfo> infos(kIds);
  const uint64_t count = store.List(infos);
  for (uint64_t i = 0; i < count; ++i) {
    const absl::Status looked = LookAt(store, infos[i].id);
    if (!looked.ok()) return Concat("at the end ", looked.ToString());
    if (!store.Delete(infos[i].id).ok()) return "an object that is listed cannot be deleted";
  }
  const ObjectStoreStats stats = store.Stats();
  if (stats.used_bytes + stats.sealed_count + stats.open_count + stats.cached_count + stats.pinned_count != 0) {
    return "the books are not empty";
  }
  if (!SpillFiles(disk).empty()) return "a file is left";
  return host.memory().used_bytes() == 0 ? "" : "memory is left";
}

std::string RunSimulated(uint64_t seed) {
  SimulatedHost world({.seed = seed});
  // Before each call of the disk any other thread may run.
  FaultyDisk disk(
      world.disk(), [](void* context) { static_cast<SimulatedHost*>(context)->executor().Yield(); }, &world);
  HostWithDisk host(world, disk);
  const uint32_t spill_at_percent = seed % 3 == 0 ? 100 : seed % 3 == 1 ? 50 : 0;
  auto store =
      MakeTieredStore(host, kMemory, {.capacity_bytes = 3 * kMemory, .limits = {.spill_at_percent = spill_at_percent}});
  if (!store.ok()) return std::string(ToStd(store.status().message()));
  struct Fiber {
    ObjectStore& store;
    SimulatedHost& world;
    Verdict& verdict;
    uint64_t seed;
    ThreadId id;
  };
  Verdict verdict;
  std::vector<std::unique_ptr<Fiber>> fibers;
  for (uint64_t i = 0; i < 4; ++i) {
    fibers.push_back(std::make_unique<Fiber>(Fiber{**store, world, verdict, seed * 10 + i, {}}));
    fibers.back()->id = *world.executor().Start("life", {.run =
                                                             [](void* context) {
                                                               auto& self = *static_cast<Fiber*>(context);
                                                               Live(self.store, self.seed, 60, self.verdict,
                                                                    [&] { self.world.executor().Yield(); });
                                                             },
                                                         .context = fibers.back().get()});
  }
  for (const auto& fiber : fibers) world.executor().Join(fiber->id).IgnoreError();  // A deadlock ends the process.
  std::string wrong = verdict.what();
  if (spill_at_percent < 100) {
    for (int i = 0; i < 100; ++i) world.executor().Yield();  // What is being spilled ahead ends.
  }
  if (wrong.empty()) wrong = EmptyAndCheck(**store, world, world.disk());
  store->reset();
  if (wrong.empty() && SpillDirectories(world.disk()) != 0) wrong = "a directory is left";
  return wrong;
}

TEST(TieredStoreConcurrencyTest, NoOrderOfThreadsLosesOrMixesObjects) {
  const SeedsRun run = RunEachSeed({.first_seed = 1, .count = 300}, &RunSimulated);
  EXPECT_TRUE(run.ok()) << "seed " << run.failing_seed.value_or(0) << ": " << run.failure;
}

// The same world with real threads: for ThreadSanitizer, too.
class HostWithThreads final : public HostWrapper {
 public:
  explicit HostWithThreads(const Host& inner) : HostWrapper(inner) {}
  Clock& clock() const override { return clock_; }
  Executor& executor() const override { return executor_; }

 private:
  mutable SystemClock clock_;
  mutable ThreadExecutor executor_{clock_};
};

TEST(TieredStoreConcurrencyTest, RealThreadsLoseAndMixNothing) {
  for (const uint32_t spill_at_percent : {0, 50, 100}) {
    SimulatedHost world;
    HostWithThreads host(world);
    auto store = MakeTieredStore(host, kMemory,
                                 {.capacity_bytes = 3 * kMemory, .limits = {.spill_at_percent = spill_at_percent}});
    ASSERT_TRUE(store.ok()) << store.status();
    Verdict verdict;
    std::vector<std::thread> threads;
    for (uint64_t i = 0; i < 4; ++i) {
      threads.emplace_back([&, i] { Live(**store, i, 1500, verdict, [] {}); });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(verdict.what(), "");
    EXPECT_GT(world.metrics().Value("spill.written_objects"), 0);
    for (uint64_t i = 0; i < kIds; ++i) {
      if (!(*store)->Contains(Id(i))) continue;
      EXPECT_EQ(LookAt(**store, Id(i)), absl::OkStatus());
    }
    store->reset();
    EXPECT_EQ(SpillDirectories(world.disk()), 0u);
    EXPECT_EQ(world.memory().used_bytes(), 0u);
  }
}

// One reads the file, the others wait for it.
TEST(TieredStoreConcurrencyTest, ManyGetsOfOneObjectReadItOnce) {
  SimulatedHost world;
  FaultyDisk disk(
      world.disk(), [](void* context) { static_cast<SimulatedHost*>(context)->executor().Yield(); }, &world);
  HostWithDisk host(world, disk);
  auto made = MakeTieredStore(host, kMemory, {.capacity_bytes = 3 * kMemory, .limits = {.spill_at_percent = 100}});
  ASSERT_TRUE(made.ok());
  TieredStore& store = **made;
  ASSERT_TRUE(PutObject(store, Id(0), 10'000, 1).ok());
  ASSERT_TRUE(PutObject(store, Id(1), kMemory - 64, 2).ok());
  ASSERT_TRUE(store.Delete(Id(1)).ok());
  std::vector<ThreadId> threads;
  for (int i = 0; i < 10; ++i) {
    const Job job = {.run = [](void* context) { EXPECT_TRUE(static_cast<TieredStore*>(context)->Get(Id(0)).ok()); },
                     .context = &store};
    threads.push_back(*world.executor().Start("reader", job));
  }
  for (const ThreadId thread : threads) EXPECT_TRUE(world.executor().Join(thread).ok());
  EXPECT_EQ(world.metrics().Value("spill.read_objects"), 1);
  EXPECT_EQ(store.Stats().pinned_count, 1u);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(store.Release(Id(0)).ok());
  EXPECT_EQ(store.Release(Id(0)).code(), StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
