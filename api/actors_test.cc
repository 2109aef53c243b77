// Actors as a program writes them.

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
#include "api/promise.h"
#include "api/result.h"
#include "tests/support/bare_runtime.h"
#include "tests/support/counting_actor.h"
#include "tests/support/error_of.h"

namespace manta {
namespace {

using testing::HasSubstr;

using Counter = CountingActor;

TEST(ActorsTest, CallsRunInTheOrderOfTheirCaller) {
  BareRuntime runtime;
  const ActorHandle<Counter> counter = Actor<Counter>().Remote(10);
  std::vector<ObjectRef<int>> counts;
  for (int i = 0; i < 10'000; ++i) counts.push_back(counter.Task<&Counter::Add>().Remote(1));
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(*Get(counts[i]), 11 + i);
  EXPECT_EQ(*Get(counter.Task<&Counter::count>().Remote()), 10'010);
}

TEST(ActorsTest, ManyCallersAreCountedOnceEach) {
  BareRuntime runtime({.workers = {.worker_count = 4}});
  const ActorHandle<Counter> counter = Actor<Counter>().Remote(0);
  std::vector<std::thread> callers;
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([counter] {
      for (int i = 0; i < 10'000; ++i) counter.Task<&Counter::Add>().Send(1);
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(*Get(counter.Task<&Counter::count>().Remote()), 40'000);
}

TEST(ActorsTest, ACallThatWaitsHoldsItsCallersLaterOnesBack) {
  BareRuntime runtime;
  const ActorHandle<Counter> counter = Actor<Counter>().Remote(0);
  auto [promise, amount] = MakePromise<int>();
  const ObjectRef<int> first = counter.Task<&Counter::Add>().Remote(amount);
  const ObjectRef<int> second = counter.Task<&Counter::Add>().Remote(1);
  int other = 0;
  std::thread([&] { other = *Get(counter.Task<&Counter::Add>().Remote(100)); }).join();
  EXPECT_EQ(other, 100);  // Another caller does not wait.
  EXPECT_FALSE(second.ready());
  promise.Set(10);
  EXPECT_EQ(*Get(second), 111);
  EXPECT_EQ(*Get(first), 110);
  auto [broken, never] = MakePromise<int>();
  const ObjectRef<int> failed = counter.Task<&Counter::Add>().Remote(never);
  const ObjectRef<int> behind = counter.Task<&Counter::Add>().Remote(1);
  const ObjectRef<int> cancelled = counter.Task<&Counter::Add>().Remote(never);
  const ObjectRef<int> last = counter.Task<&Counter::Add>().Remote(1);
  EXPECT_TRUE(Cancel(cancelled));
  broken.Fail("nothing comes");
  EXPECT_EQ(*Get(behind), 112);
  EXPECT_EQ(*Get(last), 113);
  EXPECT_THAT(ErrorOf([&] { Get(failed); }), HasSubstr("nothing comes"));
}

TEST(ActorsTest, AMethodThatThrowsLeavesTheActorAlive) {
  BareRuntime runtime;
  const ActorHandle<Counter> counter = Actor<Counter>().Remote(1);
  const std::string error = ErrorOf([&] { Get(counter.Task<&Counter::Fail>().Remote()); });
  EXPECT_THAT(error, HasSubstr("CountingActor::Fail"));
  EXPECT_THAT(error, HasSubstr("failed with std::runtime_error: method"));
  EXPECT_EQ(*Get(counter.Task<&Counter::Add>().Remote(1)), 2);
}

struct Unborn {
  explicit Unborn(const std::string& why) { throw std::invalid_argument(why); }
  int Method() { return 1; }
};

TEST(ActorsTest, AConstructorThatThrowsFailsEveryCall) {
  BareRuntime runtime;
  const ActorHandle<Unborn> actor = Actor<Unborn>().Remote(Put<std::string>("no ground"));
  const std::string error = ErrorOf([&] { Get(actor.Task<&Unborn::Method>().Remote()); });
  EXPECT_THAT(error, HasSubstr("could not be created"));
  EXPECT_THAT(error, HasSubstr("failed with std::invalid_argument: no ground"));
}

struct Mixed {
  Mixed(int number, ObjectRef<int> ref, std::string text)
      : number(number), ref(std::move(ref)), text(std::move(text)) {}
  std::string Tell() { return std::to_string(number) + text + std::to_string(*Get(ref)); }
  int number;
  ObjectRef<int> ref;
  std::string text;
};

TEST(ActorsTest, AConstructorTakesReferencesAndReadsOthers) {
  BareRuntime runtime;
  auto [promise, late] = MakePromise<int>();
  const ObjectRef<std::string> text = Put<std::string>("x");
  const ActorHandle<Mixed> mixed = Actor<Mixed>().Remote(late, Put(2), text);
  const ActorHandle<Mixed> plain = Actor<Mixed>().Remote(3, late, "y");
  promise.Set(1);
  EXPECT_EQ(*Get(mixed.Task<&Mixed::Tell>().Remote()), "1x2");
  EXPECT_EQ(*Get(plain.Task<&Mixed::Tell>().Remote()), "3y1");
}

TEST(ActorsTest, RestartsAreFencedByIncarnationsAndCounted) {
  BareRuntime runtime;
  const ActorHandle<Counter> counter =
      Actor<Counter>({.restart = {.restarts_max = 2}, .restart_on = [](const ErrorRecord&) { return true; }}).Remote(5);
  EXPECT_EQ(*Get(counter.Task<&Counter::Add>().Remote(1)), 6);
  for (uint64_t incarnation = 2; incarnation <= 3; ++incarnation) {
    EXPECT_THAT(ErrorOf([&] { Get(counter.Task<&Counter::Fail>().Remote()); }), HasSubstr("method"));
    EXPECT_EQ(*Get(counter.Task<&Counter::Add>().Remote(1)), 6);
    EXPECT_EQ(counter.incarnation(), incarnation);
  }
  EXPECT_THAT(ErrorOf([&] { Get(counter.Task<&Counter::Fail>().Remote()); }), HasSubstr("method"));
  EXPECT_THAT(ErrorOf([&] { Get(counter.Task<&Counter::Add>().Remote(1)); }),
              HasSubstr("ended by an error after 2 restarts"));
}

struct Flaky {
  explicit Flaky(int) {}
  int ThirdTime() {
    if (++calls < 3) throw std::runtime_error("again");
    return calls;
  }
  int Fail() {
    ++calls;
    throw std::runtime_error("method");
  }
  int Calls() { return calls; }
  int calls = 0;
};

TEST(ActorsTest, AMethodThatThrowsIsTriedAgainBeforeItsCallersLaterCalls) {
  BareRuntime runtime;
  for (const uint32_t concurrency : {1u, 2u}) {
    const ActorHandle<Flaky> flaky = Actor<Flaky>({.concurrency_max = concurrency}).Remote(0);
    const ObjectRef<int> third = flaky.Task<&Flaky::ThirdTime>({.retries_max = 5}).Remote();
    if (concurrency == 1) {
      EXPECT_EQ(*Get(flaky.Task<&Flaky::Calls>().Remote()), 3);
    }
    EXPECT_EQ(*Get(third), 3);
    EXPECT_THAT(ErrorOf([&] { Get(flaky.Task<&Flaky::Fail>({.retries_max = 1}).Remote()); }), HasSubstr("attempt 2"));
    EXPECT_EQ(*Get(flaky.Task<&Flaky::Calls>().Remote()), 5);
  }
}

TEST(ActorsTest, AfterAFailureCallsRunOnTheNextInstance) {
  BareRuntime runtime;
  constexpr auto kAny = [](const ErrorRecord&) { return true; };
  auto [promise, start] = MakePromise<int>();
  const ActorHandle<Flaky> flaky = Actor<Flaky>({.restart = {.restarts_max = 2}, .restart_on = kAny}).Remote(start);
  // All wait for the constructor's argument, and then for one turn.
  const ObjectRef<int> failed = flaky.Task<&Flaky::Fail>().Remote();
  const ObjectRef<int> calls = flaky.Task<&Flaky::Calls>().Remote();
  const ObjectRef<int> retried = flaky.Task<&Flaky::ThirdTime>({.retries_max = 9}).Remote();
  promise.Set(1);
  EXPECT_EQ(*Get(calls), 0);
  // A retry, too: each attempt meets an instance that has not been called, until no restart is left.
  EXPECT_THAT(ErrorOf([&] { Get(retried); }), HasSubstr("ended by an error after 2 restarts"));
  EXPECT_THAT(ErrorOf([&] { Get(failed); }), HasSubstr("method"));
  EXPECT_EQ(flaky.incarnation(), 3u);
}

TEST(ActorsTest, KillFailsWhatHasNotStarted) {
  BareRuntime runtime;
  struct Slow {
    int Run(const std::atomic<bool>* go) {
      while (!go->load()) std::this_thread::yield();
      return 1;
    }
  };
  std::atomic<bool> go{false};
  const ActorHandle<Slow> slow = Actor<Slow>().Remote();
  const ObjectRef<int> running = slow.Task<&Slow::Run>().Remote(&go);
  std::vector<ObjectRef<int>> queued;
  for (int i = 0; i < 100; ++i) queued.push_back(slow.Task<&Slow::Run>().Remote(&go));
  slow.Kill("enough");
  go = true;
  for (const ObjectRef<int>& call : queued) {
    EXPECT_THAT(ErrorOf([&] { Get(call); }), testing::AnyOf(HasSubstr("was killed: enough"), HasSubstr("no error")));
  }
  EXPECT_THAT(ErrorOf([&] { Get(slow.Task<&Slow::Run>().Remote(&go)); }), HasSubstr("was killed: enough"));
}

// It was put aside for its argument, came back when that was there, and stands behind the call that ends the actor.
TEST(ActorsTest, ACallThatCameBackEndsWithItsActor) {
  BareRuntime runtime;
  struct Holds {
    void Hold(std::atomic<bool>* begun, const std::atomic<bool>* go) {
      *begun = true;
      begun->notify_one();
      go->wait(false);
    }
    int Same(int n) { return n; }
    void Fail() { throw std::runtime_error("method"); }
  };
  const ActorHandle<Holds> actor = Actor<Holds>({.restart_on = [](const ErrorRecord&) { return true; }}).Remote();
  auto [promise, number] = MakePromise<int>();
  actor.Task<&Holds::Same>().Send(number);  // Nobody but the runtime keeps it.
  std::atomic<bool> begun{false};
  std::atomic<bool> go{false};
  std::thread([&] {
    EXPECT_EQ(*Get(actor.Task<&Holds::Same>().Remote(1)), 1);  // The call above has been looked at.
    actor.Task<&Holds::Hold>().Send(&begun, &go);
    begun.wait(false);
    actor.Task<&Holds::Fail>().Send();
  }).join();
  promise.Set(2);
  go = true;
  go.notify_one();
  EXPECT_THAT(ErrorOf([&] { Get(actor.Task<&Holds::Same>().Remote(3)); }), HasSubstr("ended by an error"));
}

struct Tracked {
  explicit Tracked(std::shared_ptr<std::atomic<int>> alive) : alive(std::move(alive)) { ++*this->alive; }
  ~Tracked() { --*alive; }
  int Work() { return 1; }
  std::shared_ptr<std::atomic<int>> alive;
};

TEST(ActorsTest, EndsWithItsLastHandleOnceItsCallsHaveRun) {
  auto alive = std::make_shared<std::atomic<int>>(0);
  ObjectRef<int> last;
  {
    BareRuntime runtime;
    {
      ActorHandle<Tracked> actor = Actor<Tracked>().Remote(alive);
      for (int i = 0; i < 100; ++i) last = actor.Task<&Tracked::Work>().Remote();
    }
    EXPECT_EQ(*Get(last), 1);
    const ActorHandle<Tracked> idle = Actor<Tracked>().Remote(alive);
    Get(idle.Task<&Tracked::Work>().Remote());
    EXPECT_GE(alive->load(), 1);
    runtime.core().Stop();
    EXPECT_EQ(alive->load(), 0);
    EXPECT_THAT(ErrorOf([&] { Get(idle.Task<&Tracked::Work>().Remote()); }), HasSubstr("shut down"));
  }
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(ActorsTest, OverlappingCallsRunBesideEachOther) {
  BareRuntime runtime({.workers = {.worker_count = 4}});
  struct Meeting {
    int Join() {
      ++here;
      while (here < 3) std::this_thread::yield();
      return here;
    }
    std::atomic<int> here{0};
  };
  const ActorHandle<Meeting> meeting = Actor<Meeting>({.concurrency_max = 3}).Remote();
  std::vector<ObjectRef<int>> guests;
  for (int i = 0; i < 30; ++i) guests.push_back(meeting.Task<&Meeting::Join>().Remote());
  for (const ObjectRef<int>& guest : guests) EXPECT_GE(*Get(guest), 3);
}

TEST(ActorsTest, ActorsCallActors) {
  BareRuntime runtime;
  struct Front {
    explicit Front(ActorHandle<Counter> back) : back(std::move(back)) {}
    int Ask(int amount) { return *Get(back.Task<&Counter::Add>().Remote(amount)); }
    ActorHandle<Counter> back;
  };
  const ActorHandle<Front> front = Actor<Front>().Remote(Actor<Counter>().Remote(0));
  std::vector<ObjectRef<int>> answers;
  for (int i = 1; i <= 1000; ++i) answers.push_back(front.Task<&Front::Ask>().Remote(1));
  for (int i = 1; i <= 1000; ++i) ASSERT_EQ(*Get(answers[i - 1]), i);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
