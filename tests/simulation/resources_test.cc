// Tasks and actors that need resources, in every order that seeds find.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "api/actor.h"
#include "api/promise.h"
#include "api/result.h"
#include "api/task.h"
#include "tests/simulation/scenario.h"

namespace manta {
namespace {

using ::testing::HasSubstr;

constexpr int kCapacityMilli = 2500;

const ScenarioOptions kGpus = {.limits = {.workers = {.worker_count = 4}, .resources = {{"gpu", 2.5}, {"disk", 1}}}};

// What code that runs right now holds, in thousandths of a gpu.
int used_milli = 0;
int used_milli_max = 0;
int run_count = 0;

class Uses {
 public:
  explicit Uses(int milli) : milli_(milli) {
    used_milli += milli_;
    used_milli_max = std::max(used_milli_max, used_milli);
  }
  ~Uses() { used_milli -= milli_; }

 private:
  const int milli_;
};

int Use(int milli) {
  const Uses uses(milli);
  ++run_count;
  for (int i = 0; i < 3; ++i) SimulatedRuntime::Current()->MaySwitch();
  return milli;
}

TaskOptions Gpu(int milli) { return {.resources = {{"gpu", milli / 1000.0}}}; }

// Nothing is held any more: what needs all of it can run.
void ExpectAllFree() { EXPECT_EQ(*Get(Task<Use>(Gpu(kCapacityMilli)).Remote(kCapacityMilli)), kCapacityMilli); }

ErrorPtr ErrorOf(const ObjectRef<int>& ref) {
  try {
    Get(ref);
    return nullptr;
  } catch (const ObjectError& error) {
    return error.record();
  }
}

void Reset() { used_milli = used_milli_max = run_count = 0; }

TEST(ResourcesSimulation, NeverMoreIsHeldThanThereIs) {
  EachSeed(kGpus, [](SimulatedRuntime& runtime) {
    Reset();
    std::vector<ObjectRef<int>> refs;
    const int count = Draw(runtime, 1, 20);
    for (int i = 0; i < count; ++i) {
      const int milli = 250 * Draw(runtime, 0, 10);
      // Some wait for another, and are helped by whoever waits for them.
      if (Draw(runtime, 0, 2) == 0 || refs.empty()) {
        refs.push_back(Task<Use>(Gpu(milli)).Remote(milli));
      } else {
        constexpr auto kUseAfter = [](int amount, int) { return Use(amount); };
        const int argument = Draw(runtime, 0, static_cast<int>(refs.size()) - 1);
        refs.push_back(Task<kUseAfter>(Gpu(milli)).Remote(milli, refs[argument]));
      }
    }
    for (const ObjectRef<int>& ref : refs) Get(ref);
    EXPECT_LE(used_milli_max, kCapacityMilli);
    EXPECT_EQ(run_count, count);
    ExpectAllFree();
  });
}

TEST(ResourcesSimulation, WhatIsCancelledInTheQueueHoldsNothing) {
  EachSeed(kGpus, [](SimulatedRuntime& runtime) {
    Reset();
    std::vector<ObjectRef<int>> refs;
    for (int i = 0; i < 12; ++i) {
      const int milli = 500 * Draw(runtime, 1, 5);
      refs.push_back(Task<Use>(Gpu(milli)).Remote(milli));
    }
    const ThreadId canceller = runtime.StartThread("canceller", [&] {
      for (const ObjectRef<int>& ref : refs) {
        if (Draw(runtime, 0, 1) == 0) Cancel(ref);
      }
    });
    int failed = 0;
    for (const ObjectRef<int>& ref : refs) {
      const ErrorPtr error = ErrorOf(ref);
      if (error == nullptr) continue;
      EXPECT_EQ(error->type, ErrorType::kTaskCancelled);
      ++failed;
    }
    runtime.JoinThread(canceller);
    EXPECT_GE(run_count + failed, 12);  // One that was cancelled while it ran counts twice.
    EXPECT_LE(used_milli_max, kCapacityMilli);
    ExpectAllFree();
  });
}

TEST(ResourcesSimulation, ShutdownEndsWhatWaitsForAResource) {
  EachSeed(kGpus, [](SimulatedRuntime& runtime) {
    Reset();
    std::vector<ObjectRef<int>> refs;
    for (int i = 0; i < 8; ++i) refs.push_back(Task<Use>(Gpu(1500)).Remote(1500));
    for (int i = Draw(runtime, 0, 20); i > 0; --i) runtime.MaySwitch();
    runtime.core().Stop();
    for (const ObjectRef<int>& ref : refs) {
      const ErrorPtr error = ErrorOf(ref);
      if (error == nullptr) continue;
      EXPECT_EQ(error->type, ErrorType::kShutdown);
    }
    EXPECT_LE(used_milli_max, kCapacityMilli);
  });
}

// Each level holds a gpu, waits for the next, and would wait for ever if it did not lend its own.
int Nested(int depth) {
  if (depth == 0) return Use(1500);
  const ObjectRef<int> inner = Task<Nested>(Gpu(1500)).Remote(depth - 1);
  return *Get(inner) + 1;
}

TEST(ResourcesSimulation, WhoWaitsLendsWhatItHolds) {
  ScenarioOptions options = kGpus;
  options.alone_chance = 0;  // Where there is no stack left to help on, nothing is lent.
  EachSeed(options, [](SimulatedRuntime& runtime) {
    Reset();
    const ObjectRef<int> nested = Task<Nested>(Gpu(1500)).Remote(4);
    const ObjectRef<int> others = Task<Use>(Gpu(1000)).Remote(1000);
    if (Draw(runtime, 0, 1) == 0) runtime.MaySwitch();
    EXPECT_EQ(*Get(nested), 1504);
    EXPECT_EQ(*Get(others), 1000);
    EXPECT_LE(used_milli_max, kCapacityMilli);
    ExpectAllFree();
  });
}

int UseBesideChild(const ObjectRef<int>& signal) {
  const Uses uses(2000);
  const ObjectRef<int> child = Task<Use>().Remote(0);
  return *Get(child) + *Get(signal);
}

TEST(ResourcesSimulation, WhoWaitsKeepsWhatItHolds) {
  EachSeed(kGpus, [](SimulatedRuntime& runtime) {
    Reset();
    auto [promise, signal] = MakePromise<int>();
    const ObjectRef<int> holder = Task<UseBesideChild>(Gpu(2000)).Remote(signal);
    const ObjectRef<int> large = Task<Use>(Gpu(1000)).Remote(1000);
    const ObjectRef<int> small = Task<Use>(Gpu(500)).Remote(500);
    EXPECT_EQ(*Get(small), 500);
    for (int i = Draw(runtime, 0, 20); i > 0; --i) runtime.MaySwitch();
    promise.Set(1);
    EXPECT_EQ(*Get(holder), 1);
    EXPECT_EQ(*Get(large), 1000);
    EXPECT_LE(used_milli_max, kCapacityMilli);
  });
}

TEST(ResourcesSimulation, NeedsThatCanNeverBeMetAreErrorsAtOnce) {
  EachSeed({.limits = kGpus.limits, .count = 5}, [](SimulatedRuntime&) {
    Reset();
    const auto error_of = [](std::vector<NamedResource> needs) {
      const ErrorPtr error = ErrorOf(Task<Use>({.resources = std::move(needs)}).Remote(0));
      if (error == nullptr) return std::string("no error");
      EXPECT_EQ(error->type, ErrorType::kTaskUnschedulable);
      EXPECT_EQ(error->attempt, 0u);
      return error->message;
    };
    EXPECT_EQ(
        error_of({{"tpu", 1}}),
        "needs resource tpu, which is not known: this process has cpu 4, disk 1, gpu 2.5; add it to `resources` in "
        "the config");
    EXPECT_EQ(error_of({{"gpu", 3}}),
              "needs 3 of resource gpu, and there is never more than 2.5: this process has cpu 4, disk 1, gpu 2.5; ask "
              "for less, or raise it in the config");
    EXPECT_EQ(error_of({{"gpu", 1}, {"disk", 1}, {"gpu", 1}}), "needs resource gpu twice: name it once, with the sum");
    EXPECT_THAT(error_of({{"gpu", -1}}), HasSubstr("give at least 0.001, or 0 for none"));
    EXPECT_THAT(error_of({{"gpu", 1e300}}), HasSubstr("needs too much of resource gpu"));
    EXPECT_EQ(error_of({{"gpu", 0}, {"cpu", 0.001}}), "no error");
  });
}

TEST(ResourcesSimulation, ACallThatIsUsedAgainKeepsItsNeedsInEveryRuntime) {
  const TaskCall<Use> call = Task<Use>(Gpu(2000));
  EachSeed({.limits = kGpus.limits, .count = 50}, [&](SimulatedRuntime&) {
    Reset();
    for (int i = 0; i < 3; ++i) call.Send(2000);
    EXPECT_EQ(*Get(call.Remote(2000)), 2000);
    ExpectAllFree();
    EXPECT_LE(used_milli_max, kCapacityMilli);
  });
  EachSeed({.limits = {.resources = {{"gpu", 1}}}, .count = 50},
           [&](SimulatedRuntime&) { EXPECT_EQ(ErrorOf(call.Remote(0))->type, ErrorType::kTaskUnschedulable); });
}

class Holder {
 public:
  explicit Holder(bool fails) : uses_(1500) {
    if (fails) throw std::runtime_error("constructor");
  }
  int Call() {
    SimulatedRuntime::Current()->MaySwitch();
    return ++calls_;
  }
  int Fail() { throw std::runtime_error("method"); }

 private:
  const Uses uses_;
  int calls_ = 0;
};

TEST(ResourcesSimulation, AnActorHoldsItsResourcesUntilItsEnd) {
  EachSeed(kGpus, [](SimulatedRuntime& runtime) {
    Reset();
    constexpr auto kFails = [](const ErrorRecord&) { return true; };
    std::vector<ObjectRef<int>> refs;
    for (int i = 0; i < 6; ++i) {
      const bool fails = Draw(runtime, 0, 3) == 0;
      const ActorHandle<Holder> actor =
          Actor<Holder>({.restart = {.restarts_max = static_cast<uint32_t>(Draw(runtime, 0, 2))},
                         .restart_on = kFails,
                         .resources = {{"gpu", 1.5}}})
              .Remote(fails);
      refs.push_back(actor.Task<&Holder::Call>().Remote());
      if (Draw(runtime, 0, 2) == 0) refs.push_back(actor.Task<&Holder::Fail>().Remote());
      refs.push_back(actor.Task<&Holder::Call>().Remote());
      if (Draw(runtime, 0, 4) == 0) actor.Kill();
      refs.push_back(Task<Use>(Gpu(1000)).Remote(1000));
    }
    for (const ObjectRef<int>& ref : refs) ErrorOf(ref);
    EXPECT_LE(used_milli_max, kCapacityMilli);
    ExpectAllFree();
    EXPECT_EQ(used_milli, 0);
  });
}

TEST(ResourcesSimulation, AnActorIsMadeWhenItsResourcesAreFree) {
  EachSeed(kGpus, [](SimulatedRuntime& runtime) {
    Reset();
    auto first = Actor<Holder>({.resources = {{"gpu", 1.5}}}).Remote(false);
    EXPECT_EQ(*Get(first.Task<&Holder::Call>().Remote()), 1);
    const auto second = Actor<Holder>({.resources = {{"gpu", 1.5}}}).Remote(false);
    const auto third = Actor<Holder>({.resources = {{"gpu", 1.5}}}).Remote(false);
    const ObjectRef<int> call = second.Task<&Holder::Call>().Remote();
    const ObjectRef<int> never = third.Task<&Holder::Call>().Remote();
    third.Kill();
    EXPECT_EQ(*Get(Task<Use>(Gpu(1000)).Remote(1000)), 1000);
    EXPECT_EQ(used_milli, 1500);
    if (Draw(runtime, 0, 1) == 0) {
      first.Kill();
    } else {
      first = {};
    }
    EXPECT_EQ(*Get(call), 1);
    EXPECT_EQ(ErrorOf(never)->type, ErrorType::kActorDied);
    EXPECT_EQ(used_milli, 1500);
  });
}

TEST(ResourcesSimulation, AnActorsNeedsThatCanNeverBeMetAreItsEnd) {
  EachSeed({.limits = kGpus.limits, .count = 50}, [](SimulatedRuntime&) {
    Reset();
    const auto actor = Actor<Holder>({.restart = {.restarts_max = 5}, .resources = {{"gpu", 3}}}).Remote(Put(false));
    const ErrorPtr error = ErrorOf(actor.Task<&Holder::Call>().Remote());
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(error->type, ErrorType::kActorUnschedulable);
    EXPECT_THAT(error->message, HasSubstr("Holder needs 3 of resource gpu, and there is never more than 2.5"));
    EXPECT_EQ(actor.incarnation(), 1u);
    const auto other = Actor<Holder>({.resources = {{"gpu", 1}}}).Remote(false);
    const ErrorPtr call = ErrorOf(other.Task<&Holder::Call>(Gpu(500)).Remote());
    ASSERT_NE(call, nullptr);
    EXPECT_THAT(call->message, HasSubstr("give them to the actor"));
  });
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
