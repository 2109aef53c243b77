// Arrays that were built in a store that can spill: who pins them, who keeps them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <tuple>
#include <utility>

#include "api/array.h"
#include "api/free.h"
#include "api/promise.h"
#include "api/put.h"
#include "api/result.h"
#include "api/split.h"
#include "api/task.h"
#include "core/interface/object_store_wrapper.h"
#include "tests/support/bare_runtime.h"
#include "tests/support/error_of.h"
#include "tests/support/test_storage.h"

namespace manta {
namespace {

using testing::HasSubstr;

constexpr RuntimeLimits kTwoWorkers = {.workers = {.worker_count = 2}};

// What was built in a store that can spill: pinned as long as somebody looks at it, and no longer.
class SpillingStoreTest : public testing::Test {
 protected:
  // A row of 1 MiB, whose element 7 is `seven`.
  static Array<int> Built(int seven) {
    return BuildArray<int>(1 << 18, [&](std::span<int> elements) { elements[7] = seven; });
  }
  uint64_t pinned() const { return storage_.store().Stats().pinned_count; }
  uint64_t sealed() const { return storage_.store().Stats().sealed_count; }

  TestStorage storage_{{.store_spills = true}};
  std::optional<BareRuntime> runtime_{std::in_place, kTwoWorkers, storage_.NewRouter()};
};

TEST_F(SpillingStoreTest, AReferenceIsNoPinAndAPointerIs) {
  Array<int> built = Built(5);
  const int* const elements = built.data();
  ObjectRef<Array<int>> ref = Put(std::move(built));
  EXPECT_EQ(pinned(), 0u);
  EXPECT_EQ(sealed(), 1u);
  EXPECT_EQ(runtime_->core().counts().stored_count, 1);
  EXPECT_EQ(runtime_->core().counts().stored_bytes, 1 << 20);
  std::shared_ptr<const Array<int>> row = Get(ref);
  EXPECT_EQ(pinned(), 1u);
  EXPECT_EQ(row->data(), elements);  // Nobody has moved it.
  EXPECT_EQ(row, Get(ref));
  Array<int> copy = *row;
  row = nullptr;
  EXPECT_EQ(pinned(), 1u);
  copy = {};
  EXPECT_EQ(pinned(), 0u);
  EXPECT_EQ((*Get(ref))[7], 5);
  EXPECT_EQ(Task<[](const Array<int>& array) { return array[7]; }>().Remote(ref).valid(), true);
  ref = {};
  runtime_->core().Stop();
  EXPECT_EQ(storage_.store().Stats().used_bytes, 0u);
  EXPECT_EQ(runtime_->core().counts().stored_count, 0);
}

TEST_F(SpillingStoreTest, ResultsPromisesAndPartsAreTheSame) {
  const ObjectRef<Array<int>> result = Task<[](int seven) { return Built(seven); }>().Remote(1);
  EXPECT_EQ((*Get(result))[7], 1);
  auto [promise, promised] = MakePromise<Array<int>>();
  promise.Set(Built(2));
  auto [first, second] = Task<[] { return std::tuple(Built(3), Built(4).buffer()); }>().RemoteSplit();
  EXPECT_EQ((*Get(first))[7], 3);
  EXPECT_EQ(Get(second)->size(), size_t{1} << 20);
  EXPECT_EQ((*Get(promised))[7], 2);
  runtime_->core().Stop();  // Who has made them holds nothing any more.
  EXPECT_EQ(pinned(), 0u);
  EXPECT_EQ(sealed(), 4u);
}

TEST_F(SpillingStoreTest, SlicesShareTheObjectAndTheLastOneDeletesIt) {
  Array<int> built = Built(5);
  ObjectRef<Array<int>> tail = Put(built.Slice(16, 100));
  ObjectRef<Array<int>> head = Put(built.Slice(0, 8));
  const ObjectRef<Array<int>> crooked = Put(built.Slice(1, 8));  // No blob may begin there: it holds its view.
  built = {};
  EXPECT_EQ(pinned(), 1u);
  EXPECT_EQ((*Get(crooked))[6], 5);
  EXPECT_TRUE(Free(crooked));
  EXPECT_EQ(pinned(), 0u);
  EXPECT_EQ(Get(tail)->size(), 100u);
  EXPECT_EQ((*Get(head))[7], 5);
  Array<int> kept = *Get(head);
  head = {};
  EXPECT_TRUE(Free(tail));
  EXPECT_EQ(sealed(), 1u);
  head = Put(std::move(kept));  // What is left of it is as good as new.
  EXPECT_EQ(pinned(), 0u);
  EXPECT_EQ((*Get(head))[7], 5);
  head = {};
  EXPECT_EQ(storage_.store().Stats().used_bytes, 0u);
}

TEST_F(SpillingStoreTest, FreeLeavesItToThoseWhoLook) {
  const ObjectRef<Array<int>> ref = Put(Built(5));
  std::shared_ptr<const Array<int>> row = Get(ref);
  EXPECT_TRUE(Free(ref));
  EXPECT_FALSE(Free(ref));
  EXPECT_EQ((*row)[7], 5);
  EXPECT_EQ(Get(ref), row);
  EXPECT_EQ(runtime_->core().counts().stored_count, 0);
  row = nullptr;
  EXPECT_EQ(RecordOf([&] { Get(ref); })->type, ErrorType::kObjectFreed);
  EXPECT_EQ(storage_.store().Stats().used_bytes, 0u);
}

TEST_F(SpillingStoreTest, ItOutlivesTheRuntime) {
  ObjectRef<Array<int>> ref = Put(Built(5));
  Array<int> late = Built(6);
  runtime_.reset();
  EXPECT_EQ((*Get(ref))[7], 5);
  ref = {};
  EXPECT_EQ(late[7], 6);
  late = {};
  EXPECT_EQ(storage_.store().Stats().used_bytes, 0u);
}

// A store whose disk does not always give back what it took.
class FailingStore final : public ObjectStoreWrapper {
 public:
  using ObjectStoreWrapper::ObjectStoreWrapper;
  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    if (failure.ok()) return inner().Get(id);
    return failure;
  }
  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    if (failure.ok()) return inner().Create(id, size_bytes, metadata);
    return failure;
  }

  absl::Status failure;
};

TEST(SpillingStoreErrorsTest, WhatAStoreCannotBringBackIsAnErrorOfThatMoment) {
  TestStorage storage({.store_spills = true});
  FailingStore store(storage.store());
  storage.Wrap(&store, nullptr);
  BareRuntime runtime(kTwoWorkers, storage.NewRouter());
  const ObjectRef<Array<int>> ref = Put(BuildArray<int>(1 << 18, [](std::span<int> all) { all[9] = 9; }));
  store.failure = absl::ResourceExhaustedError("no memory to come back to");
  const ErrorPtr full = RecordOf([&] { Get(ref); });
  ASSERT_NE(full, nullptr);
  EXPECT_EQ(full->type, ErrorType::kOutOfMemory);
  EXPECT_THAT(full->message, HasSubstr("no memory to come back to"));
  store.failure = absl::UnavailableError("the disk takes no more");
  const ErrorPtr disk = RecordOf([&] { Get(ref); });
  ASSERT_NE(disk, nullptr);
  EXPECT_EQ(disk->type, ErrorType::kOutOfDisk);
  EXPECT_THAT(disk->message, HasSubstr("the disk takes no more"));
  store.failure = absl::DataLossError("another checksum");
  const ErrorPtr argument =
      RecordOf([&] { Get(Task<[](const Array<int>& array) { return array[9]; }>().Remote(ref)); });
  ASSERT_NE(argument, nullptr);
  EXPECT_THAT(argument->ToString(), HasSubstr("another checksum"));
  store.failure = absl::OkStatus();
  EXPECT_EQ((*Get(ref))[9], 9);
}

// Native values have no room because others could not leave memory, and those could not because of the disk.
TEST(SpillingStoreErrorsTest, ABudgetThatIsShortForWantOfDiskSaysSo) {
  TestStorage storage({.budget_bytes = 100'000, .store_spills = true});
  FailingStore store(storage.store());
  storage.Wrap(&store, nullptr);
  BareRuntime runtime(kTwoWorkers, storage.NewRouter());
  const auto first = Put(std::vector<int>(20'000));
  store.failure = absl::UnavailableError("the disk takes no more");
  const ErrorPtr put = RecordOf([] { Put(std::vector<int>(20'000)); });
  ASSERT_NE(put, nullptr);
  EXPECT_EQ(put->type, ErrorType::kOutOfDisk);
  EXPECT_THAT(put->message, HasSubstr("of 100000 are free"));
  EXPECT_THAT(put->message, HasSubstr("could not leave it for the store: the disk takes no more"));
  const ErrorPtr result = RecordOf([] { Get(Task<[] { return std::vector<int>(20'000); }>().Remote()); });
  ASSERT_NE(result, nullptr);
  EXPECT_EQ(result->type, ErrorType::kOutOfDisk);
  store.failure = absl::OkStatus();
  EXPECT_EQ(Get(Put(std::vector<int>(20'000, 3)))->back(), 3);  // The first one can leave now.
  EXPECT_EQ(Get(first)->size(), 20'000u);
}

// Its disk takes nothing, as long as it is told so.
class FullDiskStore final : public ObjectStoreWrapper {
 public:
  using ObjectStoreWrapper::ObjectStoreWrapper;
  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    if (!is_full) return inner().Create(id, size_bytes, metadata);
    refused = true;
    refused.notify_all();
    return absl::UnavailableError("the disk takes no more");
  }

  std::atomic<bool> is_full{false};
  std::atomic<bool> refused{false};
};

TEST(SpillingStoreErrorsTest, WhoWaitsForTheDiskTriesItAgain) {
  TestStorage storage({.budget_bytes = 100'000, .store_spills = true});
  FullDiskStore store(storage.store());
  storage.Wrap(&store, nullptr);
  BareRuntime runtime(kTwoWorkers, storage.NewRouter({.put_timeout_ns = int64_t{60} * 1'000'000'000}));
  const auto first = Put(std::vector<int>(20'000));
  auto little = Put(std::vector<int>(500));
  store.is_full = true;
  std::thread other([&] {
    store.refused.wait(false);
    store.is_full = false;
    little = {};  // Too little, but somebody let go of something.
  });
  EXPECT_EQ(Get(Put(std::vector<int>(20'000, 3)))->back(), 3);
  other.join();
  EXPECT_EQ(Get(first)->size(), 20'000u);
}

TEST(SpillingStoreErrorsTest, OfWhatIsLargerThanTheBudgetTheDiskSaysNothing) {
  TestStorage storage({.budget_bytes = 100'000, .store_spills = true});
  FullDiskStore store(storage.store());
  storage.Wrap(&store, nullptr);
  BareRuntime runtime(kTwoWorkers, storage.NewRouter());
  const auto first = Put(std::vector<int>(20'000));
  store.is_full = true;
  const ErrorPtr put = RecordOf([] { Put(std::vector<int>(30'000)); });
  ASSERT_NE(put, nullptr);
  EXPECT_EQ(put->type, ErrorType::kOutOfMemory);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
