// Tasks and methods that are coroutines.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/actor.h"
#include "api/coroutine.h"
#include "api/promise.h"
#include "api/result.h"
#include "api/task.h"
#include "tests/support/bare_runtime.h"

namespace manta {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

int Add(int a, int b) { return a + b; }

std::string ErrorOf(const auto& ref) { return std::string(TryGet(ref).status().message()); }

Coroutine<int> Sum(ObjectRef<int> a, ObjectRef<int> b) {
  const int first = *co_await a;
  co_return first + *co_await b;
}

TEST(CoroutineTest, GoesOnWhenWhatItAwaitsIsReady) {
  BareRuntime runtime;
  auto [one, a] = MakePromise<int>();
  auto [two, b] = MakePromise<int>();
  const ObjectRef<int> sum = Task<Sum>().Remote(a, b);
  two.Set(2);
  one.Set(1);
  EXPECT_EQ(*Get(sum), 3);
  EXPECT_EQ(*Get(Task<Sum>().Remote(Put(3), Put(4))), 7);
}

TEST(CoroutineTest, TakesNoThreadWhileItWaits) {
  BareRuntime runtime({.workers = {.worker_count = 1, .spare_count_max = 0, .thread_count_max = 1}});
  auto [promise, late] = MakePromise<int>();
  std::vector<ObjectRef<int>> sums;
  for (int i = 0; i < 1'000; ++i) sums.push_back(Task<Sum>().Remote(late, Put(i)));
  EXPECT_EQ(*Get(Task<Add>().Remote(1, 2)), 3) << "a thousand wait, and one thread is free";
  promise.Set(1);
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(*Get(sums[i]), i + 1);
}

Coroutine<int> CountLeaves(int depth) {
  if (depth == 0) co_return 1;
  const ObjectRef<int> left = Task<CountLeaves>().Remote(depth - 1);
  const ObjectRef<int> right = Task<CountLeaves>().Remote(depth - 1);
  co_return *co_await left + *co_await right;
}

TEST(CoroutineTest, AwaitsTasksThatItSubmits) {
  BareRuntime runtime;
  EXPECT_EQ(*Get(Task<CountLeaves>().Remote(12)), 4096);
}

Coroutine<int> Fails(ObjectRef<int> argument) {
  co_await argument;
  throw std::runtime_error("after the wait");
}
Coroutine<std::string> Catches(ObjectRef<int> failing) {
  try {
    co_await failing;
  } catch (const ObjectError& error) {
    co_return error.what();
  }
  co_return "no error";
}

TEST(CoroutineTest, AwaitingAnErrorThrowsIt) {
  BareRuntime runtime;
  EXPECT_THAT(*Get(Task<Catches>().Remote(Task<Fails>().Remote(Put(1)))), HasSubstr("after the wait"));
  auto [promise, late] = MakePromise<int>();
  const ObjectRef<std::string> caught = Task<Catches>().Remote(late);
  promise.Fail("nothing comes");
  EXPECT_THAT(*Get(caught), HasSubstr("nothing comes"));
  EXPECT_THAT(ErrorOf(Task<Sum>().Remote(Task<Fails>().Remote(Put(1)), Put(2))), HasSubstr("after the wait"));
  EXPECT_THAT(ErrorOf(Task<Sum>().Remote(ObjectRef<int>(), Put(2))), HasSubstr("refers to nothing"));
}

Coroutine<int> Doubled(ObjectRef<int> ref) {
  const int value = *co_await ref;
  if (value < 0) throw std::invalid_argument("negative");
  co_return 2 * value;
}
Coroutine<> Nothing() { co_return; }
Coroutine<int> CallsOthers(ObjectRef<int> ref) {
  int sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    co_await Nothing();
    ++sum;
  }
  co_return sum + co_await Doubled(ref);
}

TEST(CoroutineTest, OneCallsAnother) {
  BareRuntime runtime;
  auto [promise, late] = MakePromise<int>();
  const ObjectRef<int> ref = Task<CallsOthers>().Remote(late);
  promise.Set(5);
  EXPECT_EQ(*Get(ref), 100'010);
  EXPECT_THAT(ErrorOf(Task<CallsOthers>().Remote(Put(-1))), HasSubstr("negative"));
}

TEST(CoroutineTest, ParametersThatAreReferencesStayGood) {
  BareRuntime runtime;
  auto [promise, late] = MakePromise<int>();
  const ObjectRef<std::string> text =
      Task<[](const std::string& a, const std::vector<int>& b, ObjectRef<int> wait) -> Coroutine<std::string> {
        co_await wait;
        co_return a + std::to_string(b.size());
      }>()
          .Remote(std::string("a text that is longer than the string itself "), Put(std::vector<int>(3)), late);
  promise.Set(1);
  EXPECT_EQ(*Get(text), "a text that is longer than the string itself 3");
}

TEST(CoroutineTest, AStatusOrIsAResultOrAnError) {
  BareRuntime runtime;
  constexpr auto kHalf = [](ObjectRef<int> x) -> Coroutine<absl::StatusOr<int>> {
    const int value = *co_await x;
    if (value % 2 != 0) co_return absl::InvalidArgumentError("odd");
    co_return value / 2;
  };
  EXPECT_EQ(*Get(Task<kHalf>().Remote(Put(8))), 4);
  EXPECT_THAT(ErrorOf(Task<kHalf>().Remote(Put(7))), HasSubstr("odd"));
}

// Tells when it is destroyed.
struct Guard {
  explicit Guard(std::atomic<int>* count) : count(count) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() { ++*count; }
  std::atomic<int>* count;
};
Coroutine<int> Guarded(std::atomic<int>* ended, ObjectRef<int> ref) {
  const Guard guard(ended);
  co_return *co_await ref;
}

TEST(CoroutineTest, CancelDestroysWhatWaits) {
  std::atomic<int> ended = 0;
  BareRuntime runtime;
  auto [promise, never] = MakePromise<int>();
  auto [started, is_waiting] = MakePromise<int>();
  const ObjectRef<int> ref = Task<Guarded>().Remote(&ended, never);
  while (ref.state()->task()->phase() != TaskPhase::kSuspended) std::this_thread::yield();
  EXPECT_TRUE(Cancel(ref));
  EXPECT_THAT(ErrorOf(ref), HasSubstr("was cancelled"));
  runtime.core().Stop();
  EXPECT_EQ(ended, 1);
}

TEST(CoroutineTest, ShutdownEndsWhatWaits) {
  std::atomic<int> ended = 0;
  ObjectRef<int> ref;
  ObjectRef<int> behind;
  {
    BareRuntime runtime;
    auto [promise, never] = MakePromise<int>();
    ref = Task<Guarded>().Remote(&ended, never);
    behind = Task<Guarded>().Remote(&ended, ref);
    while (behind.state()->task()->phase() != TaskPhase::kSuspended) std::this_thread::yield();
    runtime.core().Stop();
    EXPECT_EQ(ended, 2);
    EXPECT_EQ(runtime.core().counts().pending_count, 0);
  }
  EXPECT_THAT(ErrorOf(ref), HasSubstr("shut down"));
  EXPECT_FALSE(TryGet(behind).ok());
}

TEST(CoroutineTest, IsTriedAgainFromItsStart) {
  static std::atomic<int> attempts;
  attempts = 0;
  BareRuntime runtime;
  const ObjectRef<int> ref = Task<[](ObjectRef<int> x) -> Coroutine<int> {
                               const int value = *co_await x;
                               if (++attempts < 3) throw std::runtime_error("again");
                               co_return value;
                             }>({.retries_max = 5})
                                 .Remote(Put(9));
  EXPECT_EQ(*Get(ref), 9);
  EXPECT_EQ(attempts, 3);
}

TEST(CoroutineTest, ATimeoutEndsWhatWaits) {
  BareRuntime runtime;
  auto [promise, never] = MakePromise<int>();
  const ObjectRef<int> ref = Task<Sum>({.timeout_ns = 1'000'000}).Remote(never, Put(1));
  EXPECT_THAT(ErrorOf(ref), HasSubstr("had no result"));
}

// Logs what its methods do.
class Diary {
 public:
  Coroutine<int> Wait(int number, ObjectRef<int> ref) {
    Enter(number);
    const int value = *co_await ref;
    Enter(-number);
    co_return value;
  }
  void Note(int number) { Enter(number); }
  std::vector<int> lines() const { return lines_; }
  int Fail() { throw std::runtime_error("method"); }

 private:
  void Enter(int line) {
    EXPECT_FALSE(inside_.exchange(true)) << "one at a time";
    lines_.push_back(line);
    inside_ = false;
  }
  std::vector<int> lines_;
  std::atomic<bool> inside_ = false;
};

TEST(CoroutineActorTest, OthersRunWhileOneWaits) {
  BareRuntime runtime;
  const ActorHandle<Diary> diary = Actor<Diary>().Remote();
  auto [promise, late] = MakePromise<int>();
  const ObjectRef<int> first = diary.Task<&Diary::Wait>().Remote(1, late);
  diary.Task<&Diary::Note>().Send(2);
  EXPECT_THAT(*Get(diary.Task<&Diary::lines>().Remote()), ElementsAre(1, 2));
  promise.Set(7);
  EXPECT_EQ(*Get(first), 7);
  EXPECT_THAT(*Get(diary.Task<&Diary::lines>().Remote()), ElementsAre(1, 2, -1));
}

TEST(CoroutineActorTest, ManyWaitAndGoOnOneAtATime) {
  BareRuntime runtime({.workers = {.worker_count = 4}});
  const ActorHandle<Diary> diary = Actor<Diary>().Remote();
  std::vector<ObjectRef<int>> calls;
  for (int i = 1; i <= 2'000; ++i) calls.push_back(diary.Task<&Diary::Wait>().Remote(i, Task<Add>().Remote(i, 1)));
  for (int i = 1; i <= 2'000; ++i) EXPECT_EQ(*Get(calls[i - 1]), i + 1);
  EXPECT_EQ(Get(diary.Task<&Diary::lines>().Remote())->size(), 4'000u);
}

TEST(CoroutineActorTest, TheActorLivesAsLongAsOneWaits) {
  BareRuntime runtime;
  auto [promise, late] = MakePromise<int>();
  ObjectRef<int> call;
  {
    const ActorHandle<Diary> diary = Actor<Diary>().Remote();
    call = diary.Task<&Diary::Wait>().Remote(1, late);
    Get(diary.Task<&Diary::Note>().Remote(2));
  }
  promise.Set(3);
  EXPECT_EQ(*Get(call), 3);
}

TEST(CoroutineActorTest, KillEndsThoseThatWait) {
  BareRuntime runtime;
  for (const uint32_t concurrency : {1u, 2u}) {
    auto [promise, late] = MakePromise<int>();
    const ActorHandle<Diary> diary = Actor<Diary>({.concurrency_max = concurrency}).Remote();
    const ObjectRef<int> call = diary.Task<&Diary::Wait>().Remote(1, late);
    while (call.state()->task()->phase() != TaskPhase::kSuspended) std::this_thread::yield();
    diary.Kill("it is time");
    EXPECT_THAT(ErrorOf(call), HasSubstr("it is time"));
    EXPECT_THAT(ErrorOf(diary.Task<&Diary::lines>().Remote()), HasSubstr("it is time"));
  }
}

TEST(CoroutineActorTest, ARestartEndsThoseThatWait) {
  BareRuntime runtime;
  for (const uint32_t concurrency : {1u, 2u}) {
    auto [promise, late] = MakePromise<int>();
    const ActorHandle<Diary> diary = Actor<Diary>({.concurrency_max = concurrency,
                                                   .restart = {.restarts_max = 1},
                                                   .restart_on = [](const ErrorRecord&) { return true; }})
                                         .Remote();
    const ObjectRef<int> call = diary.Task<&Diary::Wait>().Remote(1, late);
    while (call.state()->task()->phase() != TaskPhase::kSuspended) std::this_thread::yield();
    EXPECT_THAT(ErrorOf(diary.Task<&Diary::Fail>().Remote()), HasSubstr("method"));
    EXPECT_THAT(ErrorOf(call), HasSubstr("made anew"));
    EXPECT_THAT(*Get(diary.Task<&Diary::lines>().Remote()), ElementsAre());
    EXPECT_EQ(diary.incarnation(), 2u);
  }
}

TEST(CoroutineActorTest, CancelAndShutdownUnwindWhatWaits) {
  std::atomic<int> ended = 0;
  struct Holder {
    Coroutine<int> Wait(std::atomic<int>* ended, ObjectRef<int> ref) {
      const Guard guard(ended);
      co_return *co_await ref;
    }
  };
  for (const uint32_t concurrency : {1u, 2u}) {
    ended = 0;
    BareRuntime runtime;
    auto [promise, late] = MakePromise<int>();
    const ActorHandle<Holder> holder = Actor<Holder>({.concurrency_max = concurrency}).Remote();
    const ObjectRef<int> cancelled = holder.Task<&Holder::Wait>().Remote(&ended, late);
    const ObjectRef<int> dropped = holder.Task<&Holder::Wait>().Remote(&ended, late);
    while (dropped.state()->task()->phase() != TaskPhase::kSuspended) std::this_thread::yield();
    while (cancelled.state()->task()->phase() != TaskPhase::kSuspended) std::this_thread::yield();
    EXPECT_TRUE(Cancel(cancelled));
    EXPECT_THAT(ErrorOf(cancelled), HasSubstr("was cancelled"));
    runtime.core().Stop();
    EXPECT_EQ(ended, 2);
    EXPECT_THAT(ErrorOf(dropped), HasSubstr("shut down"));
  }
}

TEST(CoroutineActorTest, AMethodIsTriedAgain) {
  BareRuntime runtime;
  struct Flaky {
    int Try() {
      if (++attempts < 3) throw std::runtime_error("again");
      return attempts;
    }
    int attempts = 0;
  };
  const ActorHandle<Flaky> flaky = Actor<Flaky>().Remote();
  EXPECT_EQ(*Get(flaky.Task<&Flaky::Try>({.retries_max = 5}).Remote()), 3);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
