// Actors that keep each other by handles, as tools see them (core/runtime/handle_places.h).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/actor.h"
#include "api/coroutine.h"
#include "api/current_actor.h"
#include "api/promise.h"
#include "api/put.h"
#include "api/queue.h"
#include "api/result.h"
#include "core/base/text.h"
#include "core/runtime/core_visit.h"
#include "core/runtime/reference_watch.h"
#include "core/runtime/runtime_view.h"
#include "tests/support/bare_runtime.h"
#include "tests/support/recording_counter.h"

namespace manta {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::atomic<int> instances = 0;
struct Counted {
  Counted() { ++instances; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --instances; }
};

class ActorCyclesTest : public testing::Test {
 protected:
  ActorCyclesTest() { instances = 0; }
  ~ActorCyclesTest() override {
    runtime_->core().Stop();
    EXPECT_EQ(instances, 0) << "Shutdown ends all actors";
  }

  // "actor 1 (A) -> actor 2 (B) -> actor 1 (A), 1 other"
  std::vector<std::string> Cycles() {
    const CoreVisit visit(runtime_->core().shell());
    std::vector<std::string> found;
    for (const HandleCycle& cycle : RuntimeView(runtime_->core()).HandleCycles()) {
      found.push_back(Concat(cycle.actors, ", ", cycle.other_handles, " other"));
    }
    return found;
  }

  std::optional<BareRuntime> runtime_{std::in_place, RuntimeLimits{.workers = {.worker_count = 2}}, /*router=*/nullptr,
                                      std::make_shared<ReferenceWatch>(std::make_shared<RecordingCounter>(7),
                                                                       ReferenceWatchOptions{.observe_one_in = 64})};
};

class Parent;

class Child {
 public:
  explicit Child(ActorHandle<Parent> parent) : parent_(std::move(parent)) {}
  void Forget() { parent_ = {}; }
  int Count() { return parent_.valid() ? 1 : 0; }

 private:
  ActorHandle<Parent> parent_;
  const Counted counted_;
};

class Parent {
 public:
  void MakeChild() { child_ = Actor<Child>({.name = "Child"}).Remote(CurrentActor().handle<Parent>()); }
  void MakeChildThatMayRestart() {
    child_ = Actor<Child>({.name = "Child", .restart = {.restarts_max = 1}}).Remote(CurrentActor().handle<Parent>());
  }
  void FreeChild() { child_.Task<&Child::Forget>().Send(); }
  // When it returns, all that was asked of either before has ended.
  int Count() { return *Get(child_.Task<&Child::Count>().Remote()); }

 private:
  ActorHandle<Child> child_;
  const Counted counted_;
};

constexpr char kFamily[] = "actor 1 (Parent) -> actor 2 (Child) -> actor 1 (Parent), ";

TEST_F(ActorCyclesTest, ParentAndChild) {
  auto parent = Actor<Parent>({.name = "Parent"}).Remote();
  parent.Task<&Parent::MakeChild>().Send();
  EXPECT_EQ(*Get(parent.Task<&Parent::Count>().Remote()), 1);
  EXPECT_THAT(Cycles(), ElementsAre(Concat(kFamily, "1 other")));
  parent = {};
  EXPECT_THAT(Cycles(), ElementsAre(Concat(kFamily, "0 other")));
}

TEST_F(ActorCyclesTest, ArgumentsThatAreKeptForARestartAreTheChilds) {
  const auto parent = Actor<Parent>({.name = "Parent"}).Remote();
  parent.Task<&Parent::MakeChildThatMayRestart>().Send();
  EXPECT_EQ(*Get(parent.Task<&Parent::Count>().Remote()), 1);
  EXPECT_THAT(Cycles(), ElementsAre(Concat(kFamily, "1 other")));
  parent.Task<&Parent::FreeChild>().Send();
  EXPECT_EQ(*Get(parent.Task<&Parent::Count>().Remote()), 0);
  EXPECT_THAT(Cycles(), ElementsAre(Concat(kFamily, "1 other"))) << "the constructor's argument";
}

TEST_F(ActorCyclesTest, WhoDropsItsHandleOpensTheCycle) {
  const auto parent = Actor<Parent>({.name = "Parent"}).Remote();
  parent.Task<&Parent::MakeChild>().Send();
  parent.Task<&Parent::FreeChild>().Send();
  EXPECT_EQ(*Get(parent.Task<&Parent::Count>().Remote()), 0);
  EXPECT_THAT(Cycles(), IsEmpty());
}

// Holds handles in every way.
class Node {
 public:
  using Handle = ActorHandle<Node>;

  void KeepSelf() { nodes_.push_back(CurrentActor().handle<Node>()); }
  void Keep(std::vector<Handle> nodes) { nodes_ = std::move(nodes); }
  void KeepOne(const Handle& node) { nodes_.push_back(node); }
  void Look(const Handle&, int) {}
  void LetGo() { nodes_.clear(); }
  Handle GiveSelf() { return CurrentActor().handle<Node>(); }
  std::vector<Handle> GiveSelves() { return {CurrentActor().handle<Node>(), CurrentActor().handle<Node>()}; }
  ObjectRef<Handle> PutSelf() { return Put(CurrentActor().handle<Node>()); }
  void QueueSelf(Queue<Handle> queue) { queue.Put(CurrentActor().handle<Node>()); }
  Coroutine<int> WaitWithSelf(ObjectRef<int> value) {
    const Handle self = CurrentActor().handle<Node>();
    waits_.set_value();
    co_return *co_await value;
  }
  int StayWithSelf() {
    const Handle self = CurrentActor().handle<Node>();
    waits_.set_value();
    return go_on_.get_future().get();
  }
  int Count() { return static_cast<int>(nodes_.size()); }

  static inline std::promise<void> waits_;
  static inline std::promise<int> go_on_;

 private:
  std::vector<Handle> nodes_;
  const Counted counted_;
};

Node::Handle NewNode() { return Actor<Node>({.name = "Node"}).Remote(); }

// When it returns, what was asked of the node before has ended.
int CountOf(const Node::Handle& node) { return *Get(node.Task<&Node::Count>().Remote()); }

constexpr char kSelf[] = "actor 1 (Node) -> actor 1 (Node), ";

TEST_F(ActorCyclesTest, OneThatHoldsItself) {
  auto node = NewNode();
  node.Task<&Node::KeepSelf>().Send();
  EXPECT_EQ(CountOf(node), 1);
  EXPECT_THAT(Cycles(), ElementsAre(Concat(kSelf, "1 other")));
  node.Task<&Node::LetGo>().Send();
  EXPECT_EQ(CountOf(node), 0);
  EXPECT_THAT(Cycles(), IsEmpty());
}

TEST_F(ActorCyclesTest, ARingThatMainHasLaid) {
  {
    std::vector<Node::Handle> ring;
    for (int i = 0; i < 3; ++i) ring.push_back(NewNode());
    ring[0].Task<&Node::Keep>().Send(std::vector<Node::Handle>{ring[1]});
    ring[1].Task<&Node::KeepOne>().Send(ring[2]);
    ring[2].Task<&Node::Keep>().Send(std::vector<Node::Handle>{ring[0], ring[0]});
    for (const Node::Handle& node : ring) CountOf(node);
    EXPECT_THAT(Cycles(), ElementsAre("actor 1 (Node) -> actor 2 (Node) -> actor 3 (Node) -> actor 1 (Node), 3 other"));
  }
  EXPECT_THAT(Cycles(), ElementsAre("actor 1 (Node) -> actor 2 (Node) -> actor 3 (Node) -> actor 1 (Node), 0 other"));
}

TEST_F(ActorCyclesTest, WhatIsUnderWayIsNobodys) {
  const auto node = NewNode();
  auto [promise, value] = MakePromise<int>();
  node.Task<&Node::Look>().Send(node, value);  // Held back, with its argument.
  const auto other = NewNode();
  const ObjectRef<Node::Handle> given = other.Task<&Node::GiveSelf>().Remote();
  const ObjectRef<std::vector<Node::Handle>> several = other.Task<&Node::GiveSelves>().Remote();
  const ObjectRef<ObjectRef<Node::Handle>> put = other.Task<&Node::PutSelf>().Remote();
  const Queue<Node::Handle> queue(2);
  other.Task<&Node::QueueSelf>().Send(queue);
  CountOf(other);
  EXPECT_EQ(other, *Get(given));
  EXPECT_THAT(Cycles(), IsEmpty());
  promise.Set(1);
  CountOf(node);
}

TEST_F(ActorCyclesTest, WhatCallsUseIsTheirs) {
  const auto node = NewNode();
  Node::waits_ = std::promise<void>();
  Node::go_on_ = std::promise<int>();
  const ObjectRef<int> stays = node.Task<&Node::StayWithSelf>().Remote();
  Node::waits_.get_future().get();
  EXPECT_THAT(Cycles(), IsEmpty());
  Node::go_on_.set_value(3);
  EXPECT_EQ(*Get(stays), 3);
  Node::waits_ = std::promise<void>();
  auto [promise, value] = MakePromise<int>();
  const ObjectRef<int> waits = node.Task<&Node::WaitWithSelf>().Remote(value);
  Node::waits_.get_future().get();
  CountOf(node);
  EXPECT_THAT(Cycles(), IsEmpty());
  promise.Set(4);
  EXPECT_EQ(*Get(waits), 4);
}

TEST_F(ActorCyclesTest, EachHandleHasItsPlace) {
  const auto a = NewNode();
  const auto b = NewNode();
  const auto places = [](const Node::Handle& handle) { return handle.places()->All().size(); };
  std::vector<Node::Handle> all(3, a);
  for (int i = 0; i < 10; ++i) all.push_back(b);
  EXPECT_EQ(places(a), 4u);
  EXPECT_EQ(places(b), 11u);
  std::swap(all[0], all[5]);
  all[1] = all[6];
  all[7] = std::move(all[8]);
  all[7] = static_cast<const Node::Handle&>(all[7]);
  all[9] = {};
  all[9] = a;
  all.erase(all.begin() + 10);
  std::optional<Node::Handle> maybe = all[0];
  maybe.reset();
  for (const Node::Handle& handle : all) {
    EXPECT_TRUE(!handle.valid() || handle.places()->All().contains(&handle));
  }
  EXPECT_EQ(places(a), 4u);
  EXPECT_EQ(places(b), 9u);
  all.clear();
  EXPECT_EQ(places(a), 1u);
  EXPECT_EQ(places(b), 1u);
}

TEST(UnobservedActorsTest, RememberNothing) {
  instances = 0;
  BareRuntime runtime;
  const auto node = NewNode();
  EXPECT_EQ(node.places(), nullptr);
  node.Task<&Node::KeepSelf>().Send();
  CountOf(node);
  const CoreVisit visit(runtime.core().shell());
  EXPECT_THAT(RuntimeView(runtime.core()).HandleCycles(), IsEmpty());
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
