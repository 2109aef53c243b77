// Tasks, waits, promises and limits in every order that seeds find.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "api/promise.h"
#include "api/result.h"
#include "api/task.h"
#include "api/wait.h"
#include "tests/simulation/scenario.h"

namespace manta {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

// How often each task of the scenario has run.
std::vector<int> runs;

int Node(int index, int own) {
  ++runs[index];
  return own;
}
int Node1(int index, int own, int a) { return Node(index, own) + a; }
int Node2(int index, int own, int a, int b) { return Node(index, own) + a + b; }
int WaitingNode(int index, int own, const ObjectRef<int>& a) { return Node(index, own) + *Get(a); }
int SpawningNode(int index, int own, const ObjectRef<int>& a) {
  const ObjectRef<int> child = Task<Node1>().Remote(index, own, a);
  return *Get(child);
}

ObjectRef<int> SubmitNode(SimulatedRuntime& runtime, int index, int own, std::vector<ObjectRef<int>>& nodes,
                          std::vector<int>& values) {
  const int last = static_cast<int>(nodes.size()) - 1;
  const int kind = last < 0 ? 0 : Draw(runtime, 0, 4);
  const int a = last < 0 ? 0 : Draw(runtime, 0, last);
  const int b = last < 0 ? 0 : Draw(runtime, 0, last);
  switch (kind) {
    case 0:
      values.push_back(own);
      return Task<Node>().Remote(index, own);
    case 1:
      values.push_back(own + values[a]);
      return Task<Node1>().Remote(index, own, nodes[a]);
    case 2:
      values.push_back(own + values[a] + values[b]);
      return Task<Node2>().Remote(index, own, nodes[a], nodes[b]);
    case 3:
      values.push_back(own + values[a]);
      return Task<WaitingNode>().Remote(index, own, nodes[a]);
    default:
      values.push_back(own + values[a]);
      return Task<SpawningNode>().Remote(index, own, nodes[a]);
  }
}

TEST(TasksSimulation, EachTaskOfAGraphRunsOnceWithTheRightValues) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    const int count = Draw(runtime, 1, 25);
    runs.assign(count, 0);
    std::vector<ObjectRef<int>> nodes;
    std::vector<int> values;
    for (int i = 0; i < count; ++i) {
      nodes.push_back(SubmitNode(runtime, i, Draw(runtime, -9, 9), nodes, values));
      if (Draw(runtime, 0, 4) == 0) {
        const int asked = Draw(runtime, 0, i);
        EXPECT_EQ(*Get(nodes[asked]), values[asked]);
      }
    }
    for (int i = count; i-- > 0;) EXPECT_EQ(*Get(nodes[i]), values[i]);
    for (int i = 0; i < count; ++i) EXPECT_EQ(runs[i], 1);
  });
}

int Fibonacci(int n) {
  if (n < 2) return n;
  const ObjectRef<int> a = Task<Fibonacci>().Remote(n - 1);
  const ObjectRef<int> b = Task<Fibonacci>().Remote(n - 2);
  return *Get(a) + *Get(b);
}

TEST(TasksSimulation, NestedWaitsEnd) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    EXPECT_EQ(*Get(Task<Fibonacci>().Remote(7)), 13);
    EXPECT_EQ(runtime.core().counts().done_count, 41u);
  });
}

TEST(TasksSimulation, NestedWaitsEndWithTwoThreads) {
  EachSeed({.limits = {.workers = {.worker_count = 1, .spare_count_max = 1, .thread_count_max = 2}}, .alone_chance = 0},
           [](SimulatedRuntime&) { EXPECT_EQ(*Get(Task<Fibonacci>().Remote(7)), 13); });
}

// The error behind a reference, or nothing.
ErrorPtr ErrorOf(const ObjectRef<int>& ref) {
  try {
    Get(ref);
    return nullptr;
  } catch (const ObjectError& error) {
    return error.record();
  }
}

TEST(TasksSimulation, CancelledAtAnyMomentATaskHasOneEnd) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    const int count = Draw(runtime, 2, 20);
    runs.assign(count, 0);
    std::vector<ObjectRef<int>> nodes;
    std::vector<int> values;
    std::vector<bool> cancelled(count);
    for (int i = 0; i < count; ++i) nodes.push_back(SubmitNode(runtime, i, i, nodes, values));
    const ThreadId canceller = runtime.StartThread("canceller", [&] {
      for (int i = 0; i < count; ++i) {
        const int victim = Draw(runtime, 0, count - 1);
        if (Draw(runtime, 0, 1) == 0) runtime.MaySwitch();
        if (Cancel(nodes[victim])) cancelled[victim] = true;
      }
    });
    const int first = Draw(runtime, 0, count - 1);
    for (int i = 0; i < count; ++i) {
      const int node = (first + i) % count;
      const ErrorPtr error = ErrorOf(nodes[node]);
      if (error == nullptr) {
        EXPECT_EQ(*Get(nodes[node]), values[node]);
      } else {
        EXPECT_THAT(error->type,
                    AnyOf(ErrorType::kTaskCancelled, ErrorType::kDependencyFailed, ErrorType::kTaskFailed));
      }
    }
    runtime.JoinThread(canceller);
    for (int i = 0; i < count; ++i) {
      const ErrorPtr error = ErrorOf(nodes[i]);
      EXPECT_EQ(cancelled[i], error != nullptr && error->type == ErrorType::kTaskCancelled);
      EXPECT_LE(runs[i], 1);
      if (error == nullptr) {
        EXPECT_EQ(runs[i], 1);
      }
    }
  });
}

int Add(int a, int b) { return a + b; }

TEST(TasksSimulation, PromisesAreKeptOrBreak) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    const int count = Draw(runtime, 1, 6);
    std::vector<Promise<int>> promises;
    std::vector<ObjectRef<int>> promised;
    std::vector<ObjectRef<int>> sums;
    std::vector<int> fates;
    for (int i = 0; i < count; ++i) {
      auto [promise, ref] = MakePromise<int>();
      promises.push_back(std::move(promise));
      promised.push_back(std::move(ref));
      fates.push_back(Draw(runtime, 0, 2));
    }
    const ThreadId keeper = runtime.StartThread("keeper", [&] {
      for (int i = 0; i < count; ++i) {
        runtime.MaySwitch();
        if (fates[i] == 2) {
          promises[i] = Promise<int>();
        } else {
          EXPECT_TRUE(fates[i] == 0 ? promises[i].Set(i) : promises[i].Fail("not today"));
        }
      }
      promises.clear();
    });
    for (int i = 0; i < count; ++i) sums.push_back(Task<Add>().Remote(promised[i], promised[(i + 1) % count]));
    for (int i = 0; i < count; ++i) {
      const ErrorPtr error = ErrorOf(sums[i]);
      const bool kept = fates[i] == 0 && fates[(i + 1) % count] == 0;
      EXPECT_EQ(error == nullptr, kept);
      if (kept) {
        EXPECT_EQ(*Get(sums[i]), i + (i + 1) % count);
      } else if (error != nullptr) {
        EXPECT_EQ(error->cause->type, ErrorType::kPromiseBroken);
      }
    }
    runtime.JoinThread(keeper);
  });
}

// Takes simulated time.
int Slow(int result, int64_t for_ns) {
  SimulatedRuntime& runtime = *SimulatedRuntime::Current();
  const int64_t end_ns = runtime.clock().NowNs() + for_ns;
  while (runtime.clock().NowNs() < end_ns) ParkThread(runtime.core().executor(), end_ns);
  return result;
}

TEST(TasksSimulation, AWaitSetHandsOutEachObjectOnceOrTimesOut) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    const int count = Draw(runtime, 1, 8);
    std::vector<bool> seen(count);
    WaitSet<int> set;
    for (int i = 0; i < count; ++i) set.Add(Task<Slow>().Remote(i, Draw(runtime, 0, 5) * 1000), i);
    if (Draw(runtime, 0, 3) == 0) return;  // It goes while objects report.
    while (!set.empty()) {
      uint64_t tag = 0;
      const int64_t timeout_ns = Draw(runtime, -1, 3) * 700;
      const std::optional<ObjectRef<int>> next = set.TryNext({.timeout_ns = timeout_ns}, &tag);
      if (!next.has_value()) {
        EXPECT_GE(timeout_ns, 0);
        continue;
      }
      EXPECT_EQ(*Get(*next), static_cast<int>(tag));
      EXPECT_FALSE(seen[tag]);
      seen[tag] = true;
    }
  });
}

TEST(TasksSimulation, GetTimesOutAndMayAskAgain) {
  EachSeed({.alone_chance = 1}, [](SimulatedRuntime& runtime) {
    const ObjectRef<int> slow = Task<Slow>().Remote(7, 10'000);
    for (int attempts = 0;; ++attempts) {
      ASSERT_LT(attempts, 100'000);
      // The clock may jump while it waits.
      if (Draw(runtime, 0, 5) == 0) runtime.clock().Advance(Draw(runtime, 0, 3000));
      runtime.clock().SetWall(Draw(runtime, 0, 1'000'000));
      try {
        EXPECT_EQ(*Get(slow, {.timeout_ns = Draw(runtime, 0, 3000)}), 7);
        break;
      } catch (const GetTimeout&) {
      }
    }
  });
}

int refused = 0;

int Spread(int depth) {
  int sum = 1;
  std::vector<ObjectRef<int>> children;
  for (int i = 0; depth > 0 && i < 3; ++i) children.push_back(Task<Spread>().Remote(depth - 1));
  for (const ObjectRef<int>& child : children) {
    const ErrorPtr error = ErrorOf(child);
    if (error != nullptr) {
      EXPECT_THAT(error->type, AnyOf(ErrorType::kPendingCallsLimit, ErrorType::kShutdown));
      ++refused;
    } else {
      sum += *Get(child);
    }
  }
  return sum;
}

TEST(TasksSimulation, TinyLimitsHoldBackAndNothingHangs) {
  refused = 0;
  EachSeed({.limits = {.workers = {.worker_count = 2}, .pending = {.count_max = 4, .hard_factor = 2}}},
           [](SimulatedRuntime& runtime) {
             const ThreadId other = runtime.StartThread("other", [] {
               for (int i = 0; i < 5; ++i) Task<Spread>().Send(1);
             });
             std::vector<ObjectRef<int>> trees;
             for (int i = 0; i < 4; ++i) trees.push_back(Task<Spread>().Remote(2));
             for (const ObjectRef<int>& tree : trees) EXPECT_LE(*Get(tree), 13);
             runtime.JoinThread(other);
           });
  RecordProperty("refused", refused);
}

int AwaitSignal(const ObjectRef<int>& signal) { return *Get(signal); }
int KeepPromise(Promise<int>* promise) {
  promise->Set(1);
  return 0;
}

TEST(TasksSimulation, ADeadlockOfSignalsNamesItsTasks) {
  int deadlocks = 0;
  EachSeed({.limits = {.workers = {.worker_count = 1, .spare_count_max = 0, .thread_count_max = 2}}},
           [&](SimulatedRuntime& runtime) {
             auto [promise, signal] = MakePromise<int>();
             std::vector<ObjectRef<int>> waiting;
             // Each holds a thread; who would keep the promise comes too late where there are only two.
             for (int i = 0; i < 3; ++i) waiting.push_back(Task<AwaitSignal>({.name = "signalled"}).Remote(signal));
             const ObjectRef<int> keeps = Task<KeepPromise>().Remote(&promise);
             Slow(0, Draw(runtime, 0, 1000));
             for (const ObjectRef<int>& one : waiting) {
               const ErrorPtr error = ErrorOf(one);
               if (error == nullptr) continue;
               ++deadlocks;
               const std::string text = error->ToString();
               EXPECT_THAT(text, HasSubstr("threads wait, and no more may be started"));
               EXPECT_THAT(text, HasSubstr("signalled"));
             }
             Get(keeps);
           });
  EXPECT_GT(deadlocks, 0);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
