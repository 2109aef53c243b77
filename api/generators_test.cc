// Tasks and methods that yield items.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/actor.h"
#include "api/generator.h"
#include "api/promise.h"
#include "api/result.h"
#include "api/task.h"
#include "tests/support/bare_runtime.h"

namespace manta {
namespace {

using testing::HasSubstr;

Generator<int> Count(int count) {
  for (int i = 0; i < count; ++i) co_yield i;
}

std::string ErrorOf(const auto& ref) { return std::string(TryGet(ref).status().message()); }

TEST(GeneratorTest, GivesItsItemsInOrder) {
  BareRuntime runtime;
  for (const int count : {0, 1, 31, 32, 33, 10'000}) {
    int next = 0;
    RefStream<int> items = Task<Count>().Remote(count);
    for (const ObjectRef<int>& ref : items) {
      EXPECT_TRUE(ref.ready());
      ASSERT_EQ(*Get(ref), next++);
    }
    EXPECT_EQ(next, count);
    EXPECT_EQ(items.Next(), std::nullopt) << "the end stays the end";
  }
}

TEST(GeneratorTest, OneThreadIsEnough) {
  BareRuntime runtime({.workers = {.worker_count = 1, .spare_count_max = 0, .thread_count_max = 1}});
  RefStream<int> a = Task<Count>({.items_ahead_max = 1}).Remote(1'000);
  RefStream<int> b = Task<Count>({.items_ahead_max = 3}).Remote(1'000);
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_EQ(*Get(*a.Next()), i);
    ASSERT_EQ(*Get(*b.Next()), i);
  }
  EXPECT_EQ(a.Next(), std::nullopt);
}

std::atomic<int> made;
Generator<int> CountMade(int count) {
  for (int i = 0; i < count; ++i) {
    ++made;
    co_yield i;
  }
}

TEST(GeneratorTest, IsNeverFurtherAheadThanAllowed) {
  made = 0;
  BareRuntime runtime;
  RefStream<int> items = Task<CountMade>({.items_ahead_max = 4}).Remote(100);
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(*Get(*items.Next()), i);
    ASSERT_LE(made, i + 1 + 4 + 1);  // Taken, lying there, and being yielded.
  }
}

TEST(GeneratorTest, AnErrorIsTheItemWhereItOccurs) {
  BareRuntime runtime;
  RefStream<int> items = Task<[](int good) -> Generator<int> {
                           for (int i = 0; i < good; ++i) co_yield i;
                           throw std::runtime_error("no more flour");
                         }>()
                             .Remote(2);
  EXPECT_EQ(*Get(*items.Next()), 0);
  EXPECT_EQ(*Get(*items.Next()), 1);
  EXPECT_THAT(ErrorOf(*items.Next()), HasSubstr("no more flour"));
  EXPECT_EQ(items.Next(), std::nullopt);
  RefStream<int> none = Task<Count>().Remote(Task<[]() -> int { throw std::runtime_error("no count"); }>().Remote());
  EXPECT_THAT(ErrorOf(*none.Next()), HasSubstr("no count"));
  EXPECT_EQ(none.Next(), std::nullopt);
}

// Tells when it is destroyed.
struct Guard {
  explicit Guard(std::atomic<int>* count) : count(count) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() { ++*count; }
  std::atomic<int>* count;
};
Generator<std::string> Endless(std::atomic<int>* ended) {
  const Guard guard(ended);
  for (;;) co_yield std::string("an item that owns memory, since it is longer than a string holds");
}

TEST(GeneratorTest, ATakerThatGoesEndsIt) {
  std::atomic<int> ended = 0;
  BareRuntime runtime;
  for (const uint32_t ahead : {1u, 4u, 1'000'000u}) {
    ended = 0;
    {
      RefStream<std::string> items = Task<Endless>({.items_ahead_max = ahead}).Remote(&ended);
      for (int i = 0; i < 10; ++i) EXPECT_TRUE(items.Next().has_value());
    }
    while (ended == 0) std::this_thread::yield();
  }
  { const RefStream<std::string> never = Task<Endless>().Remote(&ended); }
  runtime.core().Stop();
  EXPECT_EQ(runtime.core().counts().object_count, 0);
}

TEST(GeneratorTest, ShutdownEndsItAndItsTaker) {
  std::atomic<int> ended = 0;
  auto runtime = std::make_unique<BareRuntime>();
  RefStream<std::string> items = Task<Endless>({.items_ahead_max = 2}).Remote(&ended);
  EXPECT_TRUE(items.Next().has_value());
  while (items.Next({.timeout_ns = 0}) == std::nullopt) continue;
  runtime->core().Stop();
  runtime = nullptr;
  EXPECT_EQ(ended, 1);
  int rest = 0;
  std::string last;
  for (const ObjectRef<std::string>& ref : items) {
    ++rest;
    last = ErrorOf(ref);
  }
  EXPECT_GE(rest, 1);
  EXPECT_THAT(last, HasSubstr("shut down"));
}

TEST(GeneratorTest, NextHasATimeout) {
  BareRuntime runtime;
  auto [promise, late] = MakePromise<int>();
  RefStream<int> items = Task<Count>().Remote(late);
  EXPECT_THROW(items.Next({.timeout_ns = 1'000'000}), GetTimeout);
  promise.Set(1);
  EXPECT_EQ(*Get(*items.Next({.timeout_ns = 60'000'000'000})), 0);
}

TEST(GeneratorTest, ItsItemsAreObjectsLikeOthers) {
  BareRuntime runtime;
  std::vector<ObjectRef<int>> kept;
  for (const ObjectRef<int>& ref : Task<Count>().Remote(100)) {
    kept.push_back(Task<[](int x) { return x * x; }>().Remote(ref));
  }
  EXPECT_EQ(*Get(kept[99]), 99 * 99);
}

TEST(GeneratorTest, ARetryLeavesOutWhatWasGiven) {
  static std::atomic<int> attempts;
  attempts = 0;
  BareRuntime runtime;
  std::vector<int> taken;
  RefStream<int> items = Task<[]() -> Generator<int> {
                           const int fails_at = 3 * ++attempts;
                           for (int i = 0; i < 10; ++i) {
                             if (i == fails_at) throw std::runtime_error("again");
                             co_yield i;
                           }
                         }>({.retries_max = 5})
                             .Remote();
  for (const ObjectRef<int>& ref : items) taken.push_back(*Get(ref));
  EXPECT_THAT(taken, testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_EQ(attempts, 4);
}

Generator<int> Squares(RefStream<int> numbers) {
  while (const std::optional<ObjectRef<int>> number = co_await numbers) {
    const int value = *co_await *number;
    co_yield value* value;
  }
}
Coroutine<int> Total(RefStream<int> numbers) {
  int total = 0;
  while (const std::optional<ObjectRef<int>> number = co_await numbers) total += *co_await *number;
  co_return total;
}

TEST(GeneratorTest, AreLinkedToPipelines) {
  for (const uint32_t workers : {1u, 4u}) {
    BareRuntime runtime({.workers = {.worker_count = workers}});
    for (const uint32_t ahead : {1u, 32u}) {
      RefStream<int> squares = Task<Squares>({.items_ahead_max = ahead}).Remote(Task<Count>().Remote(1'000));
      EXPECT_EQ(*Get(Task<Total>().Remote(std::move(squares))), 332'833'500);
    }
  }
}

TEST(GeneratorTest, APipelineEndsWithItsTaker) {
  BareRuntime runtime;
  {
    RefStream<int> squares = Task<Squares>({.items_ahead_max = 2}).Remote(Task<Count>().Remote(1'000'000'000));
    for (int i = 0; i < 5; ++i) EXPECT_EQ(*Get(*squares.Next()), i * i);
  }
  runtime.core().Stop();
  EXPECT_EQ(runtime.core().counts().object_count, 0);
}

class Shelf {
 public:
  Generator<int> Items(int count) {
    for (int i = 0; i < count; ++i) {
      ++given_;
      co_yield i;
    }
  }
  int given() const { return given_; }

 private:
  int given_ = 0;
};

TEST(GeneratorTest, AMethodYieldsAndOthersRunMeanwhile) {
  BareRuntime runtime;
  const ActorHandle<Shelf> shelf = Actor<Shelf>().Remote();
  RefStream<int> a = shelf.Task<&Shelf::Items>({.items_ahead_max = 2}).Remote(100);
  RefStream<int> b = shelf.Task<&Shelf::Items>({.items_ahead_max = 2}).Remote(100);
  EXPECT_EQ(*Get(*a.Next()), 0);
  EXPECT_LE(*Get(shelf.Task<&Shelf::given>().Remote()), 8);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(*Get(*b.Next()), i);
  for (int i = 1; i < 100; ++i) ASSERT_EQ(*Get(*a.Next()), i);
  EXPECT_EQ(a.Next(), std::nullopt);
  EXPECT_EQ(*Get(shelf.Task<&Shelf::given>().Remote()), 200);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
