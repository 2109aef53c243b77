// core/ownership/simulation/test_stage.h -- a stage for a story, which is played in fifty orders of the network's, or
// fewer if it is long.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/split_mix.h"
#include "core/ownership/simulation/cluster.h"
#include "gtest/gtest.h"

namespace manta {

// A cluster in some weather. Processes 0 to 3; the first is the driver in most stories.
struct Stage {
  Stage(uint32_t process_count, uint64_t seed) : cluster(process_count, history), random(seed), calm(seed == 0) {}

  // Everything that is under way arrives and is acted on.
  void Quiet() { cluster.Quiet(calm ? nullptr : &random); }
  void TearDown() { cluster.TearDown(calm ? nullptr : &random); }

  // p sends the object to q, where it arrives before anything else; messages of the protocol stay under way.
  void Hand(uint32_t p, uint32_t q, uint32_t object) {
    ASSERT_TRUE(cluster.Send(p, q, object));
    cluster.DeliverData(cluster.data().size() - 1);
  }

  // The same, and p keeps none.
  void Give(uint32_t p, uint32_t q, uint32_t object) {
    Hand(p, q, object);
    cluster.Drop(p, object);
  }
  uint32_t GiveNew(uint32_t p, uint32_t q) {
    const uint32_t object = cluster.Create(p);
    Give(p, q, object);
    return object;
  }

  // A new object of p in another one, which alone p keeps.
  struct Packed {
    uint32_t inner;
    uint32_t outer;
  };
  Packed PackNew(uint32_t p) {
    const uint32_t inner = cluster.Create(p);
    const uint32_t outer = cluster.Pack(p, {inner});
    cluster.Drop(p, inner);
    return {.inner = inner, .outer = outer};
  }

  // The task's argument arrives at its runner.
  uint32_t Start(uint32_t p, uint32_t q, uint32_t argument) {
    const uint32_t task = cluster.Submit(p, q, argument);
    cluster.DeliverData(cluster.data().size() - 1);
    return task;
  }

  // The result arrives at the submitter.
  void Finish(uint32_t task, uint32_t inner = Cluster::kNone, bool lineage = false) {
    ASSERT_TRUE(cluster.Finish(task, inner, lineage));
    cluster.DeliverData(cluster.data().size() - 1);
  }

  // With a new object of the runner's in the result, which keeps none.
  uint32_t FinishWithNew(uint32_t task) {
    const uint32_t made = cluster.Create(cluster.tasks()[task].runner);
    Finish(task, made);
    cluster.Drop(cluster.tasks()[task].runner, made);
    return made;
  }

  uint32_t ResultOf(uint32_t task) const { return cluster.tasks()[task].result; }
  RefCounterStats Stats(uint32_t p) const { return cluster.participant(p).Stats(); }

  // Quiet, and then the object is alive, or is not.
  void ExpectAlive(uint32_t object) {
    Quiet();
    EXPECT_TRUE(cluster.alive(object)) << "object " << object;
  }
  void ExpectGone(uint32_t object) {
    Quiet();
    EXPECT_FALSE(cluster.alive(object)) << "object " << object;
  }

  // Quiet, and p alone keeps it.
  void ExpectKeptBy(uint32_t p, uint32_t object) {
    ExpectAlive(object);
    cluster.Drop(p, object);
    ExpectGone(object);
  }

  History history;
  Cluster cluster;
  SplitMix random;
  bool calm;  // Everything comes in the order in which it was sent.
};

struct Scenario {
  const char* name;
  void (*run)(Stage&);
  uint64_t order_count = 50;
};

// A scenario under its function's name.
#define SCENARIO(function) \
  { #function, &function }

// A long one, in fewer orders.
#define LONG_SCENARIO(function, order_count) \
  { #function, &function, order_count }

// Plays it, lets everything end, and expects that the cluster found no fault; in every weather.
class ScenarioTest final : public testing::Test {
 public:
  explicit ScenarioTest(const Scenario& scenario) : scenario_(scenario) {}

  void TestBody() override {
    for (uint64_t seed = 0; seed < scenario_.order_count && !HasFailure(); ++seed) {
      SCOPED_TRACE(testing::Message() << "seed " << seed);
      Stage stage(Cluster::kProcessCountMax, seed);
      scenario_.run(stage);
      stage.TearDown();
      EXPECT_EQ(stage.cluster.failure(), "");
    }
  }

 private:
  const Scenario scenario_;
};

// Makes a test of each scenario, before main. Returns true: something has to hold the call.
inline bool RegisterScenarios(const char* suite, std::span<const Scenario> scenarios,
                              const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  for (const Scenario& scenario : scenarios) {
    testing::RegisterTest(suite, scenario.name, /*type_param=*/nullptr, /*value_param=*/nullptr, file, line,
                          [scenario]() -> testing::Test* { return new ScenarioTest(scenario); });
  }
  return true;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
