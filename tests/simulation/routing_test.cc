// Values that are moved into the store while they are read, and while their last references go, in every order that
// seeds find.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "api/array.h"
#include "api/free.h"
#include "api/put.h"
#include "api/result.h"
#include "api/task.h"
#include "core/interface/object_store_wrapper.h"
#include "core/interface/serializer_wrapper.h"
#include "tests/simulation/scenario.h"
#include "tests/support/test_storage.h"

namespace manta {
namespace {

void Switch() {
  if (SimulatedRuntime* const runtime = SimulatedRuntime::Current(); runtime != nullptr) runtime->MaySwitch();
}

// Others may go first wherever a value is written or read.
class SwitchingSerializer final : public SerializerWrapper {
 public:
  using SerializerWrapper::SerializerWrapper;

  absl::Status Write(const TypeDescriptor& type, const void* value, SerialSink& sink) override {
    Switch();
    const absl::Status status = inner().Write(type, value, sink);
    Switch();
    return status;
  }
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override {
    Switch();
    const absl::Status status = inner().Read(type, source, limits, binder, value);
    Switch();
    return status;
  }
};

// The same around what pins an object and lets it go; nothing is given back twice.
class SwitchingStore final : public ObjectStoreWrapper {
 public:
  using ObjectStoreWrapper::ObjectStoreWrapper;

  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    Switch();
    ++got;
    return inner().Get(id);
  }
  absl::Status Release(ObjectId id) override { return Good(inner().Release(id)); }
  absl::Status Delete(ObjectId id) override { return Good(inner().Delete(id)); }

  uint64_t got = 0;

 private:
  static absl::Status Good(const absl::Status& status) {
    EXPECT_TRUE(status.ok()) << status;
    Switch();
    return status;
  }
};

class RoutingSimulation : public testing::Test {
 protected:
  ScenarioOptions Options(RoutingLimits limits = {}) {
    storage_.Wrap(nullptr, &serializer_);
    return {.router = [this, limits] { return storage_.NewRouter(limits); }};
  }

  void ExpectNothingLeft() {
    EXPECT_EQ(storage_.budget().used_bytes(), 0u);
    EXPECT_EQ(storage_.store().Stats().used_bytes, 0u);
  }

  TestStorage storage_{{.budget_bytes = 60'000}};
  SwitchingSerializer serializer_{storage_.serializer()};
};

struct Row {
  std::vector<int> numbers;
  std::vector<ObjectRef<int>> refs;
};

Row MakeRow(int first) { return {.numbers = std::vector<int>(4000, first), .refs = {Put(first)}}; }

void ExpectRow(const ObjectRef<Row>& ref, int first) {
  const std::shared_ptr<const Row> row = Get(ref);
  EXPECT_EQ(row->numbers.size(), 4000u);
  EXPECT_EQ(row->numbers.back(), first);
  SimulatedRuntime::Current()->MaySwitch();
  EXPECT_EQ(*Get(row->refs[0]), first);
  EXPECT_EQ(Get(ref), row);  // Equal as long as one lives.
}

TEST_F(RoutingSimulation, MovesReadsAndLastReleasesMeet) {
  uint64_t migrated = 0;
  uint64_t restored = 0;
  EachSeed(Options(), [&](SimulatedRuntime& runtime) {
    std::vector<ObjectRef<Row>> rows;
    for (int i = 0; i < 3; ++i) rows.push_back(Put(MakeRow(i)));
    std::vector<ThreadId> threads;
    for (int t = 0; t < 3; ++t) {
      threads.push_back(runtime.StartThread("user", [&, t] {
        for (int i = 0; i < 3; ++i) {
          switch (Draw(runtime, 0, 3)) {
            case 0:
              if (rows[t].valid()) ExpectRow(rows[t], t);
              break;
            case 1:
              rows[t] = {};  // The last reference, or a reader holds one.
              break;
            case 2: {
              const ObjectRef<Row> copy = rows[Draw(runtime, 0, 2)];
              runtime.MaySwitch();
              if (copy.valid()) ExpectRow(copy, Get(copy)->numbers[0]);
              break;
            }
            default:
              try {
                const ObjectRef<Row> pressing = Put(MakeRow(10 + t));
                runtime.MaySwitch();
                ExpectRow(pressing, 10 + t);
              } catch (const ObjectError& error) {
                EXPECT_EQ(error.type(), ErrorType::kOutOfMemory);
              }
          }
        }
      }));
    }
    for (const ThreadId thread : threads) runtime.JoinThread(thread);
    migrated += runtime.core().counts().migrated_count;
    restored += runtime.core().counts().restored_count;
    rows.clear();
    runtime.core().Stop();
    EXPECT_EQ(runtime.core().counts().native_bytes, 0);
  });
  EXPECT_GT(migrated, 100u);
  EXPECT_GT(restored, 100u);
  ExpectNothingLeft();
}

TEST(BuiltArraySimulation, ReadersFreesAndLastReleasesMeet) {
  TestStorage storage({.store_spills = true});
  SwitchingStore store(storage.store());
  storage.Wrap(&store, nullptr);
  uint64_t seen = 0;
  const auto look = [&](const ObjectRef<Array<int>>& ref) {
    try {
      const std::shared_ptr<const Array<int>> row = Get(ref);
      const int first = (*row)[0];
      Switch();
      EXPECT_EQ((*row)[row->size() - 1], first + static_cast<int>(row->size()) - 1);
      EXPECT_GT(storage.store().Stats().pinned_count, 0u);
      ++seen;
    } catch (const ObjectError& error) {
      EXPECT_EQ(error.type(), ErrorType::kObjectFreed);
    }
  };
  EachSeed({.router = [&] { return storage.NewRouter({.inline_bytes_max = 64}); }}, [&](SimulatedRuntime& runtime) {
    Array<int> built = BuildArray<int>(64, [](std::span<int> all) { std::iota(all.begin(), all.end(), 0); });
    std::vector<ObjectRef<Array<int>>> rows = {Put(built.Slice(16, 32)), Put(built)};
    rows.push_back(Put(std::move(built)));
    EXPECT_EQ(storage.store().Stats().pinned_count, 0u);
    EXPECT_EQ(storage.store().Stats().sealed_count, 1u);
    std::vector<ThreadId> threads;
    for (int t = 0; t < 3; ++t) {
      threads.push_back(runtime.StartThread("user", [&, t] {
        for (int i = 0; i < 3; ++i) {
          const ObjectRef<Array<int>> ref = rows[Draw(runtime, 0, 2)];
          switch (Draw(runtime, 0, 3)) {
            case 0:
              rows[t] = {};
              break;
            case 1:
              if (ref.valid()) Free(ref);
              break;
            default:
              if (ref.valid()) look(ref);
          }
        }
      }));
    }
    for (const ThreadId thread : threads) runtime.JoinThread(thread);
    rows.clear();
    EXPECT_EQ(storage.store().Stats().used_bytes, 0u);
  });
  EXPECT_GT(seen, 500u);
  EXPECT_GT(store.got, 1000u);
}

// Room for six: at most four are read at the same time.
TEST_F(RoutingSimulation, ResultsThatPressOneAnotherOutAreAllThere) {
  storage_.budget().SetLimit(100'000);
  EachSeed(Options(), [&](SimulatedRuntime& runtime) {
    std::vector<ObjectRef<Row>> rows;
    for (int i = 0; i < 12; ++i) rows.push_back(Task<MakeRow>().Remote(i));
    std::vector<ObjectRef<int>> sums;
    for (int i = 0; i < 12; ++i) {
      sums.push_back(Task<[](const Row& row) { return row.numbers[7] + *Get(row.refs[0]); }>().Remote(rows[i]));
    }
    if (Draw(runtime, 0, 1) == 0) rows.clear();
    for (int i = 0; i < 12; ++i) EXPECT_EQ(*Get(sums[i]), 2 * i);
  });
  ExpectNothingLeft();
}

TEST_F(RoutingSimulation, StrictReadersOfOneObjectShareItsValue) {
  EachSeed(Options({.native_values = NativeValues::kNever}), [&](SimulatedRuntime& runtime) {
    ObjectRef<Row> row = Put(MakeRow(5));
    std::vector<ThreadId> threads;
    for (int t = 0; t < 3; ++t) {
      threads.push_back(runtime.StartThread("reader", [&, copy = row] { ExpectRow(copy, 5); }));
    }
    if (Draw(runtime, 0, 1) == 0) row = {};
    for (const ThreadId thread : threads) runtime.JoinThread(thread);
  });
  ExpectNothingLeft();
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
