// A runtime may be shut down at any moment, whatever the program's threads are doing with it.

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "api/actor.h"
#include "api/promise.h"
#include "api/result.h"
#include "api/task.h"
#include "api/wait.h"
#include "tests/support/bare_runtime.h"
#include "tests/support/counting_actor.h"

namespace manta {
namespace {

constexpr int kRounds = 40;
constexpr int kCallsBeforeShutdown = 20;

int Square(int x) { return x * x; }

using Counter = CountingActor;

// Lets three threads call `use` again and again while the runtime is shut down and destroyed, until they are told that
// there is none.
void ShutDownUnder(const std::function<void(int call)>& use) {
  for (int round = 0; round < kRounds; ++round) {
    auto runtime = std::make_unique<BareRuntime>();
    std::atomic<int> call_count{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&use, &call_count] {
        try {
          for (int call = 0;; ++call) {
            try {
              use(call);
            } catch (const ObjectError&) {  // What did not come any more.
            }
            call_count.fetch_add(1);
            call_count.notify_all();
          }
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), absl::StatusCode::kFailedPrecondition) << error.what();
        }
      });
    }
    for (int calls = 0; calls < kCallsBeforeShutdown; calls = call_count.load()) call_count.wait(calls);
    runtime.reset();
    for (std::thread& thread : threads) thread.join();
  }
}

TEST(ShutdownTest, ThreadsMaySubmitAndGet) {
  ShutDownUnder([](int call) { EXPECT_EQ(*Get(Task<Square>().Remote(call % 100)), (call % 100) * (call % 100)); });
}

TEST(ShutdownTest, ThreadsMaySubmitAndForget) {
  ShutDownUnder([](int call) { Task<Square>().Send(call % 100); });
}

TEST(ShutdownTest, ThreadsMayMakeActorsAndCallThem) {
  ShutDownUnder([](int) {
    const ActorHandle<Counter> counter = Actor<Counter>().Remote();
    counter.Task<&Counter::Add>().Send(1);
    EXPECT_EQ(*Get(counter.Task<&Counter::Add>().Remote(1)), 2);
  });
}

TEST(ShutdownTest, ThreadsMayWaitForPromisesOfEachOther) {
  ShutDownUnder([](int) {
    auto [promise, ref] = MakePromise<int>();
    const ObjectRef<int> next = Task<Square>().Remote(ref);
    std::thread setter([promise = std::move(promise)]() mutable { promise.Set(3); });
    try {
      EXPECT_EQ(*Get(next), 9);
    } catch (...) {
      setter.join();
      throw;
    }
    setter.join();
  });
}

TEST(ShutdownTest, ThreadsMayAbandonWaitSets) {
  ShutDownUnder([](int call) {
    WaitSet<int> set;
    for (int i = 0; i < 5; ++i) set.Add(Task<Square>().Remote(i));
    if (call % 2 == 0) set.Next();
  });
}

TEST(ShutdownTest, HandlesAndWaitSetsMayGoAfterwards) {
  auto runtime = std::make_unique<BareRuntime>();
  ActorHandle<Counter> counter = Actor<Counter>().Remote();
  auto [promise, ref] = MakePromise<int>();
  WaitSet<int> set;
  set.Add(ref);
  runtime.reset();
  EXPECT_FALSE(promise.Set(1));
  EXPECT_EQ(TryGet(set.Next()).status().code(), absl::StatusCode::kCancelled);
  EXPECT_TRUE(set.empty());
  EXPECT_THROW(Get(counter.Task<&Counter::Add>().Remote(1)), ObjectError);
  counter.Kill();
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
