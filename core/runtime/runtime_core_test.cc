// The runtime below the API: blocks are made by hand, on real threads.

#include "core/runtime/runtime_core.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/kernel/system/system_clock.h"
#include "core/kernel/system/thread_executor.h"
#include "core/runtime/task_block.h"
#include "tests/support/fifo_scheduler.h"

namespace manta {
namespace {

using runtime_internal::EdgeArgument;
using runtime_internal::ValueArgument;

constexpr TaskKind kKind = {.name = "test"};

// Holds one reference.
template <typename T>
class Held {
 public:
  explicit Held(SharedObject* state) : state_(state) {}
  Held(Held&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Held& operator=(Held&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~Held() {
    if (state_ != nullptr) state_->Release();
  }
  SharedObject& operator*() const { return *state_; }
  SharedObject* operator->() const { return state_; }
  SharedObject* NewReference() const {
    state_->Retain();
    return state_;
  }

 private:
  SharedObject* state_;
};

class RuntimeCoreTest : public testing::Test {
 protected:
  explicit RuntimeCoreTest(RuntimeLimits limits = {.workers = {.worker_count = 2}}) {
    core_ =
        *RuntimeCore::Start({.executor = executor_, .clock = clock_, .scheduler = scheduler_, .worker_id = 7}, limits);
  }

  template <typename Function>
  auto Run(Function function) {
    auto* const task = TaskBlock<Function>::New(core_->shell(), kKind, SourceSite::Here(), std::move(function));
    using Value = typename std::remove_pointer_t<decltype(task)>::Value;
    return Submit<Value>(task);
  }

  // One argument of another task.
  template <typename T, typename Function>
  auto Then(const Held<T>& argument, Function function) {
    using Kept = EdgeArgument<const T&, T>;
    auto* const task = TaskBlock<Function, Kept>::New(core_->shell(), kKind, SourceSite::Here(), std::move(function),
                                                      argument.NewReference());
    using Value = typename std::remove_pointer_t<decltype(task)>::Value;
    return Submit<Value>(task);
  }

  template <typename T>
  Held<T> Submit(TaskState* task) {
    task->Retain();
    core_->Submit(task);
    return Held<T>(task);
  }

  template <typename T>
  T Get(const Held<T>& held) {
    const ErrorPtr error = core_->Wait(*held, kNever);
    EXPECT_EQ(error, nullptr) << error->ToString();
    ErrorPtr none;
    const std::shared_ptr<const void> view = held->View(&none);
    EXPECT_EQ(none, nullptr) << none->ToString();
    return *static_cast<const T*>(view.get());
  }

  template <typename T>
  ErrorPtr GetError(const Held<T>& held) {
    if (ErrorPtr error = core_->Wait(*held, kNever); error != nullptr) return error;
    return held->form() == SharedObject::Form::kError ? held->error() : nullptr;
  }

  SystemClock clock_;
  ThreadExecutor executor_{clock_};
  FifoScheduler scheduler_;
  std::unique_ptr<RuntimeCore> core_;
};

TEST_F(RuntimeCoreTest, RunsATaskAndKeepsItsValue) {
  const Held<int> nine = Run([] { return 9; });
  EXPECT_EQ(Get(nine), 9);
  ErrorPtr error;
  EXPECT_EQ(nine->View(&error), nine->View(&error));
  EXPECT_EQ(core_->counts().done_count, 1u);
  EXPECT_EQ(core_->counts().pending_count, 0);
}

TEST_F(RuntimeCoreTest, AValueLivesAsLongAsAPointerToIt) {
  auto alive = std::make_shared<int>(5);
  std::weak_ptr<int> watched = alive;
  std::shared_ptr<const void> view;
  {
    const Held<LocalOnly<std::shared_ptr<int>>> held =
        Run([alive = std::move(alive)]() mutable { return LocalOnly<std::shared_ptr<int>>(std::move(alive)); });
    EXPECT_EQ(core_->Wait(*held, kNever), nullptr);
    ErrorPtr error;
    view = held->View(&error);
  }
  EXPECT_FALSE(watched.expired());
  core_.reset();
  EXPECT_FALSE(watched.expired());
  view.reset();
  EXPECT_TRUE(watched.expired());
}

TEST_F(RuntimeCoreTest, ArgumentsComeBeforeTheTask) {
  const Held<int> three = Run([] { return 3; });
  const Held<int> nine = Then(three, [](const int& x) { return x * x; });
  const Held<std::string> text = Then(nine, [](const int& x) { return std::to_string(x); });
  EXPECT_EQ(Get(text), "9");
}

TEST_F(RuntimeCoreTest, WhatIsThrownIsTold) {
  const Held<int> failed = Run([]() -> int { throw std::invalid_argument("no samples"); });
  const ErrorPtr error = GetError(failed);
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->type, ErrorType::kTaskFailed);
  EXPECT_EQ(error->thrown_type, "std::invalid_argument");
  EXPECT_THAT(error->ToString(), testing::HasSubstr("failed with std::invalid_argument: no samples"));
  EXPECT_THAT(GetError(Run([]() -> int { throw 7; }))->message, "failed with a thrown int");
  EXPECT_THAT(GetError(Run([]() -> int { throw "text"; }))->message, "failed with a text: text");
  EXPECT_THAT(GetError(Run([] { return absl::StatusOr<int>(absl::NotFoundError("gone")); }))->message,
              "returned NOT_FOUND: gone");
}

TEST_F(RuntimeCoreTest, AFailureAtTheHeadOfALongChainArrivesAtItsEnd) {
  std::atomic<bool> go{false};
  std::atomic<int> ran{0};
  Held<int> last = Run([&]() -> int {
    while (!go.load()) std::this_thread::yield();
    throw std::runtime_error("head");
  });
  for (int i = 0; i < 100'000; ++i) {
    last = Then(last, [&ran](const int& x) {
      ran.fetch_add(1);
      return x + 1;
    });
  }
  go.store(true);
  const ErrorPtr error = GetError(last);
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->type, ErrorType::kDependencyFailed);
  EXPECT_EQ(error->skipped_count, 99'999u);
  ASSERT_NE(error->cause, nullptr);
  EXPECT_EQ(error->cause->message, "failed with std::runtime_error: head");
  EXPECT_EQ(ran.load(), 0);
}

TEST_F(RuntimeCoreTest, ALongChainRunsAndIsReleased) {
  std::vector<Held<int>> links;
  links.push_back(Run([] { return 0; }));
  for (int i = 0; i < 100'000; ++i) links.push_back(Then(links.back(), [](const int& x) { return x + 1; }));
  EXPECT_EQ(Get(links.back()), 100'000);
  links.clear();
  core_->Stop();
  EXPECT_EQ(core_->counts().object_count, 0);
  EXPECT_EQ(core_->counts().done_count, 100'001u);
}

TEST_F(RuntimeCoreTest, StopEndsWaitsAndDropsWhatHasNotStarted) {
  std::atomic<int> started{0};
  std::atomic<bool> go{false};
  std::vector<Held<int>> blocked;
  for (int i = 0; i < 2; ++i) {
    blocked.push_back(Run([&] {
      started.fetch_add(1);
      while (!go.load()) std::this_thread::yield();
      return 1;
    }));
  }
  while (started.load() < 2) std::this_thread::yield();
  std::vector<Held<int>> queued;
  for (int i = 0; i < 1000; ++i) queued.push_back(Run([] { return 2; }));
  const Held<int> dependent = Then(queued[0], [](const int& x) { return x; });
  std::thread waiter([&] {
    const ErrorPtr error = core_->Wait(*blocked[0], kNever);
    ASSERT_NE(error, nullptr);
    EXPECT_EQ(error->type, ErrorType::kShutdown);
    go.store(true);
  });
  core_->Stop();
  waiter.join();
  for (const Held<int>& task : queued) EXPECT_EQ(GetError(task)->type, ErrorType::kShutdown);
  EXPECT_EQ(GetError(dependent)->cause->type, ErrorType::kShutdown);
  const RuntimeCounts counts = core_->counts();
  EXPECT_EQ(counts.done_count, 2u);
  EXPECT_EQ(counts.dropped_count, 1001u);
  EXPECT_EQ(counts.pending_count, 0);
  EXPECT_EQ(GetError(Run([] { return 3; }))->type, ErrorType::kShutdown);
}

TEST_F(RuntimeCoreTest, CancelGivesTheErrorAtOnce) {
  std::atomic<bool> started{false};
  std::atomic<bool> seen{false};
  const Held<int> running = Run([&] {
    started.store(true);
    while (!CurrentThread().task->cancelled()) std::this_thread::yield();
    seen.store(true);
    return 1;
  });
  while (!started.load()) std::this_thread::yield();
  EXPECT_TRUE(core_->Cancel(*running, ErrorType::kTaskCancelled, "was cancelled"));
  EXPECT_FALSE(core_->Cancel(*running, ErrorType::kTaskCancelled, "was cancelled"));
  EXPECT_EQ(GetError(running)->type, ErrorType::kTaskCancelled);
  core_->Stop();
  EXPECT_TRUE(seen.load());
}

TEST_F(RuntimeCoreTest, ATimeoutIsNoEnd) {
  std::atomic<bool> go{false};
  std::atomic<bool> started{false};
  const Held<int> slow = Run([&] {
    started.store(true);
    while (!go.load()) std::this_thread::yield();
    return 1;
  });
  while (!started.load()) std::this_thread::yield();
  EXPECT_EQ(core_->Wait(*slow, clock_.NowNs() + 1'000'000)->type, ErrorType::kGetTimeout);
  EXPECT_EQ(core_->Wait(*slow, 0)->type, ErrorType::kGetTimeout);
  go.store(true);
  EXPECT_EQ(Get(slow), 1);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
