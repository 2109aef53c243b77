// Hard bugs that Ray's users have met (Ray's issues, github.com/ray-project/ray), as scenarios: those that can happen
// in one process are tests here, by their number. docs/reference/faults.md lists all of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "api/testing.h"
#include "tests/faults/program.h"
#include "tests/support/strict_test.h"

namespace manta {

struct Link {
  int number = 0;
  std::optional<ObjectRef<Link>> next;
};

namespace {

using manta::testing::Check;
using manta::testing::Draw;
using manta::testing::Explore;
using manta::testing::MaySwitch;
using manta::testing::PassTime;
using ::testing::HasSubstr;

using IntRefs = std::vector<ObjectRef<int>>;

int Increment(int x) { return x + 1; }

// Weak references tell here what is alive: where values lie in the store, none is to be cached for them.
[[maybe_unused]] const int kNothingIsCached =
    setenv("MANTA_SET",
           "object_store { name: \"manta.object_store.heap\" typed_config {"
           " [type.googleapis.com/manta.plugins.object_store.heap.v1.HeapStoreConfig] {"
           " cache_bytes_max: 0 } } }",
           /*overwrite=*/0);

TEST(RayScenarios, F02_AnInnerObjectOutlivesItsContainersReadTwice) {
  Runtime runtime = Init();
  {
    ObjectRef<int> c = Put(3);
    const WeakObjectRef<int> weak = c;
    ObjectRef<IntRefs> b = Put(IntRefs{c});
    c = {};
    ObjectRef<std::vector<ObjectRef<IntRefs>>> a = Put(std::vector<ObjectRef<IntRefs>>{b});
    b = {};
    {
      const ObjectRef<IntRefs> b_read = Get(a)->front();
      const ObjectRef<int> c_read = Get(b_read)->front();
      EXPECT_EQ(*Get(c_read), 3);
    }
    const ObjectRef<IntRefs> b_again = Get(a)->front();
    a = {};
    const ObjectRef<int> kept = Get(b_again)->front();
    EXPECT_EQ(*Get(kept), 3);
    EXPECT_EQ(kept, weak.Lock());
  }
  ExpectNothingLeft(runtime);
}

TEST(RayScenarios, F03_AChainOfReturnedReferencesIsFollowedToItsEnd) {
  Runtime runtime = Init();
  {
    ObjectRef<Link> at = Put(Link{0, std::nullopt});
    for (int i = 1; i <= 400; ++i) {
      at = Task<[](int number, ObjectRef<Link> next) { return Link{number, std::move(next)}; }>().Remote(i, at);
    }
    int last = 401;
    while (true) {
      const std::shared_ptr<const Link> link = Get(at);
      ASSERT_EQ(link->number, --last);
      if (!link->next.has_value()) break;
      at = *link->next;
    }
    EXPECT_EQ(last, 0);
  }
  ExpectNothingLeft(runtime);
}

TEST(RayScenarios, F05_AnArgumentInsideItsOwnTasksResultLives) {
  const auto explored = Explore({.seeds = 100}, [] {
    ObjectRef<int> argument = Put(5);
    const WeakObjectRef<int> weak = argument;
    ObjectRef<IntRefs> result = Task<[](ObjectRef<int> ref) { return IntRefs{ref}; }>().Remote(argument);
    argument = {};  // Right after the submit.
    Check(*Get(Get(result)->front()) == 5, "the argument lives inside the result");
    result = {};
    PassTime(kSecondNs);  // Everyone gets as far as they can.
    Check(!weak.Lock().valid(), "and goes with it");
  });
  EXPECT_TRUE(explored.ok()) << explored.failure;
}

TEST(RayScenarios, F06_AReferenceThatWasReturnedComesBackAsAnArgument) {
  Runtime runtime = Init({.set = {"worker_count: 1"}});
  {
    const ObjectRef<IntRefs> made = Task<[] { return IntRefs{Put(1), Task<Increment>().Remote(1)}; }>().Remote();
    const ObjectRef<int> sum =
        Task<[](int a, const IntRefs& refs) { return a + *Get(refs.at(1)); }>().Remote(Get(made)->front(), *Get(made));
    EXPECT_EQ(*Get(sum), 3);
    const ObjectRef<IntRefs> again = Task<[](IntRefs refs) { return refs; }>().Remote(made);
    EXPECT_EQ(Get(again)->front(), Get(made)->front()) << "it is the same object";
  }
  ExpectNothingLeft(runtime);
}

TEST(RayScenarios, F10_CancelResolutionAndPutsMeetWithoutADeadlock) {
  Runtime runtime = Init({.set = {"worker_count: 2"}});
  for (int round = 0; round < 500; ++round) {
    auto [promise, late] = MakePromise<int>();
    IntRefs dependents;
    for (int i = 0; i < 8; ++i) dependents.push_back(Task<Increment>().Remote(late));
    std::thread cancels([dependents] {
      for (const ObjectRef<int>& ref : dependents) Cancel(ref);
    });
    std::thread puts([] {
      for (int i = 0; i < 50; ++i) EXPECT_EQ(*Get(Put(i)), i);
    });
    promise.Set(round);
    for (const ObjectRef<int>& ref : dependents) {
      const ErrorPtr error = RecordOf(ref);
      if (error == nullptr) {
        ASSERT_EQ(*Get(ref), round + 1);
      } else {
        ASSERT_EQ(error->type, ErrorType::kTaskCancelled);
      }
    }
    cancels.join();
    puts.join();
  }
  ExpectNothingLeft(runtime);
}

struct Keeps {
  Keeps(int, const IntRefs& inner) : kept(inner.front()) {}
  int Read() { return *Get(kept); }
  IntRefs Make(int value) { return {Put(value), kept}; }
  ObjectRef<int> kept;
};

TEST(RayScenarios, F11_AnActorThatIsNeverMadeReleasesItsArguments) {
  for (const bool kill : {false, true}) {
    Runtime runtime = Init();
    {
      ObjectRef<int> captured = Put(4);
      auto [promise, never] = MakePromise<int>();
      ActorHandle<Keeps> actor = Actor<Keeps>().Remote(never, IntRefs{captured});
      captured = {};
      const ObjectRef<int> call = actor.Task<&Keeps::Read>().Remote();
      if (kill) {
        actor.Kill();
        const ErrorPtr error = RecordOf(call);
        ASSERT_NE(error, nullptr);
        EXPECT_EQ(error->type, ErrorType::kActorDied);
      }
    }
    ExpectNothingLeft(runtime);
  }
}

TEST(RayScenarios, F11_AKilledActorReleasesItsArgumentsAtOnce) {
  const auto explored = Explore({.seeds = 200}, [] {
    ObjectRef<int> captured = Put(4);
    const WeakObjectRef<int> weak = captured;
    auto [promise, never] = MakePromise<int>();
    ActorHandle<Keeps> actor = Actor<Keeps>().Remote(never, IntRefs{captured});
    captured = {};
    if (Draw(2) == 0) MaySwitch();
    actor.Kill();
    actor = {};
    PassTime(kSecondNs);  // Everyone gets as far as they can.
    Check(!weak.Lock().valid(), "what the constructor would have got is gone before the promise is kept");
    promise.Set(1);
  });
  EXPECT_TRUE(explored.ok()) << explored.failure;
}

struct Knows {
  void Remember(ActorHandle<Knows> other) { known = std::move(other); }
  int Forget() {
    known = {};
    return 1;
  }
  ActorHandle<Knows> known;
};

TEST(RayScenarios, F12_AnActorWithAHandleToItselfEndsWithoutAnyone) {
  Runtime runtime = Init();
  {
    ActorHandle<Knows> self = Actor<Knows>({.registered_name = "self"}).Remote();
    self.Task<&Knows::Remember>().Send(self);
    ActorHandle<Knows> by_name = Actor<Knows>().Remote();
    by_name.Task<&Knows::Remember>().Send(GetActor<Knows>("self"));
    ActorHandle<Knows> forgets = Actor<Knows>().Remote();
    forgets.Task<&Knows::Remember>().Send(forgets);
    EXPECT_EQ(*Get(forgets.Task<&Knows::Forget>().Remote()), 1);
  }
  ExpectNothingLeft(runtime);  // The one that still holds itself ends here; the process does, too.
}

std::atomic<int> alive_count;

struct Counted {
  Counted() { ++alive_count; }
  ~Counted() { --alive_count; }
  int Touch() { return 1; }
};

int Child(const ActorHandle<Counted>& handle) { return *Get(handle.Task<&Counted::Touch>().Remote()); }
ObjectRef<int> Parent() {
  const ActorHandle<Counted> handle = Actor<Counted>().Remote();
  return Task<Child>().Remote(handle);  // The parent ends; its child has the last handle.
}

TEST(RayScenarios, F13_AnActorEndsWithTheTaskThatHasItsLastHandle) {
  const auto explored = Explore({.seeds = 200}, [] {
    alive_count = 0;
    Check(*Get(*Get(Task<Parent>().Remote())) == 1, "the child finds the actor alive");
    PassTime(kSecondNs);  // Everyone gets as far as they can.
    Check(alive_count == 0, "the actor has ended");
  });
  EXPECT_TRUE(explored.ok()) << explored.failure;
}

TEST(RayScenarios, F14_WhatAnActorMadeOutlivesIt) {
  Runtime runtime = Init();
  {
    ActorHandle<Keeps> actor = Actor<Keeps>().Remote(0, IntRefs{Put(8)});
    const ObjectRef<IntRefs> made = actor.Task<&Keeps::Make>().Remote(9);
    Get(made);
    actor = {};
    EXPECT_EQ(*Get(Get(made)->at(0)), 9);
    EXPECT_EQ(*Get(Get(made)->at(1)), 8);
  }
  ExpectNothingLeft(runtime);
}

TEST(RayScenarios, F18_ReboundNamesKeepTheStoreFlat) {
  constexpr size_t kBytes = size_t{8} << 20;
  // A name has its old object until it gets the new one: there is room for these two, and where Put makes a copy (when
  // every value is stored) for that, and for half of another one.
  const size_t budget = (IsStrictTest() ? 3 : 2) * kBytes + kBytes / 2;
  Runtime runtime = Init({.set = {"put_timeout_ms: 0 memory_bytes_max: " + std::to_string(budget)}});
  {
    constexpr auto kSize = [](std::span<const char> bytes) { return bytes.size(); };
    ObjectRef<Array<char>> data;
    ObjectRef<size_t> ref;
    for (int i = 0; i < 100; ++i) {
      data = Put(BuildArray<char>(kBytes, [i](std::span<char> bytes) { bytes.back() = static_cast<char>(i); }));
      ref = Task<kSize>().Remote(data);
      ASSERT_EQ(*Get(ref), kBytes);
      ASSERT_LE(runtime.object_store().Stats().used_bytes, kBytes + 4096) << "the old one has gone";
    }
  }
  ExpectNothingLeft(runtime);
}

TEST(RayScenarios, F19_FreedMemoryReturnsWithTheLastViewAndThenItDoes) {
  Runtime runtime = Init();
  {
    const ObjectRef<Array<char>> ref =
        Put(BuildArray<char>(1 << 20, [](std::span<char> bytes) { bytes.front() = 'v'; }));
    std::shared_ptr<const Array<char>> view = Get(ref);
    EXPECT_TRUE(Free(ref));
    EXPECT_GE(runtime.object_store().Stats().used_bytes, uint64_t{1} << 20);
    EXPECT_EQ((*view)[0], 'v');
    view = nullptr;
    EXPECT_EQ(runtime.object_store().Stats().used_bytes, 0u);
  }
  ExpectNothingLeft(runtime);
}

IntRefs Page(int i) { return {Put(i), Put(i + 1)}; }

Generator<IntRefs> Pages(int count) {
  for (int i = 0; i < count; ++i) co_yield Page(i);
}

TEST(RayScenarios, F31_AStreamThatIsDroppedFreesItsItemsAndWhatIsInThem) {
  const auto explored = Explore({.seeds = 300}, [] {
    WeakObjectRef<int> inside;
    {
      RefStream<IntRefs> stream = Task<Pages>({.items_ahead_max = 4}).Remote(100);
      const uint64_t taken = Draw(6);
      for (uint64_t i = 0; i < taken; ++i) {
        const std::optional<ObjectRef<IntRefs>> page = stream.Next();
        inside = Get(*page)->front();
      }
      if (Draw(2) == 0) MaySwitch();
    }                     // With unread items, maybe while the generator is held back, maybe while it runs.
    PassTime(kSecondNs);  // Everyone gets as far as they can.
    Check(!inside.Lock().valid(), "an inner reference of a dropped stream is alive");
  });
  EXPECT_TRUE(explored.ok()) << explored.failure;
  Runtime runtime = Init();
  for (int round = 0; round < 50; ++round) {
    RefStream<IntRefs> stream = Task<Pages>({.items_ahead_max = 4}).Remote(100);
    for (int i = 0; i < round % 7; ++i) ASSERT_TRUE(stream.Next().has_value());
  }
  ExpectNothingLeft(runtime);
}

TEST(RayScenarios, F37_AReferenceWrittenByHandIsAnErrorAndNotADanglingOne) {
  Runtime runtime = Init();
  {
    ObjectRef<int> inner = Put(6);
    runtime.Put(ObjectId::ForTest(1), IntRefs{inner});
    inner = {};
    const std::string error = ErrorOf([&] { runtime.Get<IntRefs>(ObjectId::ForTest(1)); });
    EXPECT_THAT(error, HasSubstr(ObjectId::ForTest(1).ToHex()));
    EXPECT_NE(error, "no error");
    ThrowIfError(runtime.object_store().Delete(ObjectId::ForTest(1)));
  }
  ExpectNothingLeft(runtime);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
