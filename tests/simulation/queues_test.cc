// Queues and named actors in every order that seeds find.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "api/actor.h"
#include "api/coroutine.h"
#include "api/current_actor.h"
#include "api/queue.h"
#include "api/result.h"
#include "api/task.h"
#include "tests/simulation/scenario.h"

namespace manta {
namespace {

void MaySwitch() { SimulatedRuntime::Current()->MaySwitch(); }

int Produce(Queue<int> queue, int first, int count) {
  int put = 0;
  for (int i = 0; i < count; ++i) {
    MaySwitch();
    if (queue.Put(first + i)) ++put;
  }
  return put;
}
std::vector<int> Consume(Queue<int> queue, int64_t timeout_ns) {
  std::vector<int> taken;
  for (;;) {
    MaySwitch();
    try {
      const std::optional<int> value = queue.Get({.timeout_ns = timeout_ns});
      if (!value.has_value()) return taken;
      taken.push_back(*value);
    } catch (const GetTimeout&) {
      timeout_ns = -1;  // Once is enough.
    }
  }
}

TEST(QueuesSimulation, EachValueIsTakenOnceAndInItsMakersOrder) {
  EachSeed({.limits = {.workers = {.worker_count = 4}}}, [](SimulatedRuntime& runtime) {
    const Queue<int> queue(Draw(runtime, 1, 3));
    std::vector<ObjectRef<std::vector<int>>> consumers;
    for (int i = 0; i < 2; ++i) {
      consumers.push_back(Task<Consume>().Remote(queue, Draw(runtime, 0, 1) == 0 ? -1 : Draw(runtime, 0, 1000)));
    }
    std::vector<ObjectRef<int>> producers;
    for (int i = 0; i < 2; ++i) producers.push_back(Task<Produce>().Remote(queue, i * 100, 5));
    const bool early = Draw(runtime, 0, 3) == 0;
    if (early) queue.Close();
    int put = 0;
    for (const ObjectRef<int>& producer : producers) put += *Get(producer);
    EXPECT_TRUE(early || put == 10);
    queue.Close();
    int taken = 0;
    for (const ObjectRef<std::vector<int>>& consumer : consumers) {
      int last[2] = {-1, -1};
      const std::shared_ptr<const std::vector<int>> values = Get(consumer);  // The pin: it outlives the loop.
      for (const int value : *values) {
        EXPECT_GT(value % 100, last[value / 100]);
        last[value / 100] = value % 100;
        ++taken;
      }
    }
    EXPECT_EQ(taken, put);
    EXPECT_EQ(queue.size(), 0u);
  });
}

Coroutine<int> ProduceWaiting(Queue<int> queue, int first, int count) {
  int put = 0;
  for (int i = 0; i < count; ++i) {
    MaySwitch();
    if (co_await queue.Putting(first + i)) ++put;
  }
  co_return put;
}
Coroutine<std::vector<int>> ConsumeWaiting(Queue<int> queue) {
  std::vector<int> taken;
  while (const std::optional<int> value = co_await queue.Getting()) {
    MaySwitch();
    taken.push_back(*value);
  }
  co_return taken;
}

// One that was told, and does not go on, must have told another one.
TEST(QueuesSimulation, CoroutinesThatAreCancelledHoldNobodyUp) {
  EachSeed({.limits = {.workers = {.worker_count = 2}}}, [](SimulatedRuntime& runtime) {
    const Queue<int> queue(Draw(runtime, 1, 2));
    std::vector<ObjectRef<std::vector<int>>> consumers;
    std::vector<ObjectRef<int>> producers;
    for (int i = 0; i < 3; ++i) {
      consumers.push_back(Task<ConsumeWaiting>().Remote(queue));
      producers.push_back(Task<ProduceWaiting>().Remote(queue, i * 100, 4));
    }
    for (int i = Draw(runtime, 0, 40); i > 0; --i) MaySwitch();
    Cancel(consumers[0]);
    Cancel(producers[0]);
    for (int i = Draw(runtime, 0, 20); i > 0; --i) MaySwitch();
    Cancel(consumers[1]);
    EXPECT_EQ(*Get(producers[1]), 4);
    EXPECT_EQ(*Get(producers[2]), 4);
    queue.Close();
    const std::shared_ptr<const std::vector<int>> taken = Get(consumers[2]);
    EXPECT_LE(taken->size(), 12u);
    EXPECT_EQ(queue.size(), 0u);
  });
}

TEST(QueuesSimulation, ShutdownEndsAllThatWait) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    const Queue<int> queue(1);
    const ObjectRef<std::vector<int>> consumer = Task<Consume>().Remote(queue, -1);
    const ObjectRef<int> producer = Task<Produce>().Remote(queue, 0, Draw(runtime, 0, 20));
    for (int i = Draw(runtime, 0, 20); i > 0; --i) MaySwitch();
    runtime.core().Stop();
    EXPECT_TRUE(consumer.ready());
    EXPECT_TRUE(producer.ready());
  });
}

int instances = 0;
struct Single {
  Single() { ++instances; }
  ~Single() { --instances; }
  int Count() { return ++count; }
  int Self() { return CurrentActor().handle<Single>().valid() ? Count() : 0; }
  int count = 0;
};
int Ask() {
  const ActorHandle<Single> single = Actor<Single>({.registered_name = "single"}).GetOrCreate();
  MaySwitch();
  return *Get(single.Task<&Single::Self>().Remote());
}

TEST(NamedActorsSimulation, OneAtATimeHasAName) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    instances = 0;
    std::vector<ObjectRef<int>> answers;
    for (int i = 0; i < 5; ++i) {
      answers.push_back(Task<Ask>().Remote());
      MaySwitch();
    }
    if (Draw(runtime, 0, 1) == 0) Actor<Single>({.registered_name = "single", .detached = true}).GetOrCreate();
    for (const ObjectRef<int>& answer : answers) {
      EXPECT_GE(*Get(answer), 1);
      EXPECT_LE(*Get(answer), 5);
    }
    runtime.core().Stop();
    EXPECT_EQ(instances, 0);
  });
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
