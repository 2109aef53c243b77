// Actors in every order that seeds find.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "api/actor.h"
#include "api/promise.h"
#include "api/result.h"
#include "api/task.h"
#include "tests/simulation/scenario.h"

namespace manta {
namespace {

using ::testing::AnyOf;

ErrorPtr ErrorOf(const ObjectRef<int>& ref) {
  try {
    Get(ref);
    return nullptr;
  } catch (const ObjectError& error) {
    return error.record();
  }
}

// Seen by one scenario.
struct Seen {
  int instances = 0;
  int inside = 0;
  int inside_max = 0;
  std::map<int, std::vector<int>> calls;  // By caller: the numbers of its calls, as they ran.
};
Seen seen;

class Logged {
 public:
  Logged() { ++seen.instances; }
  ~Logged() { --seen.instances; }
  int Call(int caller, int number) {
    seen.inside_max = std::max(seen.inside_max, ++seen.inside);
    SimulatedRuntime::Current()->MaySwitch();
    --seen.inside;
    seen.calls[caller].push_back(number);
    return number;
  }
  int CallWith(int caller, int number, int) { return Call(caller, number); }
  int Fail() { throw std::runtime_error("method"); }
};

std::vector<ObjectRef<int>> CallSome(SimulatedRuntime& runtime, const ActorHandle<Logged>& actor, int caller, int count,
                                     const std::vector<ObjectRef<int>>& late) {
  std::vector<ObjectRef<int>> calls;
  for (int i = 0; i < count; ++i) {
    if (!late.empty() && Draw(runtime, 0, 2) == 0) {
      const auto& argument = late[Draw(runtime, 0, static_cast<int>(late.size()) - 1)];
      calls.push_back(actor.Task<&Logged::CallWith>().Remote(caller, i, argument));
    } else {
      calls.push_back(actor.Task<&Logged::Call>().Remote(caller, i));
    }
  }
  return calls;
}

int CallFromTask(const ActorHandle<Logged>& actor, int caller, const std::vector<ObjectRef<int>>* late) {
  SimulatedRuntime& runtime = *SimulatedRuntime::Current();
  for (const ObjectRef<int>& call : CallSome(runtime, actor, caller, 4, *late)) {
    if (Draw(runtime, 0, 2) == 0) Get(call);
  }
  return caller;
}

TEST(ActorsSimulation, EachCallersOrderIsKeptWithArgumentsThatComeLate) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    seen = {};
    {
      std::vector<Promise<int>> promises(3);
      std::vector<ObjectRef<int>> late(3);
      for (int i = 0; i < 3; ++i) std::tie(promises[i], late[i]) = MakePromise<int>();
      const ActorHandle<Logged> actor = Actor<Logged>().Remote();
      const ThreadId keeper = runtime.StartThread("keeper", [&] {
        for (int i = 0; i < 3; ++i) {
          runtime.MaySwitch();
          promises[(i * 2) % 3].Set(i);
        }
      });
      std::vector<ObjectRef<int>> tasks;
      for (int caller = 1; caller <= 3; ++caller) tasks.push_back(Task<CallFromTask>().Remote(actor, caller, &late));
      const std::vector<ObjectRef<int>> mine = CallSome(runtime, actor, 0, 6, late);
      for (const ObjectRef<int>& task : tasks) Get(task);
      for (size_t i = mine.size(); i-- > 0;) EXPECT_EQ(*Get(mine[i]), static_cast<int>(i));
      runtime.JoinThread(keeper);
      // What tasks have called without waiting runs before the actor ends with its last handle.
    }
    runtime.core().Stop();
    EXPECT_EQ(seen.instances, 0);
    EXPECT_EQ(seen.inside_max, 1);
    EXPECT_EQ(seen.calls[0].size(), 6u);
    for (const auto& [caller, numbers] : seen.calls) EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  });
}

TEST(ActorsSimulation, ALaneGoesOnWhenACallIsCancelledOrItsArgumentFails) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    seen = {};
    auto promised = MakePromise<int>();  // clang captures no structured bindings.
    Promise<int>& promise = promised.first;
    const ObjectRef<int>& late = promised.second;
    const ActorHandle<Logged> actor = Actor<Logged>().Remote();
    std::vector<ObjectRef<int>> calls;
    for (int i = 0; i < 8; ++i) {
      calls.push_back(Draw(runtime, 0, 1) == 0 ? actor.Task<&Logged::CallWith>().Remote(0, i, late)
                                               : actor.Task<&Logged::Call>().Remote(0, i));
    }
    const bool fails = Draw(runtime, 0, 1) == 0;
    std::vector<bool> cancelled(8);
    const ThreadId other = runtime.StartThread("other", [&] {
      for (int i = 0; i < 4; ++i) {
        runtime.MaySwitch();
        const int victim = Draw(runtime, 0, 7);
        if (Cancel(calls[victim])) cancelled[victim] = true;
        if (i == 2) {
          if (fails) promise.Fail("nothing comes");
          if (!fails) promise.Set(1);
        }
      }
    });
    int succeeded = 0;
    for (int i = 0; i < 8; ++i) {
      const ErrorPtr error = ErrorOf(calls[i]);
      if (error == nullptr) {
        ++succeeded;
        continue;
      }
      EXPECT_THAT(error->type, AnyOf(ErrorType::kTaskCancelled, ErrorType::kDependencyFailed));
    }
    runtime.JoinThread(other);
    EXPECT_GE(seen.calls[0].size(), static_cast<size_t>(succeeded));
    EXPECT_TRUE(std::is_sorted(seen.calls[0].begin(), seen.calls[0].end()));
  });
}

TEST(ActorsSimulation, KilledAtAnyMomentEveryCallHasAnEnd) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    seen = {};
    {
      const uint32_t concurrency = Draw(runtime, 1, 3);
      auto promised = MakePromise<int>();
      Promise<int>& promise = promised.first;
      const ObjectRef<int>& late = promised.second;
      const ActorHandle<Logged> actor = Actor<Logged>({.concurrency_max = concurrency}).Remote();
      const ThreadId killer = runtime.StartThread("killer", [&] {
        for (int i = Draw(runtime, 0, 10); i > 0; --i) runtime.MaySwitch();
        actor.Kill("it is time");
        promise.Set(1);
      });
      const std::vector<ObjectRef<int>> calls = CallSome(runtime, actor, 0, 8, {late});
      for (const ObjectRef<int>& call : calls) {
        const ErrorPtr error = ErrorOf(call);
        if (error != nullptr) {
          EXPECT_EQ(error->type, ErrorType::kActorDied);
        }
      }
      runtime.JoinThread(killer);
      EXPECT_EQ(ErrorOf(actor.Task<&Logged::Call>().Remote(0, 9))->type, ErrorType::kActorDied);
      EXPECT_LE(seen.inside_max, static_cast<int>(concurrency));
    }
    runtime.core().Stop();
    EXPECT_EQ(seen.instances, 0);
  });
}

TEST(ActorsSimulation, OverlappingCallsStayWithinTheirNumber) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    seen = {};
    {
      const ActorHandle<Logged> actor = Actor<Logged>({.concurrency_max = 2}).Remote();
      const std::vector<ObjectRef<int>> calls = CallSome(runtime, actor, 0, 10, {});
      const size_t unwaited = Draw(runtime, 0, 10);
      for (size_t i = unwaited; i < calls.size(); ++i) EXPECT_EQ(*Get(calls[i]), static_cast<int>(i));
      if (Draw(runtime, 0, 1) == 0) {
        for (const ObjectRef<int>& call : calls) Get(call);
      }
    }
    runtime.core().Stop();
    EXPECT_LE(seen.inside_max, 2);
    EXPECT_EQ(seen.instances, 0);
  });
}

TEST(ActorsSimulation, RestartsRunEachCallOnce) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    seen = {};
    {
      const uint32_t concurrency = Draw(runtime, 1, 2);
      const ActorHandle<Logged> actor = Actor<Logged>({.concurrency_max = concurrency,
                                                       .restart = {.restarts_max = 2},
                                                       .restart_on = [](const ErrorRecord&) { return true; }})
                                            .Remote();
      std::vector<ObjectRef<int>> calls;
      std::vector<bool> fails;
      int failing_count = 0;
      for (int i = 0; i < 10; ++i) {
        fails.push_back(Draw(runtime, 0, 4) == 0);
        failing_count += fails.back() ? 1 : 0;
        calls.push_back(fails.back() ? actor.Task<&Logged::Fail>().Remote() : actor.Task<&Logged::Call>().Remote(0, i));
      }
      for (int i = 0; i < 10; ++i) {
        const ErrorPtr error = ErrorOf(calls[i]);
        if (fails[i]) {
          ASSERT_NE(error, nullptr);
          EXPECT_THAT(error->type, AnyOf(ErrorType::kTaskFailed, ErrorType::kActorDied));
        } else if (failing_count <= 2) {
          EXPECT_EQ(error, nullptr);
        } else if (error != nullptr) {
          EXPECT_EQ(error->type, ErrorType::kActorDied);
        }
      }
      EXPECT_LE(actor.incarnation(), 3u);
    }
    runtime.core().Stop();
    EXPECT_EQ(seen.instances, 0);
  });
}

struct Front {
  explicit Front(ActorHandle<Logged> back) : back(std::move(back)) {}
  int Ask(int caller, int number) { return *Get(back.Task<&Logged::Call>().Remote(caller, number)); }
  ActorHandle<Logged> back;
};

TEST(ActorsSimulation, ActorsThatCallActorsEndWithTheirHandles) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    seen = {};
    {
      const ActorHandle<Logged> back = Actor<Logged>().Remote();
      std::vector<ActorHandle<Front>> fronts;
      for (int i = 0; i < 2; ++i) fronts.push_back(Actor<Front>().Remote(back));
      std::vector<ObjectRef<int>> answers;
      for (int i = 0; i < 8; ++i) answers.push_back(fronts[i % 2].Task<&Front::Ask>().Remote(i % 2, i));
      if (Draw(runtime, 0, 1) == 0) fronts.clear();
      for (int i = 8; i-- > 0;) EXPECT_EQ(*Get(answers[i]), i);
    }
    runtime.core().Stop();
    EXPECT_EQ(seen.instances, 0);
    EXPECT_EQ(seen.inside_max, 1);
  });
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
