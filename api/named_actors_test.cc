// Actors that are found by name, live on without handles, and know themselves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/actor.h"
#include "api/current_actor.h"
#include "api/result.h"
#include "tests/support/bare_runtime.h"

namespace manta {
namespace {

using testing::HasSubstr;

template <typename Function>
std::string ErrorOf(Function function) {
  try {
    function();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::atomic<int> instances;

class Counter {
 public:
  explicit Counter(int start) : count_(start) { ++instances; }
  ~Counter() { --instances; }
  int Add(int amount) { return count_ += amount; }
  void Keep() { self_ = CurrentActor().handle<Counter>(); }
  int AddToSelf(int amount) {
    CurrentActor().handle<Counter>().Task<&Counter::Add>().Send(amount);
    return count_;
  }
  std::string Name() const { return std::string(CurrentActor().name()); }
  uint64_t Restarts() const { return CurrentActor().restart_count(); }
  int Fail() { throw std::runtime_error("method"); }

 private:
  int count_;
  ActorHandle<Counter> self_;
};
struct Other {
  int One() { return 1; }
};

TEST(NamedActorsTest, AreFoundByNameAsLongAsTheyLive) {
  BareRuntime runtime;
  {
    const ActorHandle<Counter> counter = Actor<Counter>({.registered_name = "hits"}).Remote(1);
    EXPECT_EQ(GetActor<Counter>("hits"), counter);
    EXPECT_EQ(*Get(GetActor<Counter>("hits").Task<&Counter::Add>().Remote(1)), 2);
    EXPECT_THAT(ErrorOf([] { GetActor<Counter>("hits", "elsewhere"); }), HasSubstr("elsewhere"));
    EXPECT_THAT(ErrorOf([] { GetActor<Other>("hits"); }), HasSubstr("another class"));
    EXPECT_THAT(ErrorOf([] { Actor<Counter>({.registered_name = "hits"}).Remote(1); }), HasSubstr("already"));
    const ActorHandle<Counter> elsewhere =
        Actor<Counter>({.registered_name = "hits", .name_space = "elsewhere"}).Remote(10);
    EXPECT_EQ(GetActor<Counter>("hits", "elsewhere"), elsewhere);
  }
  EXPECT_THAT(ErrorOf([] { GetActor<Counter>("hits"); }), HasSubstr("no living actor named \"hits\""));
  EXPECT_TRUE(Actor<Counter>({.registered_name = "hits"}).Remote(1).valid()) << "the name is free again";
}

TEST(NamedActorsTest, GetOrCreateMakesOne) {
  instances = 0;
  {
    BareRuntime runtime({.workers = {.worker_count = 4}});
    std::vector<std::thread> threads;
    std::vector<ActorHandle<Counter>> handles(4);
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&handles, i] {
        handles[i] = Actor<Counter>({.registered_name = "one"}).GetOrCreate(0);
        Get(handles[i].Task<&Counter::Add>().Remote(1));
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (int i = 1; i < 4; ++i) EXPECT_EQ(handles[i], handles[0]);
    EXPECT_EQ(*Get(handles[0].Task<&Counter::Add>().Remote(0)), 4);
    EXPECT_EQ(instances, 1);
    EXPECT_THAT(ErrorOf([] { Actor<Other>({.registered_name = "one"}).GetOrCreate(); }), HasSubstr("another class"));
    EXPECT_THAT(ErrorOf([] { Actor<Other>().GetOrCreate(); }), HasSubstr("give it a registered_name"));
  }
  EXPECT_EQ(instances, 0);
}

TEST(NamedActorsTest, DetachedOnesLiveWithoutHandles) {
  instances = 0;
  {
    BareRuntime runtime;
    Actor<Counter>({.registered_name = "stays", .detached = true}).Remote(5);
    EXPECT_EQ(*Get(GetActor<Counter>("stays").Task<&Counter::Add>().Remote(1)), 6);
    EXPECT_EQ(*Get(GetActor<Counter>("stays").Task<&Counter::Add>().Remote(1)), 7);
    GetActor<Counter>("stays").Kill();
    EXPECT_THAT(ErrorOf([] { Get(GetActor<Counter>("stays").Task<&Counter::Add>().Remote(1)); }),
                testing::AnyOf(HasSubstr("Kill was called"), HasSubstr("no living actor")));
    Actor<Counter>({.registered_name = "until the end", .detached = true}).Remote(5);
  }
  EXPECT_EQ(instances, 0) << "Shutdown ends them";
}

struct Team {
  std::string name;
  std::vector<ActorHandle<Counter>> members;
};
Team Recruit() { return {.name = "b", .members = {Actor<Counter>().Remote(10)}}; }

TEST(ActorHandleTest, LiesInValues) {
  instances = 0;
  BareRuntime runtime({.workers = {.worker_count = 2}}, nullptr);  // Native values: a handle stays in the process.
  ObjectRef<Team> team;
  {
    const ActorHandle<Counter> counter = Actor<Counter>().Remote(1);
    team = Put(Team{.name = "a", .members = {counter}});
  }
  EXPECT_EQ(*Get(Get(team)->members[0].Task<&Counter::Add>().Remote(1)), 2) << "the value keeps the actor";
  EXPECT_EQ(
      *Get(Task<[](const Team& its) { return *Get(its.members[0].Task<&Counter::Add>().Remote(1)); }>().Remote(team)),
      3);
  EXPECT_EQ(*Get(Get(Task<Recruit>().Remote())->members[0].Task<&Counter::Add>().Remote(1)), 11);
  EXPECT_TRUE(kContainsLocalOnly<Team>) << "it is an error where it would have to leave the process";
  team = {};
  runtime.core().Stop();
  EXPECT_EQ(instances, 0);
}

TEST(CurrentActorTest, KnowsItself) {
  BareRuntime runtime;
  EXPECT_FALSE(CurrentActor().running());
  EXPECT_THAT(ErrorOf([] { CurrentActor().handle<Counter>(); }), HasSubstr("no actor's method"));
  const ActorHandle<Counter> counter =
      Actor<Counter>(
          {.name = "my counter", .restart = {.restarts_max = 1}, .restart_on = [](const ErrorRecord&) { return true; }})
          .Remote(1);
  EXPECT_EQ(*Get(counter.Task<&Counter::Name>().Remote()), "my counter");
  EXPECT_EQ(*Get(counter.Task<&Counter::Restarts>().Remote()), 0u);
  EXPECT_THAT(ErrorOf([&] { Get(counter.Task<&Counter::Fail>().Remote()); }), HasSubstr("method"));
  EXPECT_EQ(*Get(counter.Task<&Counter::Restarts>().Remote()), 1u);
}

TEST(CurrentActorTest, ACallToItselfKeepsItAlive) {
  instances = 0;
  BareRuntime runtime;
  ObjectRef<int> first;
  {
    const ActorHandle<Counter> counter = Actor<Counter>().Remote(1);
    first = counter.Task<&Counter::AddToSelf>().Remote(1);
  }
  EXPECT_EQ(*Get(first), 1);
  runtime.core().Stop();
  EXPECT_EQ(instances, 0);
}

TEST(CurrentActorTest, OneThatHoldsItselfEndsAtShutdown) {
  instances = 0;
  {
    BareRuntime runtime;
    const ActorHandle<Counter> counter = Actor<Counter>({.registered_name = "self"}).Remote(1);
    Get(counter.Task<&Counter::Keep>().Remote());
  }
  EXPECT_EQ(instances, 0);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
