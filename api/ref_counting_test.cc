// What the ref counter is told, and what it decides: objects in stored objects, and objects that are observed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/actor.h"
#include "api/free.h"
#include "api/promise.h"
#include "api/put.h"
#include "api/result.h"
#include "api/task.h"
#include "api/weak_object_ref.h"
#include "core/base/sanitizer.h"
#include "core/interface/object_store_wrapper.h"
#include "core/runtime/reference_watch.h"
#include "tests/support/bare_runtime.h"
#include "tests/support/recording_counter.h"
#include "tests/support/test_storage.h"

namespace manta {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using enum RefEventKind;

using Refs = std::vector<ObjectRef<int>>;
using Row = std::vector<int>;

constexpr RoutingLimits kStrict = {.native_values = NativeValues::kNever};
constexpr uint64_t kWorker = 7;  // BareRuntime's.

struct WorldOptions {
  bool watched = true;  // As by `owner`; false: as by `none`, to which nothing is told.
  RoutingLimits routing = kStrict;
  TestStorageOptions storage = {};
  uint64_t observe_one_in = 0;
  std::shared_ptr<RecordingCounter> counter = std::make_shared<RecordingCounter>(kWorker);
};

class World {
 public:
  explicit World(const WorldOptions& options = {}) : storage_(options.storage), counter_(options.counter) {
    runtime_.emplace(RuntimeLimits{.workers = {.worker_count = 2}}, storage_.NewRouter(options.routing),
                     options.watched ? std::make_shared<ReferenceWatch>(
                                           counter_, ReferenceWatchOptions{.observe_one_in = options.observe_one_in})
                                     : nullptr);
  }

  RuntimeCore& core() { return runtime_->core(); }
  TestStorage& storage() { return storage_; }
  const std::shared_ptr<RecordingCounter>& counter() { return counter_; }
  bool Stored(ObjectId id) { return storage_.store().Contains(id); }
  void EndRuntime() { runtime_.reset(); }

  void ExpectNothingLeft() {
    if (runtime_.has_value()) {
      core().Stop();
      EXPECT_EQ(core().counts().object_count, 0);
    }
    EXPECT_EQ(storage_.store().Stats().used_bytes, 0u);
    const RefCounterStats stats = counter_->Stats();
    EXPECT_EQ(stats.counted_count, 0u);
    EXPECT_EQ(stats.decided_count, 0u);
    EXPECT_EQ(counter_->count(kEscaped) + counter_->count(kLocalBack), counter_->count(kLocalGone));
    EXPECT_EQ(counter_->count(kNested), counter_->count(kUnnested));
    EXPECT_EQ(counter_->count(kMade) + counter_->count(kLocalAdded), counter_->count(kLocalDropped));
  }

 private:
  TestStorage storage_;
  std::shared_ptr<RecordingCounter> counter_;
  std::optional<BareRuntime> runtime_;
};

ErrorType TypeOf(const auto& ref) {
  try {
    Get(ref);
  } catch (const ObjectError& error) {
    return error.type();
  }
  return ErrorType{9999};
}

// What holds whatever the counter is.
class NestedTest : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Counters, NestedTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "Owner" : "None"; });

TEST_P(NestedTest, InnerObjectsLiveAsLongAsSomethingNeedsThem) {
  World world({.watched = GetParam()});
  ObjectRef<int> inner = Put(7);
  const ObjectId id = inner.id();
  ObjectRef<Refs> outer = Put(Refs{inner, {}, inner});
  ObjectRef<Refs> second = Put(Refs{inner});
  inner = {};
  EXPECT_TRUE(world.Stored(id));
  inner = Get(outer)->front();
  outer = {};
  EXPECT_EQ(*Get(inner), 7);
  inner = {};
  EXPECT_TRUE(world.Stored(id)) << "the second one has it, too";
  EXPECT_EQ(*Get(Get(second)->front()), 7);
  second = {};
  EXPECT_FALSE(world.Stored(id));
  world.ExpectNothingLeft();
}

TEST_P(NestedTest, AWeakReferenceFindsWhatStoredObjectsKeep) {
  World world({.watched = GetParam()});
  ObjectRef<int> inner = Put(7);
  WeakObjectRef<int> weak = inner;
  ObjectRef<Refs> outer = Put(Refs{inner});
  inner = {};
  inner = weak.Lock();
  ASSERT_TRUE(inner.valid());
  EXPECT_EQ(*Get(inner), 7);
  inner = {};
  EXPECT_TRUE(weak.Lock().valid());
  outer = {};
  if (GetParam()) {
    EXPECT_FALSE(weak.Lock().valid()) << "what the counter has decided is not cached";
  }
  weak = {};
  world.ExpectNothingLeft();
}

TEST_P(NestedTest, WhatWasFreedIsAnErrorForWhoReadsItLater) {
  World world({.watched = GetParam()});
  ObjectRef<int> inner = Put(7);
  const ObjectId id = inner.id();
  ObjectRef<Refs> outer = Put(Refs{inner});
  EXPECT_TRUE(Free(inner));
  EXPECT_FALSE(world.Stored(id));
  inner = {};
  inner = Get(outer)->front();
  EXPECT_EQ(TypeOf(inner), ErrorType::kObjectFreed);
  ObjectRef<Refs> second = Put(Refs{inner});
  outer = {};
  inner = {};
  EXPECT_EQ(TypeOf(Get(second)->front()), ErrorType::kObjectFreed);
  if (GetParam()) {
    EXPECT_THAT(world.counter()->KindsOf(id), ElementsAre(kEscaped, kNested, kDied));
    EXPECT_EQ(world.counter()->Stats().counted_count, 0u);
  }
  second = {};
  world.core().Stop();
  EXPECT_EQ(world.core().counts().object_count, 0);
}

struct Node {
  int number = 0;
  std::vector<ObjectRef<Node>> next;
};

TEST_P(NestedTest, ALongChainIsReleasedWithoutRecursion) {
  World world({.watched = GetParam()});
  ObjectRef<Node> head = Put(Node{});
  for (int i = 1; i <= 20'000; ++i) head = Put(Node{.number = i, .next = {std::move(head)}});
  EXPECT_EQ(Get(Get(head)->next[0])->number, 19'999);
  head = {};
  EXPECT_EQ(world.core().counts().object_count, 0);
  world.ExpectNothingLeft();
}

// Budget for about 100,000 bytes of native values; the store has room.
TEST_P(NestedTest, ALargeInnerObjectIsMovedWhenStoredObjectsAloneNeedIt) {
  World world({.watched = GetParam(), .routing = {}, .storage = {.budget_bytes = 100'000}});
  ObjectRef<Row> inner = Put(Row(5'000, 3));
  std::shared_ptr<const Row> pin = Get(inner);
  ObjectRef<std::vector<ObjectRef<Row>>> outer = Put(std::vector<ObjectRef<Row>>(8'000, inner));
  ObjectRef<Row> pressing = Put(Row(10'000));
  EXPECT_EQ(world.core().counts().migrated_count, 1u) << "the outer one; the inner one is pinned";
  pin = nullptr;
  inner = {};
  std::shared_ptr<const Row> stays = Get(pressing);
  ObjectRef<Row> more = Put(Row(13'000));
  EXPECT_EQ(world.core().counts().migrated_count, 2u);
  EXPECT_EQ(*Get(Get(outer)->front()), Row(5'000, 3));
  stays = nullptr;
  outer = {};
  pressing = {};
  more = {};
  world.ExpectNothingLeft();
}

TEST_P(NestedTest, ShutdownLeavesNothingBehind) {
  struct Keeper {
    void Keep(const Refs& refs) { kept = refs; }
    Refs kept;
  };
  World world({.watched = GetParam()});
  ActorHandle<Keeper> keeper = Actor<Keeper>().Remote();
  auto [promise, late] = MakePromise<int>();
  ObjectRef<int> inner = Put(1);
  ObjectRef<Refs> outer = Put(Refs{inner, late});
  Get(keeper.Task<&Keeper::Keep>().Remote(Refs{inner}));
  ObjectRef<Refs> never = Task<[](int number, const Refs& refs) {
                            return Refs{refs[0], Put(number)};
                          }>()
                              .Remote(late, Refs{inner});
  inner = {};
  world.core().Stop();
  EXPECT_NE(TypeOf(never), ErrorType{9999}) << "its argument will never be there";
  never = {};
  late = {};
  outer = {};
  keeper = {};
  promise = {};
  world.ExpectNothingLeft();
}

TEST_P(NestedTest, WhatOutlivesTheRuntimeIsCountedToItsEnd) {
  World world({.watched = GetParam()});
  ObjectRef<Refs> outer = Put(Refs{Put(7)});
  world.EndRuntime();
  EXPECT_EQ(world.counter().use_count(), GetParam() ? 2 : 1) << "the counter is still needed";
  EXPECT_EQ(*Get(Get(outer)->front()), 7);
  outer = {};
  EXPECT_EQ(world.counter().use_count(), 1);
  world.ExpectNothingLeft();
}

// Tells when something is deleted.
class TellingStore final : public ObjectStoreWrapper {
 public:
  using ObjectStoreWrapper::ObjectStoreWrapper;
  absl::Status Delete(ObjectId id) override {
    const absl::Status status = inner().Delete(id);
    if (id == awaited) deleted.set_value();
    return status;
  }

  ObjectId awaited = {};
  std::promise<void> deleted;
};

TEST_P(NestedTest, TheLastReferenceFreesOnWhateverThreadItGoes) {
  TestStorage storage;
  TellingStore store(storage.store());
  storage.Wrap(&store, nullptr);
  const auto counter = std::make_shared<RecordingCounter>(kWorker);
  BareRuntime runtime({.workers = {.worker_count = 2}}, storage.NewRouter(kStrict),
                      GetParam() ? std::make_shared<ReferenceWatch>(counter, ReferenceWatchOptions()) : nullptr);
  ObjectRef<int> inner = Put(7);
  store.awaited = inner.id();
  ObjectRef<Refs> outer = Put(Refs{std::move(inner)});
  std::promise<void> go;
  std::thread other([last = std::move(outer), &go]() mutable {
    go.get_future().get();
    last = {};
  });
  go.set_value();
  store.deleted.get_future().get();  // Ends when it is gone.
  other.join();
  EXPECT_EQ(counter->Stats().counted_count, 0u);
}

// The threads copy and drop references to objects that stored objects need as well, read them from there, and store
// more: so the last reference to each goes and comes back all the time.
TEST_P(NestedTest, EightThreadsEndAtZero) {
  constexpr uint64_t kCopyCount = kThreadSanitizer || kAddressSanitizer ? 400'000 : 10'000'000;
  constexpr int kThreadCount = 8;
  World world({.watched = GetParam()});
  {
    Refs shared;
    std::vector<ObjectRef<Refs>> outer;
    for (int i = 0; i < 8; ++i) {
      shared.push_back(Put(i));
      outer.push_back(Put(Refs{shared.back(), Put(100 + i)}));
    }
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreadCount; ++t) {
      threads.emplace_back([&, t] {
        Refs held(16);
        ObjectRef<Refs> own;
        for (uint64_t i = 0; i < kCopyCount / kThreadCount; ++i) {
          held[i % 16] = shared[(i + i / 16 + t) % 8];
          if (i % 500 == 0) held[0] = Get(outer[i / 500 % 8])->back();
          if (i % 2'000 == 0) own = Put(Refs{held[0], held[1], Put(t)});
          if (i % 2'000 == 1'000) held[2] = Get(own)->back();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (int i = 0; i < 8; ++i) EXPECT_EQ(*Get(Get(outer[i])->back()), 100 + i);
  }
  world.ExpectNothingLeft();
}

TEST(RefCountingTest, EachEventIsToldOnceAndInOrder) {
  World world;
  ObjectRef<int> inner = Put(7);
  const ObjectId id = inner.id();
  EXPECT_THAT(world.counter()->events(), testing::IsEmpty()) << "it has not escaped";
  ObjectRef<Refs> outer = Put(Refs{inner, inner});
  const ObjectId outer_id = outer.id();
  EXPECT_THAT(world.counter()->KindsOf(id), ElementsAre(kEscaped, kNested));
  const ObjectRef<int> copy = inner;
  inner = {};
  { const ObjectRef<int> moved = std::move(const_cast<ObjectRef<int>&>(copy)); }
  inner = Get(outer)->front();
  outer = {};
  inner = {};
  EXPECT_THAT(world.counter()->KindsOf(id),
              ElementsAre(kEscaped, kNested, kLocalGone, kLocalBack, kUnnested, kLocalGone));
  for (const RefEvent& event : world.counter()->events()) {
    EXPECT_EQ(event.object, id);
    const bool names_outer = event.kind != kEscaped && event.kind != kLocalGone;
    EXPECT_EQ(event.other, names_outer ? outer_id : ObjectId());
  }
  EXPECT_EQ(world.counter()->decided_count(), 1u);
  world.ExpectNothingLeft();
}

TEST(RefCountingTest, AReferenceOfAnotherRuntimeIsKeptAsItIs) {
  World world;
  RuntimeCore& first = world.core();
  ObjectRef<int> mine = Put(1);
  ObjectRef<Refs> mixed;
  {
    TestStorage storage;
    ResetDefaultRuntime(first.shell());
    BareRuntime other({.workers = {.worker_count = 1}}, storage.NewRouter(kStrict));
    ObjectRef<int> foreign = Put(2);
    mixed = Put(Refs{mine, foreign});
    EXPECT_EQ(*Get(Get(mixed)->front()), 1);
    mixed = {};
    EXPECT_EQ(other.core().counts().object_count, 1);
  }
  EXPECT_THAT(world.counter()->events(), testing::IsEmpty());
  mine = {};
  world.ExpectNothingLeft();
}

// Says that objects die as soon as it hears of them.
class HastyCounter final : public RecordingCounter {
 public:
  using RecordingCounter::RecordingCounter;
  absl::Status Observe(std::span<const RefEvent> events) override {
    for (const RefEvent& event : events) {
      if (event.kind == kEscaped) hasty_.push_back({.event = {.kind = kDied, .object = event.object}});
    }
    return absl::OkStatus();
  }
  uint64_t TakeDecisions(std::span<RefDecision> decisions) override {
    const uint64_t count = std::min<uint64_t>(decisions.size(), hasty_.size());
    std::copy_n(hasty_.begin(), count, decisions.begin());
    hasty_.erase(hasty_.begin(), hasty_.begin() + static_cast<int64_t>(count));
    return count;
  }

 private:
  std::vector<RefDecision> hasty_;
};

// Works no more after a few calls.
class FailingCounter final : public RecordingCounter {
 public:
  using RecordingCounter::RecordingCounter;
  absl::Status Observe(std::span<const RefEvent> events) override {
    return ++call_count_ < 3 ? RecordingCounter::Observe(events) : absl::InternalError("it does not work any more");
  }

 private:
  int call_count_ = 0;
};

TEST(RefCountingTest, ACounterThatIsWrongCostsNoObject) {
  for (const std::shared_ptr<RecordingCounter>& counter : std::vector<std::shared_ptr<RecordingCounter>>{
           std::make_shared<HastyCounter>(kWorker), std::make_shared<FailingCounter>(kWorker)}) {
    World world({.counter = counter});
    ObjectRef<int> inner = Put(7);
    ObjectRef<Refs> outer = Put(Refs{inner});
    inner = {};
    ObjectRef<Refs> second = Put(Refs{Get(outer)->front(), Put(8)});
    outer = {};
    EXPECT_EQ(*Get(Get(second)->front()), 7);
    EXPECT_EQ(*Get(Get(second)->back()), 8);
    second = {};
    world.core().Stop();
    EXPECT_EQ(world.core().counts().object_count, 0);
  }
}

TEST(RefCountingTest, OneReleaseTooManyEndsTheProcessWithTheObjectsPast) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  World world;
  ObjectRef<int> inner = Put(7);
  SharedObject* const state = inner.state();
  ObjectRef<Refs> outer = Put(Refs{inner});
  inner = {};
  EXPECT_DEATH(state->Release(), "was released without a reference.*it was escaped, nested by .*, lost its last");
}

// Of an object that has neither escaped nor is observed nobody was told: with no counter, with one that hears of what
// escapes, and with one that observes others.
TEST(RefCountingTest, OneReleaseTooManyOfAnObjectThatNobodyWasToldOfIsToldWithItsIdAlone) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (const WorldOptions& options : {WorldOptions{.watched = false, .routing = {}}, WorldOptions{.routing = {}},
                                      WorldOptions{.routing = {}, .observe_one_in = uint64_t{1} << 40}}) {
    SCOPED_TRACE(testing::Message() << "watched: " << options.watched << ", one in " << options.observe_one_in);
    World world(options);
    ObjectRef<int> ref = Put(5);
    const std::shared_ptr<const int> value = Get(ref);  // Keeps the memory that is looked at below.
    SharedObject* const state = ref.state();
    const std::string id = ref.id().ToHex();
    ref = {};
    EXPECT_TRUE(world.counter()->events().empty());
    EXPECT_DEATH(state->Release(),
                 AnyOf(HasSubstr("object " + id +
                                 " was released without a reference: somebody releases it twice; a ref counter that "
                                 "observes each object tells its past"),
                       HasSubstr("invalid vptr")));  // UBSan, which looks first.
  }
}

TEST(ObservedTest, EachReferenceIsToldWithWhoAndWhere) {
  World world({.routing = {}, .observe_one_in = 1});
  ObjectRef<int> ref = Put(5);
  const uint32_t put_line = __LINE__ - 1;
  const ObjectId id = ref.id();
  ObjectRef<int> copy = ref;
  const uint32_t copy_line = __LINE__ - 1;
  ref = {};
  copy = {};
  EXPECT_THAT(world.counter()->KindsOf(id), ElementsAre(kMade, kLocalAdded, kLocalDropped, kLocalDropped, kDied));
  const std::vector<RefEvent> events = world.counter()->events();
  EXPECT_EQ(events[0].site_line, put_line);
  EXPECT_THAT(std::string(events[0].site_file), EndsWith("ref_counting_test.cc"));
  EXPECT_GT(events[0].size_bytes, sizeof(int));
  EXPECT_EQ(events[1].site_line, copy_line);
  for (const RefEvent& event : events) EXPECT_TRUE(event.other.nil()) << "the main part did it";
}

TEST(ObservedTest, TasksAreNamedAndAllBalances) {
  World world({.observe_one_in = 1});
  ObjectRef<Refs> made = Task<[](int number) { return Refs{Put(number), Put(number + 1)}; }>().Remote(1);
  const uint32_t task_line = __LINE__ - 1;
  const ObjectId task = made.id();
  const ObjectId inner = Get(made)->back().id();
  made = {};
  world.ExpectNothingLeft();
  std::map<ObjectId, RefEventKind> last;
  bool task_seen = false;
  bool inner_seen = false;
  for (const RefEvent& event : world.counter()->events()) {
    last[event.object] = event.kind;
    if (event.kind != kMade) continue;
    task_seen = task_seen || (event.object == task && event.other.nil() && event.site_line == task_line);
    inner_seen = inner_seen || (event.object == inner && event.other == task);
  }
  EXPECT_TRUE(task_seen);
  EXPECT_TRUE(inner_seen);
  for (const auto& [object, kind] : last) EXPECT_EQ(kind, kDied) << object.ToHex();
}

TEST(ObservedTest, OneInSoManyIsChosenWhateverALoopDoes) {
  World world({.routing = {}, .observe_one_in = 10});
  for (int i = 0; i < 10'000; ++i) Put(i);
  EXPECT_NEAR(static_cast<double>(world.counter()->count(kMade)), 1'000, 20);
  uint64_t odd_count = 0;
  for (const RefEvent& event : world.counter()->events()) {
    odd_count += event.kind == kMade && event.object.sequence() % 2 == 1 ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(odd_count), 500, 50);
  EXPECT_EQ(world.counter()->count(kDied), world.counter()->count(kMade));
  world.ExpectNothingLeft();
}

TEST(ObservedTest, ValuesTellTheirSize) {
  for (const RoutingLimits& routing : {RoutingLimits(), kStrict}) {
    World world({.routing = routing, .observe_one_in = 1});
    Put(Row(10'000));
    ASSERT_EQ(world.counter()->count(kValued), 1u);
    for (const RefEvent& event : world.counter()->events()) {
      if (event.kind == kValued) {
        EXPECT_NEAR(static_cast<double>(event.size_bytes), 40'000, 500);
      }
    }
  }
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
