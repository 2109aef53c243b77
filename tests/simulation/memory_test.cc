// Programs that find memory full: who waits for room gets it when somebody lets go, and an error with names when nobody
// does; in every order that seeds find, and in virtual time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "api/array.h"
#include "api/free.h"
#include "api/promise.h"
#include "api/put.h"
#include "api/result.h"
#include "api/task.h"
#include "api/weak_object_ref.h"
#include "core/base/text.h"
#include "core/interface/object_store_wrapper.h"
#include "core/runtime/pressure_callbacks.h"
#include "tests/simulation/scenario.h"
#include "tests/support/error_of.h"
#include "tests/support/test_storage.h"

namespace manta {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using Row = std::vector<int>;

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int kRowInts = 5000;  // 20,000 bytes.

Row MakeRow(int first) { return Row(kRowInts, first); }

// A value and a pointer to it, which keeps it where it is.
struct Held {
  explicit Held(ObjectRef<Row> row) : ref(std::move(row)), pointer(Get(ref)) {}
  void Drop() {
    pointer = nullptr;
    ref = {};
  }

  ObjectRef<Row> ref;
  std::shared_ptr<const Row> pointer;
};

void DropRow(Held* held) { held->Drop(); }

// Gives up the oldest cached object that nobody looks at. Others may go first wherever it is called without a lock.
class CachingStore final : public ObjectStoreWrapper {
 public:
  using ObjectStoreWrapper::ObjectStoreWrapper;

  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    Switch();
    auto made = inner().Create(id, size_bytes, metadata);
    while (!made.ok()) {
      const auto oldest = std::find_if(cached_.begin(), cached_.end(), [&](ObjectId each) { return pins_[each] == 0; });
      if (oldest == cached_.end()) break;
      EXPECT_TRUE(inner().Delete(*oldest).ok());
      cached_.erase(oldest);
      ++evicted_count;
      made = inner().Create(id, size_bytes, metadata);
    }
    return made;
  }
  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    Switch();
    auto view = inner().Get(id);
    if (view.ok()) ++pins_[id];
    return view;
  }
  absl::Status Release(ObjectId id) override {
    --pins_[id];
    return inner().Release(id);
  }
  absl::Status Delete(ObjectId id) override {
    Switch();
    std::erase(cached_, id);
    return inner().Delete(id);
  }
  absl::Status Cache(ObjectId id) override {
    EXPECT_TRUE(inner().Contains(id));
    cached_.push_back(id);
    return absl::OkStatus();
  }
  absl::Status Uncache(ObjectId id) override {
    if (!inner().Contains(id)) return absl::NotFoundError("evicted");
    EXPECT_EQ(std::erase(cached_, id), 1u);
    ++revived_count;
    return absl::OkStatus();
  }

  uint64_t evicted_count = 0;
  uint64_t revived_count = 0;

 private:
  static void Switch() {
    if (SimulatedRuntime* const runtime = SimulatedRuntime::Current(); runtime != nullptr) runtime->MaySwitch();
  }

  std::deque<ObjectId> cached_;  // The oldest first.
  std::map<ObjectId, int> pins_;
};

// Room for three rows and for all blocks, and an object store for one array of 64 KiB.
class MemorySimulation : public testing::Test {
 protected:
  ScenarioOptions Options(RuntimeLimits limits = {.workers = {.worker_count = 3}}) {
    return {.limits = limits, .count = 200, .router = [this] {
              return storage_.NewRouter({.inline_bytes_max = 1000, .put_timeout_ns = 2 * kSecondNs});
            }};
  }
  static int64_t Elapsed(SimulatedRuntime& runtime) { return runtime.clock().NowNs() - SimulatedClock().NowNs(); }
  static RoomCounts Counts(SimulatedRuntime& runtime) { return runtime.core().shell().router()->counts().room; }

  void ExpectNothingLeft() {
    EXPECT_EQ(storage_.budget().used_bytes(), 0u);
    EXPECT_EQ(storage_.store().Stats().used_bytes, 0u);
    EXPECT_EQ(storage_.watch().waiting_count(), 0u);
    EXPECT_EQ(storage_.watch().pressure(), MemoryPressure::kLow);
  }

  TestStorage storage_{{.store_bytes = 70'000, .budget_bytes = 75'000}};
};

TEST_F(MemorySimulation, APutWaitsUntilAnotherThreadLetsGo) {
  uint64_t waited = 0;
  EachSeed(Options(), [&](SimulatedRuntime& runtime) {
    std::vector<Held> held;
    for (int i = 0; i < 3; ++i) held.emplace_back(Put(MakeRow(i)));
    const ThreadId other = runtime.StartThread("other", [&] {
      for (int i = Draw(runtime, 0, 5); i > 0; --i) runtime.MaySwitch();
      held[Draw(runtime, 0, 2)].Drop();
    });
    const ObjectRef<Row> fourth = Put(MakeRow(3));
    EXPECT_EQ(Get(fourth)->back(), 3);
    EXPECT_LT(Elapsed(runtime), kSecondNs);  // Nobody has waited for a deadline.
    runtime.JoinThread(other);
    waited += Counts(runtime).waited_count;
    EXPECT_EQ(Counts(runtime).refused_count, 0u);
  });
  EXPECT_GT(waited, 20u);
  ExpectNothingLeft();
}

TEST_F(MemorySimulation, WhenNobodyLetsGoTheErrorNamesTheTenLargestHolders) {
  storage_.budget().SetLimit(200'000);
  EachSeed({.count = 20, .router = [this] { return storage_.NewRouter({.put_timeout_ns = 2 * kSecondNs}); }},
           [&](SimulatedRuntime& runtime) {
             std::vector<Held> held;
             for (int i = 0; i < 12; ++i) {
               held.emplace_back(i == 11 ? Task<[] { return Row(3600, 11); }>({.name = "Load"}).Remote()
                                         : Put(Row(2000 + 100 * static_cast<size_t>(i), i)));
             }
             const ErrorPtr error = RecordOf([] { Put(Row(30'000)); });
             EXPECT_GE(Elapsed(runtime), 2 * kSecondNs);
             EXPECT_LT(Elapsed(runtime), 3 * kSecondNs);
             ASSERT_NE(error, nullptr);
             EXPECT_EQ(error->type, ErrorType::kOutOfMemory);
             EXPECT_THAT(error->message, HasSubstr("120000 bytes"));
             EXPECT_THAT(error->message, HasSubstr("it has waited 2000 ms for room (put_timeout_ms)"));
             EXPECT_THAT(error->message, HasSubstr("the largest holders: "));
             EXPECT_THAT(error->message,
                         HasSubstr("a vector<int32> of 14400 bytes, native, 1 reference, result of Load "
                                   "(submitted at memory_test.cc:"));
             size_t place = 0;  // The largest first.
             for (int i = 11; i >= 0; --i) {
               const size_t found = error->message.find(held[i].ref.id().ToHex());
               EXPECT_EQ(found != std::string::npos, i >= 2) << i;
               if (i >= 2) {
                 EXPECT_GT(found, place) << i;
                 place = found;
               }
             }
             EXPECT_EQ(Counts(runtime).refused_count, 1u);
             held.clear();
             EXPECT_EQ(Get(Put(Row(30'000)))->size(), 30'000u);
           });
  ExpectNothingLeft();
}

// Says that it has very many objects. To show them all would take too long for an error.
class CrowdedStore final : public ObjectStoreWrapper {
 public:
  using ObjectStoreWrapper::ObjectStoreWrapper;

  uint64_t List(std::span<ObjectInfo>) override { return 123'456; }
};

TEST_F(MemorySimulation, ThatAStoreHasTooManyObjectsToListIsSaid) {
  CrowdedStore crowded(storage_.store());
  storage_.Wrap(&crowded, nullptr);
  EachSeed({.count = 20, .router = [this] { return storage_.NewRouter({}); }}, [&](SimulatedRuntime&) {
    const ErrorPtr error = RecordOf([] { Put(Row(30'000)); });
    ASSERT_NE(error, nullptr);
    EXPECT_THAT(error->message, EndsWith("; the store has 123456 objects, too many to list"));
    const Held native(Put(MakeRow(1)));
    const ErrorPtr second = RecordOf([] { Put(Row(30'000)); });
    ASSERT_NE(second, nullptr);
    EXPECT_THAT(second->message,
                HasSubstr(Concat("; the store has 123456 objects, too many to list; the largest others: ",
                                 native.ref.id().ToHex(), " a vector<int32> of 20000 bytes, native")));
  });
  ExpectNothingLeft();
}

TEST_F(MemorySimulation, ThatNoObjectHoldsMuchIsSaid) {
  EachSeed({.count = 20, .router = [this] { return storage_.NewRouter({}); }}, [&](SimulatedRuntime&) {
    const ErrorPtr error = RecordOf([] { Put(Row(30'000)); });
    ASSERT_NE(error, nullptr);
    EXPECT_THAT(error->message, EndsWith("; no object of this runtime holds much"));
  });
  ExpectNothingLeft();
}

// Each has what the other wants: the time ends both, and what one gives up then is the other's chance.
TEST_F(MemorySimulation, ThoseWhoAllWaitAreDoneByTheDeadline) {
  EachSeed(Options(), [&](SimulatedRuntime& runtime) {
    std::vector<ThreadId> threads;
    int refused = 0;
    for (int t = 0; t < 3; ++t) {
      threads.push_back(runtime.StartThread("user", [&, t] {
        const Held mine(Put(MakeRow(t)));
        if (RecordOf([&] { Held(Put(Row(2 * kRowInts))); }) != nullptr) ++refused;
      }));
    }
    for (const ThreadId thread : threads) runtime.JoinThread(thread);
    EXPECT_LE(Elapsed(runtime), 7 * kSecondNs);
    EXPECT_LE(refused, 3);
  });
  ExpectNothingLeft();
}

TEST_F(MemorySimulation, AnArrayBuiltInTheStoreWaitsForTheLastViewOfAnother) {
  uint64_t waited = 0;
  EachSeed(Options(), [&](SimulatedRuntime& runtime) {
    const auto build = [](int first) {
      return BuildArray<int>(16'000, [first](std::span<int> all) { std::iota(all.begin(), all.end(), first); });
    };
    std::optional<ObjectRef<Array<int>>> first = Put(build(1));
    std::shared_ptr<const Array<int>> view = Get(*first);
    const ThreadId other = runtime.StartThread("other", [&] {
      first.reset();
      runtime.MaySwitch();
      EXPECT_EQ((*view)[2], 3);
      view = nullptr;
    });
    const Array<int> second = build(7);
    EXPECT_EQ(second[0], 7);
    EXPECT_LT(Elapsed(runtime), kSecondNs);
    runtime.JoinThread(other);
    waited += Counts(runtime).waited_count;
  });
  EXPECT_GT(waited, 20u);
  ExpectNothingLeft();
}

// The one worker waits for room, and a task behind it in the queue makes some.
TEST_F(MemorySimulation, AResultWaitsAndItsSlotIsAnothers) {
  EachSeed(Options({.workers = {.worker_count = 1, .spare_count_max = 4}}), [&](SimulatedRuntime&) {
    std::vector<Held> held;
    for (int i = 0; i < 3; ++i) held.emplace_back(Put(MakeRow(i)));
    const ObjectRef<Row> result = Task<MakeRow>().Remote(9);
    const ObjectRef<void> room = Task<DropRow>().Remote(&held[1]);
    EXPECT_EQ(Get(result)->back(), 9);
    Get(room);
  });
  ExpectNothingLeft();
}

TEST_F(MemorySimulation, WhatIsLargerThanTheLimitDoesNotWait) {
  EachSeed(Options(), [&](SimulatedRuntime& runtime) {
    const ErrorPtr error = RecordOf([] { Put(Row(20'000)); });
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(error->type, ErrorType::kOutOfMemory);
    EXPECT_THROW(BuildArray<int>(20'000, [](std::span<int>) {}), Error);
    EXPECT_LT(Elapsed(runtime), kSecondNs);
    EXPECT_EQ(Counts(runtime).waited_count, 0u);
    EXPECT_EQ(Counts(runtime).refused_count, 2u);
  });
  ExpectNothingLeft();
}

TEST_F(MemorySimulation, ShutdownEndsTheWait) {
  EachSeed(Options(), [&](SimulatedRuntime& runtime) {
    std::vector<Held> held;
    for (int i = 0; i < 3; ++i) held.emplace_back(Put(MakeRow(i)));
    ErrorPtr error;
    const ThreadId other = runtime.StartThread("other", [&] { error = RecordOf([] { Put(MakeRow(3)); }); });
    while (storage_.watch().waiting_count() == 0) runtime.MaySwitch();
    runtime.core().Stop();
    runtime.JoinThread(other);
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(error->type, ErrorType::kShutdown);
    EXPECT_LT(Elapsed(runtime), kSecondNs);
  });
  ExpectNothingLeft();
}

TEST_F(MemorySimulation, TheProgramIsToldAndWhatItLetsGoOfIsRoom) {
  EachSeed(Options(), [&](SimulatedRuntime& runtime) {
    PressureCallbacks callbacks(runtime.core().executor(), storage_.watch(), runtime.core().shell());
    std::vector<Held> cache;
    std::vector<MemoryPressure> told;
    std::pair<Promise<int>, ObjectRef<int>> high = MakePromise<int>();
    callbacks.Add([&](const MemoryState& state) {
      told.push_back(state.pressure);
      if (told.size() == 1) high.first.Set(static_cast<int>(state.used_bytes));
      if (state.pressure == MemoryPressure::kFull) cache.clear();
    });
    for (int i = 0; i < 3; ++i) cache.emplace_back(Put(MakeRow(i)));
    EXPECT_GE(*Get(high.second), 60'000);
    {
      const ObjectRef<Row> fourth = Put(Row(2 * kRowInts, 4));  // Waits, and the program hears of it.
      EXPECT_EQ(Get(fourth)->back(), 4);
    }
    callbacks.Stop();
    ASSERT_GE(told.size(), 2u);
    EXPECT_EQ(told[0], MemoryPressure::kHigh);
    EXPECT_EQ(told[1], MemoryPressure::kFull);
    for (size_t i = 1; i < told.size(); ++i) EXPECT_NE(told[i], told[i - 1]);
    EXPECT_LT(Elapsed(runtime), kSecondNs);
  });
  ExpectNothingLeft();
}

TEST_F(MemorySimulation, CrossingsAreToldBothWaysAndLateComersHearHowItIs) {
  EachSeed(Options(), [&](SimulatedRuntime& runtime) {
    PressureCallbacks callbacks(runtime.core().executor(), storage_.watch(), runtime.core().shell());
    std::vector<std::pair<Promise<int>, ObjectRef<int>>> tellings;
    for (int i = 0; i < 3; ++i) tellings.push_back(MakePromise<int>());
    size_t told = 0;
    callbacks.Add([&](const MemoryState& state) { tellings[told++].first.Set(static_cast<int>(state.pressure)); });
    std::vector<Held> held;
    for (int i = 0; i < 3; ++i) held.emplace_back(Put(MakeRow(i)));
    EXPECT_EQ(*Get(tellings[0].second), static_cast<int>(MemoryPressure::kHigh));
    bool late_told = false;
    callbacks.Add([&](const MemoryState& state) {
      if (state.pressure != MemoryPressure::kHigh || std::exchange(late_told, true)) return;
      tellings[2].first.Set(5);
    });
    EXPECT_EQ(*Get(tellings[2].second), 5);
    held.clear();
    EXPECT_EQ(*Get(tellings[1].second), static_cast<int>(MemoryPressure::kLow));
    callbacks.Stop();
    EXPECT_EQ(told, 2u);
  });
  ExpectNothingLeft();
}

// One thread has the last reference, two have weak ones, and one needs all the room there is.
TEST_F(MemorySimulation, LastReferencesLocksAndEvictionsMeet) {
  CachingStore store(storage_.store());
  storage_.Wrap(&store, nullptr);
  ScenarioOptions options = Options();
  options.count = 500;
  options.router = [this] { return storage_.NewRouter({.native_values = NativeValues::kNever}); };
  EachSeed(options, [&](SimulatedRuntime& runtime) {
    ObjectRef<Row> row = Put(Row(2000, 7));
    std::vector<ThreadId> threads;
    for (int t = 0; t < 2; ++t) {
      threads.push_back(runtime.StartThread("looker", [&runtime, weak = WeakObjectRef<Row>(row)]() mutable {
        bool gone = false;
        for (int i = 0; i < 4; ++i) {
          if (const ObjectRef<Row> again = weak.Lock()) {
            EXPECT_FALSE(gone) << "what was not found was found again";
            EXPECT_EQ(Get(again)->back(), 7);
          } else {
            gone = true;
          }
          runtime.MaySwitch();
        }
        weak = {};
      }));
    }
    threads.push_back(runtime.StartThread("keeper", [&] {
      for (int i = Draw(runtime, 0, 4); i > 0; --i) runtime.MaySwitch();
      row = {};
    }));
    threads.push_back(runtime.StartThread("presser", [&] {
      for (int i = 0; i < 3; ++i) {
        try {
          EXPECT_EQ(Get(Put(Row(16'500, 1)))->back(), 1);
        } catch (const ObjectError& error) {
          EXPECT_EQ(error.type(), ErrorType::kOutOfMemory);
        }
      }
    }));
    for (const ThreadId thread : threads) runtime.JoinThread(thread);
  });
  EXPECT_GT(store.evicted_count, 20u);
  EXPECT_GT(store.revived_count, 20u);
  ExpectNothingLeft();
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
