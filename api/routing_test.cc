// Where values lie: each row of the table in core/runtime/value_router.h, and what follows from it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/actor.h"
#include "api/array.h"
#include "api/promise.h"
#include "api/put.h"
#include "api/result.h"
#include "api/task.h"
#include "core/interface/object_store_wrapper.h"
#include "core/interface/serializer_wrapper.h"
#include "tests/support/bare_runtime.h"
#include "tests/support/error_of.h"
#include "tests/support/test_storage.h"

namespace manta {
namespace {

using testing::HasSubstr;

constexpr RoutingLimits kStrict = {.native_values = NativeValues::kNever};
constexpr RuntimeLimits kTwoWorkers = {.workers = {.worker_count = 2}};

std::vector<int> Row(int size, int first = 0) {
  std::vector<int> row(size);
  std::iota(row.begin(), row.end(), first);
  return row;
}

// A store that knows how often it is used.
class CountingStore final : public ObjectStoreWrapper {
 public:
  using ObjectStoreWrapper::ObjectStoreWrapper;
  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    ++created;
    return inner().Create(id, size_bytes, metadata);
  }
  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    ++got;
    return inner().Get(id);
  }
  absl::Status Delete(ObjectId id) override {
    ++deleted;
    return inner().Delete(id);
  }

  std::atomic<int> created{0};
  std::atomic<int> got{0};
  std::atomic<int> deleted{0};
};

class CountingSerializer final : public SerializerWrapper {
 public:
  using SerializerWrapper::SerializerWrapper;
  absl::Status Write(const TypeDescriptor& type, const void* value, SerialSink& sink) override {
    ++written;
    return inner().Write(type, value, sink);
  }
  absl::Status Read(const TypeDescriptor& type, const SerialSource& source, const ReadLimits& limits, void* binder,
                    void* value) override {
    ++read;
    return inner().Read(type, source, limits, binder, value);
  }

  std::atomic<int> written{0};
  std::atomic<int> read{0};
};

int Square(int x) { return x * x; }
std::vector<int> MakeRow(int size) { return Row(size); }
uint64_t Size(const std::vector<int>& row) { return row.size(); }
struct Named {
  explicit Named(std::string name) : name(std::move(name)) {}
  std::string Name() { return name; }
  std::string name;
};

TEST(RoutingTest, SmallValuesAreNativeAndChargedWithTheirBlocks) {
  TestStorage storage;
  BareRuntime runtime(kTwoWorkers, storage.NewRouter());
  const int64_t empty = runtime.core().counts().native_bytes;
  std::vector<ObjectRef<int>> numbers;
  for (int i = 0; i < 3000; ++i) numbers.push_back(Put(i));
  const int64_t of_numbers = runtime.core().counts().native_bytes - empty;
  EXPECT_GE(of_numbers, 3000 * 64);
  EXPECT_LE(of_numbers, 3000 * 256);
  EXPECT_GT(storage.budget().used_bytes(), 0u);  // Now and then.
  const ObjectRef<std::string> text = Put(std::string(1000, 'x'));
  EXPECT_GE(runtime.core().counts().native_bytes - of_numbers - empty, 1000);  // What it owns counts, too.
  EXPECT_EQ(Get(text), Get(text));
  EXPECT_EQ(runtime.core().counts().stored_count, 0);
  EXPECT_EQ(storage.store().Stats().sealed_count, 0u);
  numbers.clear();
  EXPECT_LT(runtime.core().counts().native_bytes, empty + 2048);
}

TEST(RoutingTest, LargeValuesAreNativeAndChargedByThemselves) {
  TestStorage storage;
  BareRuntime runtime(kTwoWorkers, storage.NewRouter());
  ObjectRef<std::vector<int>> row = Put(Row(10'000));
  EXPECT_GE(storage.budget().used_bytes(), 40'000u);
  EXPECT_GE(runtime.core().counts().native_bytes, 40'000);
  std::shared_ptr<const std::vector<int>> pointer = Get(row);
  row = {};
  EXPECT_GE(storage.budget().used_bytes(), 40'000u);  // The pointer keeps the value.
  pointer = nullptr;
  EXPECT_LT(storage.budget().used_bytes(), 40'000u);
  EXPECT_EQ(*Get(Task<Size>().Remote(Task<MakeRow>().Remote(2000))), 2000u);
  runtime.core().Stop();
  EXPECT_EQ(runtime.core().counts().object_count, 0);
  EXPECT_EQ(runtime.core().counts().native_bytes, 0);
  EXPECT_EQ(storage.budget().used_bytes(), 0u);
  EXPECT_EQ(storage.store().Stats().sealed_count, 0u);
}

TEST(RoutingTest, ArraysBuiltForTheStoreLieThereFromBirth) {
  TestStorage storage;
  BareRuntime runtime(kTwoWorkers, storage.NewRouter());
  Array<int> built = BuildArray<int>(1 << 20, [](std::span<int> elements) { elements[7] = 7; });
  const int* const elements = built.data();
  EXPECT_GE(storage.store().Stats().used_bytes, uint64_t{4} << 20);
  ObjectRef<Array<int>> ref = Put(std::move(built));
  EXPECT_EQ(Get(ref)->data(), elements);
  EXPECT_LT(storage.budget().used_bytes(), 4096u);  // The store has charged it.
  const ObjectRef<Array<int>> result =
      Task<[](const Array<int>& array) { return array.Slice(7, 1 << 19); }>().Remote(ref);
  EXPECT_EQ(Get(result)->data(), elements + 7);
  EXPECT_EQ(storage.store().Stats().pinned_count, 1u);
  ref = {};
  EXPECT_EQ(*Get(result)->data(), 7);
  const Array<int> small = BuildArray<int>(100, [](std::span<int> elements) { elements[0] = 1; });
  EXPECT_EQ(storage.store().Stats().pinned_count, 1u);  // Not for so few.
}

TEST(RoutingTest, AnArrayBuiltInTheStoreGoesWithItsLastView) {
  TestStorage storage;
  Array<int> kept;
  {
    BareRuntime runtime(kTwoWorkers, storage.NewRouter());
    const ObjectRef<Array<int>> ref = Put(BuildArray<int>(1 << 20, [](std::span<int> all) { all[9] = 9; }));
    kept = *Get(ref);
    EXPECT_THROW(BuildArray<int>(1 << 20, [](std::span<int>) { throw 7; }), int);
  }
  EXPECT_EQ(storage.store().Stats().pinned_count, 1u);
  EXPECT_EQ(kept[9], 9);
  kept = {};
  EXPECT_EQ(storage.store().Stats().used_bytes, 0u);
}

TEST(RoutingTest, AStoreThatIsFullRefusesToBuildAndNamesItsLimit) {
  TestStorage storage({.store_bytes = 1 << 20});
  BareRuntime runtime(kTwoWorkers, storage.NewRouter());
  try {
    BuildArray<int>(1 << 20, [](std::span<int>) {});
    FAIL() << "4 MiB were found in 1 MiB";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_THAT(error.what(), HasSubstr("1048576"));
  }
}

TEST(RoutingTest, ArraysOfTheHeapAreMovedInAsTheyAre) {
  TestStorage storage;
  BareRuntime runtime(kTwoWorkers, storage.NewRouter());
  ArrayBuilder<double> builder(1 << 17);
  const double* const elements = builder.elements().data();
  ObjectRef<Array<double>> ref = Put(std::move(builder).Seal());
  EXPECT_EQ(Get(ref)->data(), elements);
  EXPECT_GE(storage.budget().used_bytes(), uint64_t{1} << 20);
  EXPECT_EQ(storage.store().Stats().sealed_count, 0u);
  ref = {};
  EXPECT_LT(storage.budget().used_bytes(), 4096u);
}

TEST(RoutingTest, StrictSendsEveryValueThroughSerializerAndStore) {
  TestStorage storage;
  CountingStore store(storage.store());
  CountingSerializer serializer(storage.serializer());
  storage.Wrap(&store, &serializer);
  {
    BareRuntime runtime(kTwoWorkers, storage.NewRouter(kStrict));
    const ObjectRef<int> put = Put(3);
    EXPECT_EQ(store.created, 1);
    EXPECT_EQ(serializer.written, 1);
    EXPECT_EQ(runtime.core().counts().stored_count, 1);
    EXPECT_GT(runtime.core().counts().stored_bytes, 0);
    EXPECT_EQ(*Get(put), 3);
    EXPECT_EQ(serializer.read, 1);
    const ObjectRef<int> nine = Task<Square>().Remote(put);
    EXPECT_EQ(*Get(nine), 9);
    EXPECT_EQ(store.created, 2);  // Its result.
    EXPECT_EQ(*Get(Task<Square>().Remote(4)), 16);
    EXPECT_EQ(store.created, 4);  // Its argument as well.
    EXPECT_EQ(*Get(Actor<Named>().Remote(std::string("a name")).Task<&Named::Name>().Remote()), "a name");
    EXPECT_EQ(store.created, 6);  // The constructor's argument, and the method's result.
    auto [promise, promised] = MakePromise<std::vector<int>>();
    promise.Set(Row(100'000));
    EXPECT_EQ(*Get(promised), Row(100'000));
    EXPECT_EQ(store.created, 7);
    EXPECT_EQ(serializer.written, 7);
    const std::vector<ObjectRef<std::string>> many = PutMany<std::string>({"a", "b"});
    EXPECT_EQ(*Get(many)[1], "b");
    EXPECT_EQ(store.created, 9);
    runtime.core().Stop();  // What has ended is gone now.
    EXPECT_EQ(storage.store().Stats().sealed_count, 5u);
    EXPECT_EQ(runtime.core().counts().stored_count, 5);
    EXPECT_EQ(runtime.core().counts().restored_count, static_cast<uint64_t>(serializer.read));
  }
  EXPECT_EQ(store.deleted, store.created);
  EXPECT_EQ(storage.store().Stats().used_bytes, 0u);
  EXPECT_EQ(storage.budget().used_bytes(), 0u);
}

TEST(RoutingTest, StrictGivesEqualPointersAsLongAsOneLives) {
  TestStorage storage;
  CountingSerializer serializer(storage.serializer());
  storage.Wrap(nullptr, &serializer);
  BareRuntime runtime(kTwoWorkers, storage.NewRouter(kStrict));
  ObjectRef<Array<int>> ref = Put(Array<int>{1, 2, 3});
  std::shared_ptr<const Array<int>> first = Get(ref);
  EXPECT_EQ(first, Get(ref));
  EXPECT_EQ(serializer.read, 1);
  const Array<int> look = *first;
  first = nullptr;
  EXPECT_EQ(*Get(ref), (Array<int>{1, 2, 3}));
  EXPECT_EQ(serializer.read, 2);
  ref = {};
  EXPECT_EQ(storage.store().Stats().sealed_count, 0u);
  EXPECT_EQ(storage.store().Stats().pinned_count, 1u);  // By the array, which looks at the bytes.
  EXPECT_EQ(look[2], 3);
}

struct Angle {
  explicit Angle(double radians) : radians(radians) {}
  double radians;
};

}  // namespace

template <>
struct Codec<Angle> {
  using Wire = double;
  static Wire ToWire(const Angle& angle) { return angle.radians; }
  static std::optional<Angle> FromWire(Wire radians) { return Angle(radians); }
};

namespace {

TEST(RoutingTest, StrictKnowsTypesWithoutADefaultValue) {
  TestStorage storage;
  BareRuntime runtime(kTwoWorkers, storage.NewRouter(kStrict));
  const ObjectRef<Angle> right = Put(Angle(1.57));
  EXPECT_EQ(Get(right)->radians, 1.57);
  EXPECT_EQ(Get(Task<[](Angle angle) { return Angle(2 * angle.radians); }>().Remote(Angle(2)))->radians, 4);
  EXPECT_EQ(Get(right), Get(right));
}

TEST(RoutingTest, StrictRefusesWhatNeverLeavesTheProcess) {
  TestStorage storage;
  BareRuntime runtime(kTwoWorkers, storage.NewRouter(kStrict));
  const ErrorPtr put = RecordOf([] { Put(LocalOnly<int>(1)); });
  ASSERT_NE(put, nullptr);
  EXPECT_EQ(put->type, ErrorType::kLocalOnly);
  EXPECT_THAT(put->message, HasSubstr("a LocalOnly never leaves its process"));
  const ErrorPtr result = RecordOf([] { Get(Task<[] { return LocalOnly<int>(1); }>({.name = "Local"}).Remote()); });
  ASSERT_NE(result, nullptr);
  EXPECT_EQ(result->type, ErrorType::kLocalOnly);
  EXPECT_EQ(result->task, "Local");
  const ErrorPtr argument =
      RecordOf([] { Get(Task<[](LocalOnly<int> local) { return *local; }>().Remote(LocalOnly<int>(1))); });
  ASSERT_NE(argument, nullptr);
  EXPECT_EQ(argument->type, ErrorType::kLocalOnly);
  struct Local {
    explicit Local(LocalOnly<int> number) : number(number) {}
    int Get() { return *number; }
    LocalOnly<int> number;
  };
  const ErrorPtr actor = RecordOf([] { Get(Actor<Local>().Remote(LocalOnly<int>(1)).Task<&Local::Get>().Remote()); });
  ASSERT_NE(actor, nullptr);
  EXPECT_EQ(actor->type, ErrorType::kActorCreationFailed);
  ASSERT_NE(actor->cause, nullptr);
  EXPECT_EQ(actor->cause->type, ErrorType::kLocalOnly);
  auto [promise, promised] = MakePromise<LocalOnly<int>>();
  EXPECT_TRUE(promise.Set(1));
  EXPECT_EQ(RecordOf([&ref = promised] { Get(ref); })->type, ErrorType::kLocalOnly);
  EXPECT_EQ(storage.store().Stats().used_bytes, 0u);
}

TEST(RoutingTest, StrictWithAFullStoreFailsWithItsLimit) {
  TestStorage storage({.store_bytes = 64 << 10});
  BareRuntime runtime(kTwoWorkers, storage.NewRouter(kStrict));
  const ErrorPtr put = RecordOf([] { Put(Row(100'000)); });
  ASSERT_NE(put, nullptr);
  EXPECT_EQ(put->type, ErrorType::kOutOfMemory);
  EXPECT_THAT(put->message, HasSubstr("65536"));
  const ErrorPtr result = RecordOf([] { Get(Task<MakeRow>().Remote(100'000)); });
  ASSERT_NE(result, nullptr);
  EXPECT_EQ(result->type, ErrorType::kOutOfMemory);
  EXPECT_THAT(result->ToString(), HasSubstr("MakeRow"));
  EXPECT_EQ(*Get(Task<Square>().Remote(5)), 25);  // Small ones go on.
}

struct Node {
  int number = 0;
  std::vector<ObjectRef<Node>> next;
};

TEST(RoutingTest, StrictKeepsInnerObjectsExactlyAsLongAsTheOuterOnesBytes) {
  TestStorage storage;
  BareRuntime runtime(kTwoWorkers, storage.NewRouter(kStrict));
  ObjectRef<int> inner = Put(7);
  const ObjectId id = inner.id();
  ObjectRef<std::vector<ObjectRef<int>>> outer = Put(std::vector<ObjectRef<int>>{inner, {}, inner});
  inner = {};
  EXPECT_TRUE(storage.store().Contains(id));
  EXPECT_EQ(runtime.core().counts().object_count, 2);
  {
    const auto refs = Get(outer);
    ASSERT_EQ(refs->size(), 3u);
    EXPECT_EQ((*refs)[0].id(), id);
    EXPECT_EQ((*refs)[0], (*refs)[2]);
    EXPECT_FALSE((*refs)[1].valid());
    EXPECT_EQ(*Get((*refs)[0]), 7);
    inner = (*refs)[0];
  }
  outer = {};
  EXPECT_EQ(*Get(inner), 7);  // One that was read keeps it as well.
  inner = {};
  EXPECT_FALSE(storage.store().Contains(id));
  EXPECT_EQ(runtime.core().counts().object_count, 0);
}

TEST(RoutingTest, ALongChainOfStoredObjectsIsReleased) {
  TestStorage storage;
  BareRuntime runtime(kTwoWorkers, storage.NewRouter(kStrict));
  ObjectRef<Node> head = Put(Node{});
  for (int i = 1; i <= 20'000; ++i) head = Put(Node{.number = i, .next = {std::move(head)}});
  EXPECT_EQ(Get(Get(head)->next[0])->number, 19'999);
  EXPECT_EQ(runtime.core().counts().stored_count, 20'001);
  head = {};
  EXPECT_EQ(runtime.core().counts().object_count, 0);
  EXPECT_EQ(storage.store().Stats().used_bytes, 0u);
}

TEST(RoutingTest, PendingReferencesTravelAsIdsToo) {
  TestStorage storage;
  BareRuntime runtime(kTwoWorkers, storage.NewRouter(kStrict));
  auto [promise, late] = MakePromise<int>();
  const ObjectRef<int> sum =
      Task<[](const std::vector<ObjectRef<int>>& refs) { return *Get(refs[0]) + *Get(refs[1]); }>().Remote(
          std::vector<ObjectRef<int>>{late, Put(2)});
  promise.Set(3);
  EXPECT_EQ(*Get(sum), 5);
}

TEST(RoutingTest, ValuesInTheStoreOutliveTheRuntime) {
  TestStorage storage;
  ObjectRef<std::string> text;
  {
    BareRuntime runtime(kTwoWorkers, storage.NewRouter(kStrict));
    text = Put<std::string>("after the end");
  }
  EXPECT_EQ(*Get(text), "after the end");
  EXPECT_EQ(storage.store().Stats().sealed_count, 1u);
  text = {};
  EXPECT_EQ(storage.store().Stats().used_bytes, 0u);
}

// Values are charged as the budget of 100,000 bytes allows; the store has room.
class ShortBudgetTest : public testing::Test {
 protected:
  using Ref = ObjectRef<std::vector<int>>;

  uint64_t migrated() { return runtime_.core().counts().migrated_count; }
  int64_t stored() { return runtime_.core().counts().stored_count; }

  TestStorage storage_{{.budget_bytes = 100'000}};
  BareRuntime runtime_{kTwoWorkers, storage_.NewRouter()};
};

TEST_F(ShortBudgetTest, TheColdestAreMovedAndComeBack) {
  std::vector<Ref> rows;
  for (int i = 0; i < 3; ++i) rows.push_back(Put(Row(7000, i)));
  EXPECT_EQ(migrated(), 0u);
  Get(rows[0]);  // Is read, and not the coldest any more.
  rows.push_back(Put(Row(7000, 3)));
  EXPECT_EQ(migrated(), 1u);
  EXPECT_EQ(stored(), 1);
  EXPECT_TRUE(storage_.store().Contains(rows[1].id()));
  for (int i = 0; i < 4; ++i) EXPECT_EQ(*Get(rows[i]), Row(7000, i));
  EXPECT_GE(runtime_.core().counts().restored_count, 1u);
  EXPECT_LE(storage_.budget().used_bytes(), 100'000u);
  rows.clear();
  EXPECT_EQ(stored(), 0);
  EXPECT_EQ(storage_.store().Stats().used_bytes, 0u);
  runtime_.core().Stop();
  EXPECT_EQ(storage_.budget().used_bytes(), 0u);
}

TEST_F(ShortBudgetTest, APointerIsAPin) {
  const Ref first = Put(Row(10'000));
  const Ref second = Put(Row(10'000));
  const std::shared_ptr<const std::vector<int>> one = Get(first);
  std::shared_ptr<const std::vector<int>> other = Get(second);
  const ErrorPtr none = RecordOf([] { Put(Row(10'000)); });
  ASSERT_NE(none, nullptr);
  EXPECT_EQ(none->type, ErrorType::kOutOfMemory);
  EXPECT_THAT(none->message, HasSubstr("of 100000 are free"));
  EXPECT_EQ(migrated(), 0u);
  other = nullptr;
  const Ref third = Put(Row(10'000));
  EXPECT_EQ(migrated(), 1u);
  EXPECT_EQ(one, Get(first));
  EXPECT_FALSE(storage_.store().Contains(first.id()));
  EXPECT_EQ(*Get(third), Row(10'000));
}

TEST_F(ShortBudgetTest, ResultsFindNoRoomEither) {
  const Ref kept = Put(Row(20'000));
  const std::shared_ptr<const std::vector<int>> pin = Get(kept);
  const ErrorPtr none = RecordOf([] { Get(Task<MakeRow>({.name = "Maker"}).Remote(20'000)); });
  ASSERT_NE(none, nullptr);
  EXPECT_EQ(none->type, ErrorType::kOutOfMemory);
  EXPECT_EQ(none->task, "Maker");
  EXPECT_EQ(*Get(Task<Size>().Remote(kept)), 20'000u);
}

TEST_F(ShortBudgetTest, WhatCannotBeWrittenStays) {
  const auto local = Put(std::vector<LocalOnly<int>>(20'000, LocalOnly<int>(5)));
  const ErrorPtr none = RecordOf([] { Put(Row(20'000)); });
  ASSERT_NE(none, nullptr);
  EXPECT_EQ(none->type, ErrorType::kOutOfMemory);
  EXPECT_EQ(*Get(local)->back(), 5);
}

TEST_F(ShortBudgetTest, InnerObjectsAreKeptByBytes) {
  ObjectRef<int> inner = Put(7);
  ObjectRef<std::vector<ObjectRef<int>>> outer = Put(std::vector<ObjectRef<int>>(8000, inner));
  inner = {};
  const Ref pressing = Put(Row(20'000));
  EXPECT_EQ(migrated(), 1u);
  EXPECT_EQ(runtime_.core().counts().object_count, 3);
  EXPECT_EQ(*Get(Get(outer)->front()), 7);
  outer = {};
  EXPECT_EQ(runtime_.core().counts().object_count, 1);
}

TEST(RoutingTest, NothingIsMovedIntoAStoreOfTheSameMemory) {
  TestStorage storage({.budget_bytes = 100'000, .store_takes_budget = true});
  BareRuntime runtime(kTwoWorkers, storage.NewRouter());
  std::vector<ObjectRef<std::vector<int>>> rows;
  for (int i = 0; i < 3; ++i) rows.push_back(Put(Row(7000, i)));
  const ErrorPtr none = RecordOf([] { Put(Row(7000)); });
  ASSERT_NE(none, nullptr);
  EXPECT_EQ(none->type, ErrorType::kOutOfMemory);
  EXPECT_EQ(runtime.core().counts().migrated_count, 0u);  // It would win nothing.
  EXPECT_EQ(storage.store().Stats().sealed_count, 0u);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Get(rows[i])->front(), i);
  rows.clear();
  runtime.core().Stop();
  EXPECT_EQ(storage.budget().used_bytes(), 0u);
}

TEST(RoutingTest, AFullStoreTakesNothing) {
  TestStorage storage({.store_bytes = 10'000, .budget_bytes = 100'000});
  BareRuntime runtime(kTwoWorkers, storage.NewRouter());
  const ObjectRef<std::vector<int>> first = Put(Row(20'000));
  const ErrorPtr none = RecordOf([] { Put(Row(20'000)); });
  ASSERT_NE(none, nullptr);
  EXPECT_EQ(none->type, ErrorType::kOutOfMemory);
  EXPECT_EQ(*Get(first), Row(20'000));  // It did not fit into the store, and stays.
  EXPECT_EQ(runtime.core().counts().stored_count, 0);
}

// Readers, writers and those who let go, all at once; what does not find room says so.
TEST_F(ShortBudgetTest, ThreadsMoveAndReadAtTheSameTime) {
  constexpr int kRounds = 300;
  std::vector<Ref> shared;
  for (int i = 0; i < 4; ++i) shared.push_back(Put(Row(6000, i)));
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kRounds; ++i) {
        Ref mine;
        const ErrorPtr none = RecordOf([&] { mine = Put(Row(3000, i)); });
        if (none != nullptr) {
          ASSERT_EQ(none->type, ErrorType::kOutOfMemory);
        }
        const int which = (i + t) % 4;
        const std::shared_ptr<const std::vector<int>> row = Get(shared[which]);
        ASSERT_EQ(row->size(), 6000u);
        ASSERT_EQ(row->back(), 5999 + which);
        if (mine.valid()) {
          ASSERT_EQ(Get(mine)->front(), i);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(migrated(), 0u);
  shared.clear();
  runtime_.core().Stop();
  EXPECT_EQ(storage_.budget().used_bytes(), 0u);
  EXPECT_EQ(storage_.store().Stats().used_bytes, 0u);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
