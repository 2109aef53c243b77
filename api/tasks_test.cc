// Tasks as a program writes them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <exception>
#include <map>
#include <memory>
#include <new>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "api/promise.h"
#include "api/put.h"
#include "api/result.h"
#include "api/task.h"
#include "api/wait.h"
#include "core/base/sanitizer.h"
#include "tests/support/bare_runtime.h"
#include "tests/support/error_of.h"
#include "tests/support/strict_test.h"

namespace manta {
namespace {

using testing::HasSubstr;

int Square(int x) { return x * x; }
int Add(const int& a, const int& b) { return a + b; }
int Length(std::string_view text) { return static_cast<int>(text.size()); }
double Sum(std::span<const double> row) { return std::accumulate(row.begin(), row.end(), 0.0); }
int Fail(std::string why) { throw std::runtime_error(why); }
int ReadInside(ObjectRef<int> ref) { return *Get(ref) + 1; }
void Nothing() {}

int Fibonacci(int n) {
  if (n < 2) return n;
  const ObjectRef<int> a = Task<Fibonacci>().Remote(n - 1);
  const ObjectRef<int> b = Task<Fibonacci>().Remote(n - 2);
  return *Get(a) + *Get(b);
}

int Depth(int n) { return n == 0 ? 0 : *Get(Task<Depth>().Remote(n - 1)) + 1; }

TEST(TasksTest, ArgumentsAreValuesOrReferences) {
  BareRuntime runtime;
  const ObjectRef<int> nine = Task<Square>().Remote(3);
  const ObjectRef<int> sixteen = Task<Square>().Remote(Put(4));
  EXPECT_EQ(*Get(Task<Add>().Remote(nine, sixteen)), 25);
  EXPECT_EQ(*Get(Task<Length>().Remote("four")), 4);
  EXPECT_EQ(*Get(Task<Sum>().Remote(Array<double>{1, 2, 3})), 6);
  EXPECT_EQ(*Get(Task<Sum>().Remote(Put(Array<double>{1, 2, 4}))), 7);
  EXPECT_EQ(*Get(Task<ReadInside>().Remote(nine)), 10);
  EXPECT_EQ(*Get(Task<[](int a, std::map<int, std::string> b) { return b.at(a); }>().Remote(
                1, std::map<int, std::string>{{1, "one"}})),
            "one");
  Get(Task<Nothing>().Remote());
}

TEST(TasksTest, PutAndGetGiveThePointerTwice) {
  BareRuntime runtime;
  const ObjectRef<std::string> text = Put<std::string>("once");
  const std::shared_ptr<const std::string> first = Get(text);
  EXPECT_EQ(first, Get(text));
  EXPECT_EQ(*first, "once");
  EXPECT_TRUE(text.ready());
  EXPECT_EQ(text.id().worker(), 7u);
  const std::vector<ObjectRef<int>> many = PutMany<int>({1, 2, 3});
  EXPECT_EQ(*Get(many)[2], 3);
}

TEST(TasksTest, ErrorsTellWhatWhereAndWhy) {
  BareRuntime runtime;
  const ObjectRef<int> failed = Task<Fail>().Remote("no samples");
  const std::string error = ErrorOf([&] { Get(failed); });
  EXPECT_THAT(error, HasSubstr("Fail, submitted at tasks_test.cc:"));
  EXPECT_THAT(error, HasSubstr("failed with std::runtime_error: no samples"));
  EXPECT_EQ(TryGet(failed).status().code(), absl::StatusCode::kUnknown);
  const std::string later = ErrorOf([&] { Get(Task<Square>({.name = "later"}).Remote(failed)); });
  EXPECT_THAT(later, HasSubstr("task later, submitted at tasks_test.cc:"));
  EXPECT_THAT(later, HasSubstr("did not run, since an argument failed; caused by task "));
  const std::string inner = ErrorOf([&] { Get(Task<ReadInside>().Remote(failed)); });
  EXPECT_THAT(inner, HasSubstr("failed, since an object it asked for is an error; caused by task "));
  EXPECT_THAT(ErrorOf([] { Get(ObjectRef<int>()); }), HasSubstr("refers to nothing"));
  EXPECT_THAT(ErrorOf([] { Task<Square>().Remote(ObjectRef<int>()); }), HasSubstr("refers to nothing"));
}

TEST(TasksTest, WithoutARuntimeACallSaysSo) {
  EXPECT_THAT(ErrorOf([] { Put(1); }), HasSubstr("there is no runtime"));
}

TEST(TasksTest, RetriesRunTheSameArgumentsAgain) {
  BareRuntime runtime;
  static std::atomic<int> runs;
  runs = 0;
  constexpr auto kThirdTime = [](std::string text) {
    if (CurrentTask().attempt() != static_cast<uint32_t>(++runs)) throw std::logic_error("wrong attempt");
    if (runs < 3) throw std::runtime_error("not yet");
    return text;
  };
  EXPECT_EQ(*Get(Task<kThirdTime>({.retries_max = 2}).Remote(std::string(100, 'x'))), std::string(100, 'x'));
  EXPECT_EQ(runs, 3);
  runs = 0;
  EXPECT_THAT(ErrorOf([&] { Get(Task<kThirdTime>({.retries_max = 1}).Remote("x")); }), HasSubstr("(attempt 2)"));
  runs = 0;
  EXPECT_THAT(ErrorOf([&] {
                Get(Task<kThirdTime>({.retries_max = 5, .retry_on = [](const ErrorRecord& e) { return e.attempt > 5; }})
                        .Remote("x"));
              }),
              HasSubstr("not yet"));
  EXPECT_EQ(runs, 1);
}

struct NoException {
  int code;
};
struct Mute : std::exception {
  const char* what() const noexcept override { return nullptr; }
};
struct Both : std::invalid_argument, NoException {
  Both() : std::invalid_argument("both"), NoException{3} {}
};
enum class Weekday { kMonday };

TEST(TasksTest, WhateverIsThrownIsTheObjectsError) {
  BareRuntime runtime;
  EXPECT_THAT(ErrorOf([] { Get(Task<[] { throw NoException{1}; }>().Remote()); }), HasSubstr("a thrown manta::"));
  EXPECT_THAT(ErrorOf([] { Get(Task<[] { throw Mute(); }>().Remote()); }), HasSubstr("Mute: (null)"));
  EXPECT_THAT(ErrorOf([] { Get(Task<[] { throw Both(); }>().Remote()); }), HasSubstr("Both: both"));
  EXPECT_THAT(ErrorOf([] { Get(Task<[] { throw Weekday::kMonday; }>().Remote()); }), HasSubstr("Weekday"));
  EXPECT_THAT(ErrorOf([] { Get(Task<[] { throw static_cast<void*>(nullptr); }>().Remote()); }), HasSubstr("void*"));
  EXPECT_THAT(ErrorOf([] { Get(Task<[] { throw std::bad_alloc(); }>().Remote()); }), HasSubstr("std::bad_alloc"));
  EXPECT_THAT(ErrorOf([] { Get(Task<[] { throw std::string("text"); }>().Remote()); }), HasSubstr("text"));
  EXPECT_THAT(ErrorOf([] { Get(Task<[] { throw Error(absl::AbortedError("ours")); }>().Remote()); }),
              HasSubstr("ours"));
  EXPECT_THAT(ErrorOf([] {
                Get(Task<[] {
                      try {
                        throw std::runtime_error("inner");
                      } catch (...) {
                        std::throw_with_nested(std::logic_error("outer"));
                      }
                    }>()
                        .Remote());
              }),
              HasSubstr("outer"));
  EXPECT_EQ(runtime.core().counts().failed_count, 9u);
}

absl::Status CheckEven(int x) {
  return x % 2 == 0 ? absl::OkStatus() : absl::InvalidArgumentError(std::to_string(x) + " is odd");
}

TEST(TasksTest, AStatusIsAnEndOrAnError) {
  BareRuntime runtime;
  const ObjectRef<void> good = Task<CheckEven>().Remote(4);
  EXPECT_TRUE(TryGet(good).ok());
  EXPECT_THAT(ErrorOf([] { Get(Task<CheckEven>().Remote(3)); }), HasSubstr("returned INVALID_ARGUMENT: 3 is odd"));
}

TEST(TasksTest, FibonacciWithOneTwoAndEightThreads) {
  const int n = IsStrictTest() ? 20 : 25;  // Each of the 250,000 numbers would go through the store.
  for (const uint32_t count : {1u, 2u, 8u}) {
    BareRuntime runtime({.workers = {.worker_count = count}});
    EXPECT_EQ(*Get(Task<Fibonacci>().Remote(n)), n == 20 ? 6765 : 75025);
    // Threads beyond the slots are for waits whose task another thread runs: here all of them for a task's own
    // children, which share eight.
    EXPECT_LE(runtime.core().counts().thread_count, count + 8);
  }
}

TEST(TasksTest, DeepWaitsFitTheStack) {
  BareRuntime runtime;
  const int depth = kThreadSanitizer ? 1'000 : 10'000;  // It keeps stacks of up to 65,535 calls.
  EXPECT_EQ(*Get(Task<Depth>().Remote(depth)), depth);
}

std::atomic<bool> worker_is_held;
std::atomic<bool> worker_may_go;
std::atomic<bool> next_has_run;

void HoldWorker() {
  worker_is_held = true;
  worker_is_held.notify_one();
  worker_may_go.wait(false);
}

// Lets the only worker go, and returns when that has run what was queued behind this task.
int OutliveOwnQueueEntry() {
  worker_may_go = true;
  worker_may_go.notify_one();
  next_has_run.wait(false);
  return 5;
}

void RunNext() {
  next_has_run = true;
  next_has_run.notify_one();
}

TEST(TasksTest, AHelperGetsTheResultAlsoWhenTheQueueHasLetGoOfTheTaskMeanwhile) {
  BareRuntime runtime({.workers = {.worker_count = 1}});
  worker_is_held = worker_may_go = next_has_run = false;
  const ObjectRef<void> held = Task<HoldWorker>().Remote();
  worker_is_held.wait(false);
  const ObjectRef<int> helped = Task<OutliveOwnQueueEntry>().Remote();
  const ObjectRef<void> next = Task<RunNext>().Remote();
  EXPECT_EQ(*Get(helped), 5);
  Get(next);
  Get(held);
}

// After many calls whose results it asks for at once, nobody is woken for this thread's next one.
void RunHereManyTimes() {
  for (int i = 0; i < 100; ++i) EXPECT_EQ(*Get(Task<Square>().Remote(i)), i * i);
}

std::atomic<bool> was_run;

void SayItWasRun() {
  was_run = true;
  was_run.notify_one();
}

TEST(TasksTest, WhatItsThreadDoesNotAskForIsRunByAnother) {
  BareRuntime runtime;
  for (int i = 0; i < 20; ++i) {
    RunHereManyTimes();
    was_run = false;
    const ObjectRef<void> ref = Task<SayItWasRun>().Remote();
    was_run.wait(false);
    Get(ref);
  }
}

TEST(TasksTest, WhatItsThreadWaitsForWithADeadlineIsRunByAnother) {
  BareRuntime runtime;
  for (int i = 0; i < 20; ++i) {
    RunHereManyTimes();
    EXPECT_EQ(*Get(Task<Square>().Remote(i), {.timeout_ns = 600'000'000'000}), i * i);
  }
}

TEST(TasksTest, WhatItsThreadPushesTogetherIsRun) {
  BareRuntime runtime;
  for (int i = 0; i < 20; ++i) {
    RunHereManyTimes();
    was_run = false;
    const ObjectRef<void> first = Task<SayItWasRun>().Remote();
    const ObjectRef<int> second = Task<Square>().Remote(i);
    was_run.wait(false);
    EXPECT_EQ(*Get(second), i * i);
    Get(first);
  }
}

TEST(TasksTest, WaitSetsHandOutWhatIsReady) {
  BareRuntime runtime;
  std::vector<ObjectRef<int>> refs;
  for (int i = 0; i < 1000; ++i) refs.push_back(Task<Square>().Remote(i));
  WaitSet<int> set(refs);
  int64_t sum = 0;
  while (!set.empty()) sum += *Get(set.Next());
  EXPECT_EQ(sum, 332'833'500);

  auto [promise, late] = MakePromise<int>();
  const WaitResult<int> some = Wait<int>({late, refs[1], refs[2]}, {.count = 2});
  EXPECT_EQ(some.ready, (std::vector<ObjectRef<int>>{refs[1], refs[2]}));
  EXPECT_EQ(some.pending, std::vector<ObjectRef<int>>{late});
  WaitSet<int> pending({late});
  EXPECT_FALSE(pending.TryNext().has_value());
  EXPECT_THAT(ErrorOf([&] { pending.Next({.timeout_ns = 1000}); }), HasSubstr("none of 1 objects was ready in time"));
  promise.Set(5);
  EXPECT_EQ(*Get(pending.Next()), 5);
}

TEST(TasksTest, PromisesAreKeptBrokenOrEndedByShutdown) {
  BareRuntime runtime;
  auto [kept, ref] = MakePromise<std::string>();
  const ObjectRef<int> length =
      Task<[](const std::string& text) { return static_cast<int>(text.size()); }>().Remote(ref);
  std::thread([promise = std::move(kept)]() mutable { promise.Set("value"); }).join();
  EXPECT_EQ(*Get(ref), "value");
  EXPECT_EQ(*Get(length), 5);
  ObjectRef<int> broken;
  { broken = MakePromise<int>().second; }
  EXPECT_THAT(ErrorOf([&] { Get(broken); }), HasSubstr("nobody gave the promised value"));
  auto [open, pending] = MakePromise<int>();
  const ObjectRef<int> never = pending;
  const ObjectRef<int> dependent = Task<Square>().Remote(never);
  runtime.core().Stop();
  EXPECT_THAT(ErrorOf([&] { Get(never); }), HasSubstr("the runtime was shut down before"));
  EXPECT_THAT(ErrorOf([&] { Get(dependent); }), HasSubstr("the runtime was shut down before"));
  EXPECT_FALSE(open.Set(1));
}

TEST(TasksTest, ATaskWithoutAResultInTimeFails) {
  BareRuntime runtime;
  auto [promise, never] = MakePromise<int>();
  const ObjectRef<int> waiting = Task<Square>({.timeout_ns = 1'000'000}).Remote(never);
  EXPECT_THAT(ErrorOf([&] { Get(waiting); }), HasSubstr("had no result 1 ms after it was submitted"));
  const ObjectRef<int> running = Task<[] {
                                   while (!CurrentTask().cancelled()) std::this_thread::yield();
                                   return 1;
                                 }>({.timeout_ns = 1'000'000})
                                     .Remote();
  EXPECT_THAT(ErrorOf([&] { Get(running); }), HasSubstr("had no result 1 ms after it was submitted"));
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(*Get(Task<Square>({.timeout_ns = 60'000'000'000}).Remote(i)), i * i);
  // Nothing is left of those that came in time.
  EXPECT_EQ(runtime.core().timers().size(), 0u);
}

TEST(TasksTest, CancelledTasksFailAtOnceAndSeeIt) {
  BareRuntime runtime;
  static std::atomic<bool> started;
  started = false;
  const ObjectRef<int> running = Task<[] {
                                   started = true;
                                   while (!CurrentTask().cancelled()) std::this_thread::yield();
                                   return 1;
                                 }>()
                                     .Remote();
  while (!started) std::this_thread::yield();
  EXPECT_TRUE(Cancel(running));
  EXPECT_THAT(ErrorOf([&] { Get(running); }), HasSubstr("was cancelled"));
  EXPECT_FALSE(Cancel(running));
  auto [promise, never] = MakePromise<int>();
  const ObjectRef<int> waiting = Task<Square>().Remote(never);
  EXPECT_TRUE(Cancel(waiting));
  EXPECT_THAT(ErrorOf([&] { Get(waiting); }), HasSubstr("was cancelled"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
