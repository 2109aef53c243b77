// Faults of the seed project RustyRay that are about tasks, actors and shutdown: each is a test here, by its number.
// docs/reference/faults.md lists all of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "api/testing.h"
#include "tests/faults/program.h"
#include "tests/faults/same_name.h"

namespace manta {
namespace {

using manta::testing::Check;
using manta::testing::Explore;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

int Increment(int x) { return x + 1; }
int ThrowNumber(int x) { throw x; }

// The error of a failed task was lost, and its dependents waited 9.5 s to hear that there was no such object.
TEST(SeedFaults, B05_AFailureReachesTheEndOfAChainAtOnce) {
  const auto explored = Explore({.seeds = 100}, [] {
    auto [promise, late] = MakePromise<int>();
    const ObjectRef<int> a = Task<ThrowNumber>().Remote(late);
    const ObjectRef<int> b = Task<Increment>().Remote(a);
    const ObjectRef<int> c = Task<Increment>({.name = "last"}).Remote(b);
    promise.Set(42);
    // Simulated time passes when all wait, and by some nanoseconds at each switch: nothing else is waited for.
    const ErrorPtr error = RecordOf(c, {.timeout_ns = kMillisecondNs});
    Check(error != nullptr && error->type == ErrorType::kDependencyFailed, "the dependent fails at once");
    Check(error->task == "last" && error->skipped_count == 1, "it says who it is, and how many are between");
    Check(error->cause != nullptr && error->cause->type == ErrorType::kTaskFailed, "its cause is the first error");
    Check(error->cause->task.ends_with("ThrowNumber") && error->cause->thrown_type == "int",
          "which says what was thrown, and where");
    Check(error->attempt == 0, "the dependent never ran");
  });
  EXPECT_TRUE(explored.ok()) << explored.failure;
}

using NumberRef = ObjectRef<int>;
struct Holder {
  ObjectRef<int> inner;
  int extra = 0;
};
struct DeepHolder {
  std::vector<Holder> holders;
};

// A parameter that is a reference got the value's bytes, read as the name of somebody else's object.
TEST(SeedFaults, B06_ReferencesStayReferencesUnlessTheParameterIsAValue) {
  Runtime runtime = Init();
  const ObjectRef<int> nine = Put(9);
  EXPECT_EQ(*Get(Task<[](int value) { return value; }>().Remote(nine)), 9);
  EXPECT_EQ(*Get(Task<[](const int& value) { return value; }>().Remote(nine)), 9);
  EXPECT_EQ(*Get(Task<[](ObjectRef<int> ref) { return *Get(ref); }>().Remote(nine)), 9);
  EXPECT_EQ(*Get(Task<[](const NumberRef& ref) { return *Get(ref); }>().Remote(nine)), 9);
  EXPECT_EQ(*Get(Task<[](const std::vector<ObjectRef<int>>& refs) { return *Get(refs.at(1)); }>().Remote(
                std::vector<ObjectRef<int>>{Put(1), nine})),
            9);
  EXPECT_EQ(
      *Get(Task<[](const Holder& holder) { return *Get(holder.inner) + holder.extra; }>().Remote(Holder{nine, 1})), 10);
  const ObjectRef<DeepHolder> deep = Put(DeepHolder{{Holder{nine, 2}, Holder{Put(5), 3}}});
  EXPECT_EQ(*Get(Task<[](const DeepHolder& value) {
                   int sum = 0;
                   for (const Holder& holder : value.holders) sum += *Get(holder.inner) + holder.extra;
                   return sum;
                 }>()
                     .Remote(deep)),
            19);
  const ObjectRef<NumberRef> made = Task<[](int x) { return Put(x); }>().Remote(4);
  EXPECT_EQ(*Get(*Get(made)), 4);
}

struct Waits {
  int Wait(ObjectRef<int> gate) { return *Get(gate); }
  int One() { return 1; }
};

// With more than 1,000 calls on their way, shutdown never ended.
TEST(SeedFaults, B07_ShutdownEndsHoweverManyAreOnTheirWay) {
  for (const int count : {1'000, 10'000, 100'000}) {
    Runtime runtime = Init({.set = {"worker_count: 2"}});
    auto [promise, gate] = MakePromise<int>();
    const ActorHandle<Waits> actor = Actor<Waits>().Remote();
    const ObjectRef<int> running = actor.Task<&Waits::Wait>().Remote(Put(0));
    EXPECT_EQ(*Get(running), 0);
    std::vector<ObjectRef<int>> refs;
    refs.push_back(actor.Task<&Waits::Wait>().Remote(gate));  // Holds the others back.
    for (int i = 1; i < count; ++i) {
      refs.push_back(i % 2 == 0 ? actor.Task<&Waits::One>().Remote() : Task<Increment>().Remote(gate));
    }
    runtime.Shutdown();
    for (const ObjectRef<int>& ref : refs) {
      const ErrorPtr error = RecordOf(ref);
      ASSERT_NE(error, nullptr);
      ASSERT_THAT(error->ToString(), HasSubstr("the runtime was shut down"));
    }
  }
}

// The second function of a name ran the first one's code.
TEST(SeedFaults, B11_FunctionsOfOneNameAreTwo) {
  Runtime runtime = Init();
  for (int i = 1; i < 100; ++i) {
    const ObjectRef<int> first = SubmitFirstWork(i);
    const ObjectRef<int> second = SubmitSecondWork(i);
    EXPECT_EQ(*Get(first), 2 * i);
    EXPECT_EQ(*Get(second), -i);
  }
}

// Nothing could be cancelled, and what had timed out left its entries.
TEST(SeedFaults, B16_AHundredThousandCancelledTasksLeaveNothing) {
  constexpr int kCount = 100'000;
  Runtime runtime = Init({.set = {"worker_count: 2"}});
  {
    auto [promise, never] = MakePromise<int>();
    std::vector<ObjectRef<int>> refs;
    refs.reserve(kCount);
    for (int i = 0; i < kCount; ++i) {
      refs.push_back(i % 2 == 0 ? Task<Increment>().Remote(never)
                                : Task<Increment>({.timeout_ns = 3600 * kSecondNs}).Remote(refs.back()));
    }
    size_t cancelled = 0;
    for (int i = 0; i < kCount; i += 2) cancelled += Cancel(refs[i]) ? 1 : 0;
    EXPECT_EQ(cancelled, size_t{kCount / 2});
    for (int i = 0; i < kCount; ++i) {
      const ErrorPtr error = RecordOf(refs[i]);
      ASSERT_NE(error, nullptr);
      ASSERT_EQ(error->type, i % 2 == 0 ? ErrorType::kTaskCancelled : ErrorType::kDependencyFailed);
    }
    EXPECT_EQ(runtime.counts().pending_count, 0);
    EXPECT_FALSE(Cancel(refs[0])) << "what has ended stays as it is";
    promise.Set(1);
  }
  ExpectNothingLeft(runtime);
}

// A task that waited was not woken by its own timeout, but by the next message, if one came.
TEST(SeedFaults, B17_ATimeoutComesInTimeWithoutTraffic) {
  const auto explored = Explore({.seeds = 100}, [] {
    auto [promise, never] = MakePromise<int>();
    const ObjectRef<int> waiting = Task<Increment>({.timeout_ns = 500 * kMillisecondNs}).Remote(never);
    const ErrorPtr before = RecordOf(waiting, {.timeout_ns = 499 * kMillisecondNs});
    Check(before != nullptr && before->type == ErrorType::kGetTimeout, "not earlier");
    const ErrorPtr error = RecordOf(waiting, {.timeout_ns = 2 * kMillisecondNs});
    Check(error != nullptr && error->type == ErrorType::kTaskTimeout, "and not later");
  });
  EXPECT_TRUE(explored.ok()) << explored.failure;
}

std::atomic<int> blocked_count;
std::atomic<bool> let_go;

void Block() {
  ++blocked_count;
  blocked_count.notify_all();
  let_go.wait(false);
}

// Tasks that block took the threads that everything else needed.
TEST(SeedFaults, B18_BlockedWorkersHoldNobodyElseUp) {
  constexpr int kWorkers = 2;
  Runtime runtime = Init({.set = {"worker_count: 2"}});
  blocked_count = 0;
  let_go = false;
  std::vector<ObjectRef<void>> blocked;
  for (int i = 0; i < kWorkers + 1; ++i) blocked.push_back(Task<Block>().Remote());
  for (int seen = blocked_count; seen < kWorkers; seen = blocked_count) blocked_count.wait(seen);
  EXPECT_EQ(*Get(Put(7)), 7);
  EXPECT_EQ(*Get(Task<Increment>().Remote(1)), 2) << "who waits runs what nobody has started";
  const ActorHandle<Waits> actor = Actor<Waits>().Remote();
  EXPECT_EQ(*Get(actor.Task<&Waits::One>().Remote()), 1);
  auto [promise, never] = MakePromise<int>();
  const ErrorPtr late = RecordOf(Task<Increment>({.timeout_ns = kMillisecondNs}).Remote(never));
  ASSERT_NE(late, nullptr);
  EXPECT_EQ(late->type, ErrorType::kTaskTimeout) << "timers have a thread of their own";
  let_go = true;
  let_go.notify_all();
  for (const ObjectRef<void>& ref : blocked) Get(ref);
}

struct CallsItself {
  int One() { return 1; }
  int GetsOne() { return *Get(CurrentActor().handle<CallsItself>().Task<&CallsItself::One>().Remote()); }
  Coroutine<int> AwaitsOne() {
    co_return *co_await CurrentActor().handle<CallsItself>().Task<&CallsItself::One>().Remote();
  }
};

// An actor that waited for itself hung for ever, and nothing said so.
TEST(SeedFaults, B20_AnActorThatWaitsForItselfIsTold) {
  Runtime runtime = Init();
  const ActorHandle<CallsItself> actor = Actor<CallsItself>().Remote();
  const ErrorPtr error = RecordOf(actor.Task<&CallsItself::GetsOne>().Remote());
  ASSERT_NE(error, nullptr);
  ASSERT_NE(error->cause, nullptr);
  EXPECT_EQ(error->cause->type, ErrorType::kDeadlock);
  EXPECT_THAT(error->ToString(), HasSubstr("CallsItself::GetsOne"));
  EXPECT_THAT(error->ToString(), HasSubstr("CallsItself::One"));
  EXPECT_EQ(*Get(actor.Task<&CallsItself::One>().Remote()), 1) << "the actor goes on";
  EXPECT_EQ(*Get(actor.Task<&CallsItself::AwaitsOne>().Remote()), 1) << "a coroutine gives its turn away";
  const ActorHandle<CallsItself> two = Actor<CallsItself>({.concurrency_max = 2}).Remote();
  EXPECT_EQ(*Get(two.Task<&CallsItself::GetsOne>().Remote()), 1);
}

struct SlowToMake {
  explicit SlowToMake(int start) : value(start) {}
  int Add(int amount) { return value += amount; }
  int value;
};

// A call returned its reference after it had run, and the constructor ran on the caller.
TEST(SeedFaults, B21_CallsReturnBeforeTheConstructorRuns) {
  const auto explored = Explore({.seeds = 50}, [] {
    auto [promise, start] = MakePromise<int>();
    const ActorHandle<SlowToMake> actor = Actor<SlowToMake>().Remote(start);
    std::vector<ObjectRef<int>> sums;
    for (int i = 0; i < 100; ++i) sums.push_back(actor.Task<&SlowToMake::Add>().Remote(1));
    for (const ObjectRef<int>& sum : sums) Check(!sum.ready(), "nothing runs before the constructor");
    promise.Set(10);
    for (int i = 0; i < 100; ++i) Check(*Get(sums[i]) == 11 + i, "calls keep the order of their caller");
  });
  EXPECT_TRUE(explored.ok()) << explored.failure;
}

// Wait waited for all, one after another, and had neither number nor timeout.
TEST(SeedFaults, B24_WaitTakesSomeOfManyInTime) {
  Runtime runtime = Init();
  auto [promise, pending] = MakePromise<int>();
  const ObjectRef<int> failed = Task<ThrowNumber>().Remote(1);
  const ObjectRef<int> value = Put(2);
  const WaitResult<int> two = Wait<int>({pending, failed, value, value}, {.count = 2});
  EXPECT_EQ(two.ready.size(), 2u) << "an error is ready, too";
  EXPECT_EQ(two.pending.size(), 2u);
  const WaitResult<int> twice = Wait<int>({value, value}, {.count = 2});
  EXPECT_THAT(twice.ready, ElementsAre(value, value));
  const WaitResult<int> look = Wait<int>({pending, value}, {.count = 2, .timeout_ns = 0});
  EXPECT_THAT(look.ready, ElementsAre(value));
  EXPECT_THAT(look.pending, ElementsAre(pending));
  const WaitResult<int> late = Wait<int>({pending}, {.count = 1, .timeout_ns = kMillisecondNs});
  EXPECT_TRUE(late.ready.empty());
  EXPECT_TRUE(Wait(std::vector<ObjectRef<int>>(), {.count = 1}).ready.empty());
  promise.Set(3);
  EXPECT_EQ(Wait<int>({pending, value}, {.count = 9}).ready.size(), 2u);
}

std::atomic<int> made_count;

struct Makes {
  Makes() { ++made_count; }
  ~Makes() { --made_count; }
  void Make(int more) {
    if (more == 0) return;
    const ActorHandle<Makes> child = Actor<Makes>().Remote();
    child.Task<&Makes::Make>().Send(more - 1);
    ++begun;
  }
  static inline std::atomic<int> begun;
};

// A lock was held over a wait: full mailboxes of actors that make actors could stop the shutdown for ever.
TEST(SeedFaults, B26_ShutdownEndsActorsThatMakeActors) {
  for (int round = 0; round < 5; ++round) {
    Runtime runtime = Init({.set = {"worker_count: 2"}});
    made_count = 0;
    Makes::begun = 0;
    std::vector<ActorHandle<Makes>> actors;
    for (int i = 0; i < 8; ++i) actors.push_back(Actor<Makes>().Remote());
    for (int i = 0; i < 40'000; ++i) actors[i % 8].Task<&Makes::Make>().Send(3);
    while (Makes::begun < 100 * round) std::this_thread::yield();
    runtime.Shutdown();
    EXPECT_EQ(made_count, 0) << "every instance is destroyed";
  }
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
