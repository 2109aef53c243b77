// Programs whose clocks jump: by a year, as after a suspend, or the wall clock anywhere, as when somebody sets it.

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "api/actor.h"
#include "api/promise.h"
#include "api/result.h"
#include "api/task.h"
#include "api/wait.h"
#include "core/base/text.h"
#include "tests/simulation/scenario.h"

namespace manta {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kYearNs = 365 * 24 * 3600 * kSecondNs;

int Twice(int x) { return 2 * x; }

ErrorPtr ErrorOf(const std::function<void()>& function) {
  try {
    function();
    return nullptr;
  } catch (const ObjectError& error) {
    return error.record();
  }
}

TEST(ClockJumps, AYearThatPassesAtOnceEndsWhatHasADeadlineAndNothingElse) {
  EachSeed({}, [](SimulatedRuntime& runtime) {
    auto [promise, late] = MakePromise<int>();
    const ObjectRef<int> patient = Task<Twice>().Remote(late);
    const ObjectRef<int> limited = Task<Twice>({.timeout_ns = 3600 * kSecondNs}).Remote(late);
    const ObjectRef<int> until_later = Task<Twice>({.timeout_ns = 2 * kYearNs}).Remote(late);
    const ThreadId jumper = runtime.StartThread("jumper", [&] {
      for (int i = Draw(runtime, 0, 20); i > 0; --i) runtime.MaySwitch();
      runtime.clock().Advance(kYearNs);
    });
    const int64_t begin_ns = runtime.clock().NowNs();
    const ErrorPtr wait = ErrorOf([&] { Get(patient, {.timeout_ns = 60 * kSecondNs}); });
    ASSERT_NE(wait, nullptr);
    EXPECT_EQ(wait->type, ErrorType::kGetTimeout);
    EXPECT_GE(runtime.clock().NowNs(), begin_ns + 60 * kSecondNs);
    const ErrorPtr timeout = ErrorOf([&] { Get(limited); });
    ASSERT_NE(timeout, nullptr);
    EXPECT_EQ(timeout->type, ErrorType::kTaskTimeout);
    runtime.JoinThread(jumper);
    EXPECT_GE(runtime.clock().NowNs(), begin_ns + kYearNs);
    // What has a later deadline, or none, goes on; and so does time.
    EXPECT_FALSE(patient.ready());
    EXPECT_FALSE(until_later.ready());
    EXPECT_EQ(runtime.core().timers().size(), 1u);
    promise.Set(21);
    EXPECT_EQ(*Get(patient), 42);
    EXPECT_EQ(*Get(until_later, {.timeout_ns = kSecondNs}), 42);
    EXPECT_EQ(runtime.core().timers().size(), 0u);
    auto [open, never] = MakePromise<int>();
    const int64_t again_ns = runtime.clock().NowNs();
    WaitSet<int> set({never});
    EXPECT_EQ(ErrorOf([&] { set.Next({.timeout_ns = 5 * kSecondNs}); })->type, ErrorType::kGetTimeout);
    EXPECT_GE(runtime.clock().NowNs(), again_ns + 5 * kSecondNs);
    EXPECT_LT(runtime.clock().NowNs(), again_ns + 6 * kSecondNs);
  });
}

TEST(ClockJumps, DeadlinesAtTheEndOfTimeAreNoDeadlines) {
  EachSeed({.count = 50}, [](SimulatedRuntime& runtime) {
    auto [promise, late] = MakePromise<int>();
    const ObjectRef<int> task = Task<Twice>({.timeout_ns = kNever}).Remote(late);
    const ThreadId other = runtime.StartThread("other", [&, &promise = promise] {
      runtime.clock().Advance(100 * kYearNs);
      promise.Set(4);
    });
    EXPECT_EQ(*Get(task, {.timeout_ns = kNever}), 8);
    runtime.JoinThread(other);
  });
}

class Fragile {
 public:
  int Fail() { throw std::runtime_error("fails"); }
};

TEST(ClockJumps, RestartsAreCountedWithinAWindowThatPasses) {
  EachSeed({.count = 100}, [](SimulatedRuntime& runtime) {
    constexpr auto kAny = [](const ErrorRecord&) { return true; };
    const auto actor =
        Actor<Fragile>({.restart = {.restarts_max = 1, .window_ns = 60 * kSecondNs}, .restart_on = kAny}).Remote();
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(ErrorOf([&] { Get(actor.Task<&Fragile::Fail>().Remote()); })->type, ErrorType::kTaskFailed);
      runtime.clock().SetWall(0);
      runtime.clock().Advance(kYearNs);
    }
    ErrorOf([&] { Get(actor.Task<&Fragile::Fail>().Remote()); });
    ErrorOf([&] { Get(actor.Task<&Fragile::Fail>().Remote()); });
    EXPECT_EQ(ErrorOf([&] { Get(actor.Task<&Fragile::Fail>().Remote()); })->type, ErrorType::kActorDied);
  });
}

// What happens in one run, with its moments.
std::string Story(SimulatedRuntime& runtime, const std::function<void()>& at_any_moment) {
  std::string story;
  const auto tell = [&](const std::string& what) { story += Concat(what, " at ", runtime.clock().NowNs(), "; "); };
  auto [promise, late] = MakePromise<int>();
  const ObjectRef<int> limited = Task<Twice>({.timeout_ns = 3 * kSecondNs}).Remote(late);
  const ObjectRef<int> task = Task<Twice>().Remote(late);
  at_any_moment();
  for (int i = 1; i <= 3; ++i) {
    const ErrorPtr error = ErrorOf([&] { Get(task, {.timeout_ns = i * kSecondNs}); });
    tell(error != nullptr ? error->message : "ready");
    at_any_moment();
  }
  const ErrorPtr error = ErrorOf([&] { Get(limited); });
  tell(error != nullptr ? error->message : "ready");
  promise.Set(1);
  at_any_moment();
  tell(Concat(*Get(task)));
  return story;
}

TEST(ClockJumps, WhatTheWallClockSaysChangesNothing) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    std::string stories[3];
    for (int i = 0; i < 3; ++i) {
      SimulatedRuntime runtime({.seed = seed});
      const absl::Status ran = runtime.Run([&] {
        stories[i] = Story(runtime, [&] {
          if (i == 1) runtime.clock().SetWall(0);  // Back to 1970.
          if (i == 2) runtime.clock().SetWall(runtime.clock().WallNs() + 10 * kYearNs);
        });
      });
      ASSERT_TRUE(ran.ok()) << ran;
    }
    EXPECT_EQ(stories[0], stories[1]) << "seed " << seed;
    EXPECT_EQ(stories[0], stories[2]) << "seed " << seed;
  }
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
