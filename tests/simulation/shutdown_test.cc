// Shutdown at any moment: what had not started is dropped, and nothing is left.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "api/actor.h"
#include "api/promise.h"
#include "api/result.h"
#include "api/task.h"
#include "api/wait.h"
#include "tests/simulation/scenario.h"
#include "tests/support/counting_actor.h"

namespace manta {
namespace {

int Add(int a, int b) { return a + b; }
int AddWaiting(const ObjectRef<int>& a, int b) { return *Get(a) + b; }

struct Counter : CountingActor {
  int AddSlowly(int amount) {
    SimulatedRuntime::Current()->MaySwitch();
    return Add(amount);
  }
};

// What a wait for `ref` that meets Shutdown comes to.
bool EndsByShutdown(const ObjectRef<int>& ref) {
  try {
    Get(ref);
    return false;
  } catch (const ObjectError& error) {
    for (const ErrorRecord* record = error.record().get(); record != nullptr; record = record->cause.get()) {
      if (record->type == ErrorType::kShutdown) return true;
    }
    ADD_FAILURE() << error.what();
    return false;
  }
}

TEST(ShutdownSimulation, DoneAndDroppedAreAllThatWasSubmitted) {
  uint64_t dropped_count = 0;
  EachSeed({}, [&](SimulatedRuntime& runtime) {
    const int count = Draw(runtime, 1, 30);
    const int stop_after = Draw(runtime, 0, 30);
    auto [promise, never] = MakePromise<int>();
    const ThreadId stopper = runtime.StartThread("stopper", [&] {
      for (int i = 0; i < stop_after; ++i) runtime.MaySwitch();
      runtime.core().Stop();
    });
    std::vector<ObjectRef<int>> refs = {never};
    int submitted = 0;
    for (int i = 0; i < count; ++i) {
      const ObjectRef<int> argument = refs[Draw(runtime, 0, i)];
      ++submitted;
      if (Draw(runtime, 0, 1) == 0) {
        refs.push_back(Task<Add>().Remote(argument, 1));
      } else if (Draw(runtime, 0, 1) == 0) {
        refs.push_back(Task<Add>().Remote(i, 1));
      } else {
        refs.push_back(Task<AddWaiting>().Remote(argument, 1));
      }
      if (Draw(runtime, 0, 9) == 0) EndsByShutdown(refs[Draw(runtime, 1, i + 1)]);
    }
    runtime.JoinThread(stopper);
    for (const ObjectRef<int>& ref : refs) {
      EXPECT_TRUE(ref.ready());
      EndsByShutdown(ref);
    }
    EXPECT_FALSE(promise.Set(1));
    const RuntimeCounts counts = runtime.core().counts();
    EXPECT_EQ(counts.done_count + counts.failed_count + counts.dropped_count, static_cast<uint64_t>(submitted));
    EXPECT_EQ(counts.pending_count, 0);
    EXPECT_TRUE(EndsByShutdown(Task<Add>().Remote(1, 1)));
    dropped_count += counts.dropped_count;
  });
  EXPECT_GT(dropped_count, 0u);
}

TEST(ShutdownSimulation, ActorsEndWithEveryCallAnswered) {
  EachSeed({}, [&](SimulatedRuntime& runtime) {
    const int stop_after = Draw(runtime, 0, 30);
    auto [promise, late] = MakePromise<int>();
    const ThreadId stopper = runtime.StartThread("stopper", [&] {
      for (int i = 0; i < stop_after; ++i) runtime.MaySwitch();
      runtime.core().Stop();
    });
    std::vector<ObjectRef<int>> calls;
    std::vector<ActorHandle<Counter>> actors;
    uint64_t submitted = 0;
    try {
      for (int i = 0; i < 2; ++i) {
        actors.push_back(Actor<Counter>({.concurrency_max = static_cast<uint32_t>(Draw(runtime, 1, 2))}).Remote());
        ++submitted;
      }
    } catch (const Error& error) {  // There is no runtime any more.
      EXPECT_EQ(error.code(), absl::StatusCode::kFailedPrecondition) << error.what();
    }
    for (int i = 0; i < 12 && !actors.empty(); ++i) {
      const ActorHandle<Counter>& actor = actors[i % actors.size()];
      ++submitted;
      switch (Draw(runtime, 0, 2)) {
        case 0:
          calls.push_back(actor.Task<&Counter::Add>().Remote(1));
          break;
        case 1:
          calls.push_back(actor.Task<&Counter::AddSlowly>().Remote(1));
          break;
        default:
          calls.push_back(actor.Task<&Counter::Add>().Remote(late));
      }
      if (i == 6 && Draw(runtime, 0, 1) == 0 && promise.valid()) promise.Set(5);
      if (Draw(runtime, 0, 9) == 0) EndsByShutdown(calls[Draw(runtime, 0, i)]);
    }
    if (Draw(runtime, 0, 1) == 0) actors.clear();
    runtime.JoinThread(stopper);
    for (const ObjectRef<int>& call : calls) {
      EXPECT_TRUE(call.ready());
      EndsByShutdown(call);
    }
    const RuntimeCounts counts = runtime.core().counts();
    EXPECT_EQ(counts.pending_count, 0);
    // Constructors, and calls.
    EXPECT_EQ(counts.done_count + counts.failed_count + counts.dropped_count, submitted);
  });
}

TEST(ShutdownSimulation, WaitSetsEnd) {
  EachSeed({}, [&](SimulatedRuntime& runtime) {
    auto [promise, never] = MakePromise<int>();
    const int stop_after = Draw(runtime, 0, 10);
    const ThreadId stopper = runtime.StartThread("stopper", [&] {
      for (int i = 0; i < stop_after; ++i) runtime.MaySwitch();
      runtime.core().Stop();
    });
    WaitSet<int> set;
    set.Add(never);
    for (int i = 0; i < 3; ++i) set.Add(Task<Add>().Remote(i, 1));
    try {
      while (!set.empty()) set.Next();
    } catch (const ObjectError& error) {
      EXPECT_EQ(error.type(), ErrorType::kShutdown);
    }
    runtime.JoinThread(stopper);
    EXPECT_TRUE(never.ready());
  });
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
