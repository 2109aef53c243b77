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
#include "api/task.h"
#include "tests/support/bare_runtime.h"
#include "tests/support/counting_actor.h"
#include "tests/support/error_of.h"

namespace manta {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

std::atomic<int> instances;

class Counter : public CountingActor {
 public:
  explicit Counter(int start) : CountingActor(start) { ++instances; }
  ~Counter() { --instances; }
  void Keep() { self_ = CurrentActor().handle<Counter>(); }
  int AddToSelf(int amount) {
    CurrentActor().handle<Counter>().Task<&Counter::Add>().Send(amount);
    return count();
  }
  std::string Name() const { return std::string(CurrentActor().name()); }
  uint64_t Restarts() const { return CurrentActor().restart_count(); }

 private:
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

// Remembers whose constructor it was.
class Reborn {
 public:
  Reborn()
      : story_(std::string(CurrentActor().name()) + " " + std::to_string(CurrentActor().incarnation()) + " in " +
               std::string(CurrentTask().name())),
        self_(CurrentActor().running() ? CurrentActor().handle<Reborn>() : ActorHandle<Reborn>()) {}
  void Fail() { throw std::runtime_error("again"); }
  std::string Story() const { return story_; }
  bool KnowsItself(const ActorHandle<Reborn>& self) const { return self_ == self; }

 private:
  std::string story_;
  ActorHandle<Reborn> self_;
};

TEST(CurrentActorTest, AConstructorThatRunsAgainKnowsItselfToo) {
  BareRuntime runtime({.workers = {.worker_count = 1}});
  const ActorHandle<Reborn> reborn =
      Actor<Reborn>(
          {.name = "phoenix", .restart = {.restarts_max = 2}, .restart_on = [](const ErrorRecord&) { return true; }})
          .Remote();
  EXPECT_THAT(*Get(reborn.Task<&Reborn::Story>().Remote()), MatchesRegex("phoenix 1 in .*Reborn"));
  EXPECT_THAT(ErrorOf([&] { Get(reborn.Task<&Reborn::Fail>().Remote()); }), HasSubstr("again"));
  EXPECT_THAT(*Get(reborn.Task<&Reborn::Story>().Remote()), MatchesRegex("phoenix 2 in .*Reborn"));
  // By a task that waits, and runs the actor's calls meanwhile: it is not the one whose constructor runs.
  const auto restart = Task<[](const ActorHandle<Reborn>& actor) {
                         ErrorOf([&] { Get(actor.Task<&Reborn::Fail>().Remote()); });
                         return *Get(actor.Task<&Reborn::Story>().Remote());
                       }>()
                           .Remote(reborn);
  EXPECT_THAT(*Get(restart), MatchesRegex("phoenix 3 in .*Reborn"));
  EXPECT_TRUE(*Get(reborn.Task<&Reborn::KnowsItself>().Remote(reborn)));
  reborn.Kill();
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
