// Free, weak references, and what is done to many references at once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/free.h"
#include "api/promise.h"
#include "api/result.h"
#include "api/task.h"
#include "api/wait.h"
#include "api/weak_object_ref.h"
#include "tests/support/bare_runtime.h"
#include "tests/support/test_storage.h"

namespace manta {
namespace {

using testing::HasSubstr;

ErrorType TypeOf(const auto& ref) {
  try {
    Get(ref);
  } catch (const ObjectError& error) {
    return error.type();
  }
  return ErrorType{9999};
}

int Twice(int x) { return 2 * x; }
int Sum(const std::vector<int>& values) { return static_cast<int>(values.size()); }

// Says when it goes.
struct Flagged {
  std::shared_ptr<int> life;
};

TEST(FreeTest, TheValueGoesAndReadersAreToldSo) {
  BareRuntime runtime({.workers = {.worker_count = 2}}, nullptr);  // What says when it goes is native.
  auto life = std::make_shared<int>(7);
  const ObjectRef<LocalOnly<Flagged>> ref = Put(LocalOnly<Flagged>{{life}});
  EXPECT_EQ(life.use_count(), 2);
  EXPECT_TRUE(Free(ref));
  EXPECT_EQ(life.use_count(), 1);
  EXPECT_EQ(TypeOf(ref), ErrorType::kObjectFreed);
  EXPECT_THAT(std::string(TryGet(ref).status().message()), HasSubstr("was let go of by Free"));
  EXPECT_FALSE(Free(ref)) << "once is enough";
}

TEST(FreeTest, APointerKeepsTheValue) {
  BareRuntime runtime;
  const ObjectRef<std::string> ref = Put<std::string>("kept");
  const std::shared_ptr<const std::string> text = Get(ref);
  EXPECT_TRUE(Free(ref));
  EXPECT_EQ(*text, "kept");
  EXPECT_EQ(*Get(ref), "kept") << "as long as a pointer lives, the value is there";
}

TEST(FreeTest, OnlyValuesThatAreThereAreFreed) {
  BareRuntime runtime;
  auto [promise, pending] = MakePromise<int>();
  EXPECT_FALSE(Free(pending));
  EXPECT_FALSE(Free(ObjectRef<int>()));
  const std::vector<ObjectRef<int>> refs = {Put(1), pending, Put(2)};
  EXPECT_EQ(Free(refs), 2u);
  promise.Set(3);
  EXPECT_EQ(*Get(pending), 3);
}

TEST(FreeTest, ATaskWhoseArgumentWasFreedFailsWithThatAsItsCause) {
  BareRuntime runtime;
  auto [promise, late] = MakePromise<int>();
  const ObjectRef<std::vector<int>> values = Put(std::vector<int>{1, 2});
  const ObjectRef<int> sum =
      Task<[](const std::vector<int>& row, int more) { return Sum(row) + more; }>().Remote(values, late);
  Free(values);
  promise.Set(1);
  const absl::Status status = TryGet(sum).status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("caused by the value of object"));
}

TEST(FreeTest, TheEndOfATaskIsAnObjectToo) {
  BareRuntime runtime;
  const ObjectRef<void> end = Task<[] {}>().Remote();
  Get(end);
  EXPECT_TRUE(Free(end));
  EXPECT_EQ(TypeOf(end), ErrorType::kObjectFreed);
}

TEST(FreeTest, AValueInTheStoreGoesFromThere) {
  TestStorage storage;
  BareRuntime runtime({.workers = {.worker_count = 2}}, storage.NewRouter({.native_values = NativeValues::kNever}));
  ObjectRef<int> inner = Put(5);
  const ObjectRef<std::vector<ObjectRef<int>>> ref = Put(std::vector<ObjectRef<int>>{inner});
  inner = {};
  EXPECT_EQ(*Get(Get(ref)->front()), 5);
  EXPECT_EQ(storage.store().Stats().sealed_count, 2u);
  EXPECT_FALSE(ref.state()->Migrate(nullptr)) << "only native values move";
  EXPECT_TRUE(Free(ref));
  EXPECT_EQ(storage.store().Stats().sealed_count, 0u) << "what it referred to goes with it";
  EXPECT_EQ(TypeOf(ref), ErrorType::kObjectFreed);
  EXPECT_FALSE(Free(ref));
  EXPECT_EQ(runtime.core().counts().stored_count, 0);
}

TEST(FreeTest, ALargeValueGivesItsChargeBack) {
  TestStorage storage;
  BareRuntime runtime({.workers = {.worker_count = 2}}, storage.NewRouter());
  const ObjectRef<std::vector<int>> row = Put(std::vector<int>(10'000));
  EXPECT_GE(storage.budget().used_bytes(), 40'000u);
  EXPECT_TRUE(Free(row));
  EXPECT_LT(storage.budget().used_bytes(), 40'000u);
}

TEST(FreeTest, ReadersAndOneWhoFreesMeetAnywhere) {
  BareRuntime runtime;
  for (int round = 0; round < 2'000; ++round) {
    const ObjectRef<std::string> ref = Put<std::string>("a text that is longer than what fits inside a string itself");
    std::atomic<int> freed = 0;
    const auto read = [&ref] {
      ErrorPtr error;
      const std::shared_ptr<const void> view = ref.state()->View(&error);
      EXPECT_NE(view == nullptr, error == nullptr);
      if (view != nullptr) {
        EXPECT_EQ(static_cast<const std::string*>(view.get())->size(), 59u);
      }
    };
    std::thread other([&] {
      read();
      freed += Free(ref) ? 1 : 0;
    });
    freed += Free(ref) ? 1 : 0;
    read();
    other.join();
    EXPECT_EQ(freed, 1);
  }
}

TEST(WeakObjectRefTest, FindsTheObjectAsLongAsItIsKept) {
  BareRuntime runtime;
  ObjectRef<int> ref = Put(4);
  const WeakObjectRef<int> weak = ref;
  const WeakObjectRef<int> another = ref;
  WeakObjectRef<int> copy = weak;
  EXPECT_EQ(weak.Lock(), ref);
  EXPECT_EQ(*Get(another.Lock()), 4);
  ref = {};
  EXPECT_FALSE(weak.Lock().valid());
  EXPECT_FALSE(another.Lock().valid());
  EXPECT_FALSE(copy.Lock().valid());
  copy = WeakObjectRef<int>();
  EXPECT_FALSE(copy.Lock().valid());
  EXPECT_EQ(runtime.core().counts().object_count, 0);
}

TEST(WeakObjectRefTest, OneThatWentBeforeTheObjectLeavesNothing) {
  BareRuntime runtime;
  const ObjectRef<int> ref = Put(4);
  { const WeakObjectRef<int> weak = ref; }
  const WeakObjectRef<int> again = ref;
  EXPECT_EQ(again.Lock(), ref);
}

TEST(WeakObjectRefTest, FindsWhatATaskWillGive) {
  BareRuntime runtime;
  auto [promise, late] = MakePromise<int>();
  const WeakObjectRef<int> weak = Task<Twice>().Remote(late);
  const ObjectRef<int> again = weak.Lock();  // The task waits, so its result is alive.
  ASSERT_TRUE(again.valid());
  promise.Set(21);
  EXPECT_EQ(*Get(again), 42);
}

TEST(WeakObjectRefTest, LockAndTheLastReleaseMeetAnywhere) {
  BareRuntime runtime;
  for (int round = 0; round < 2'000; ++round) {
    ObjectRef<int> ref = Put(round);
    const WeakObjectRef<int> weak = ref;
    std::thread other([weak, round] {
      if (const ObjectRef<int> found = weak.Lock()) {
        EXPECT_EQ(*Get(found), round);
      }
    });
    ref = {};
    const ObjectRef<int> found = weak.Lock();
    other.join();
    EXPECT_EQ(found.valid(), weak.Lock().valid());
  }
  EXPECT_EQ(runtime.core().counts().object_count, 0);
}

TEST(BatchTest, GetHasOneTimeoutForAll) {
  BareRuntime runtime;
  auto [promise, pending] = MakePromise<int>();
  const std::vector<ObjectRef<int>> refs = {Put(1), pending, pending, pending};
  EXPECT_THROW(Get(refs, {.timeout_ns = 1'000'000}), GetTimeout);
  promise.Set(2);
  EXPECT_EQ(*Get(refs, {.timeout_ns = 1'000'000'000}).back(), 2);
  Get(std::vector<ObjectRef<void>>{Task<[] {}>().Remote(), Task<[] {}>().Remote()});
}

TEST(BatchTest, WaitTakesAPartOfAList) {
  BareRuntime runtime;
  auto [promise, pending] = MakePromise<int>();
  const std::vector<ObjectRef<int>> refs = {Put(1), pending, Put(2)};
  const WaitResult<int> result = Wait(std::span(refs).subspan(1), {.count = 1});
  EXPECT_THAT(result.ready, testing::ElementsAre(refs[2]));
  EXPECT_THAT(result.pending, testing::ElementsAre(refs[1]));
}

TEST(BatchTest, CancelEndsThoseThatHaveNoResult) {
  BareRuntime runtime;
  auto [promise, late] = MakePromise<int>();
  std::vector<ObjectRef<int>> refs = {Put(1)};
  for (int i = 0; i < 3; ++i) refs.push_back(Task<Twice>().Remote(late));
  EXPECT_EQ(Cancel(refs), 3u);
  EXPECT_EQ(TypeOf(refs[3]), ErrorType::kTaskCancelled);
  EXPECT_EQ(Cancel(refs), 0u);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
