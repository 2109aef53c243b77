// Tasks with several results, each an object of its own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include "api/actor.h"
#include "api/free.h"
#include "api/promise.h"
#include "api/result.h"
#include "api/task.h"
#include "api/wait.h"
#include "tests/support/bare_runtime.h"

namespace manta {
namespace {

using testing::HasSubstr;

std::tuple<int, std::string> Describe(int x) { return {x, "number " + std::to_string(x)}; }
std::pair<int, int> Halves(int x) { return {x / 2, x - x / 2}; }
std::array<int, 3> Powers(int x) { return {x, x * x, x * x * x}; }
std::tuple<int, int> Fail(int x) { throw std::runtime_error("no halves of " + std::to_string(x)); }

TEST(SplitTest, EachResultIsAnObject) {
  BareRuntime runtime;
  auto [number, text] = Task<Describe>().RemoteSplit(7);
  EXPECT_EQ(*Get(text), "number 7");
  EXPECT_EQ(*Get(number), 7);
  EXPECT_NE(number.id(), text.id());
  EXPECT_EQ(Get(text), Get(text));
}

TEST(SplitTest, PairsAndArraysToo) {
  BareRuntime runtime;
  auto [low, high] = Task<Halves>().RemoteSplit(9);
  EXPECT_EQ(*Get(Task<[](int a, int b) { return a * 10 + b; }>().Remote(low, high)), 45);
  const std::array<ObjectRef<int>, 3> powers = Task<Powers>().RemoteSplit(2);
  EXPECT_EQ(*Get(powers[2]), 8);
  EXPECT_EQ(*Get(powers[0]), 2);
}

TEST(SplitTest, AMethodCanHaveSeveralResults) {
  BareRuntime runtime;
  struct Till {
    std::tuple<int, int> Take(int amount) {
      left -= amount;
      return {amount, left};
    }
    int left = 10;
  };
  const ActorHandle<Till> till = Actor<Till>().Remote();
  auto [taken, left] = till.Task<&Till::Take>().RemoteSplit(3);
  EXPECT_EQ(*Get(taken), 3);
  EXPECT_EQ(*Get(left), 7);
}

TEST(SplitTest, AnErrorIsAllResultsError) {
  BareRuntime runtime;
  auto [a, b] = Task<Fail>().RemoteSplit(3);
  const absl::Status first = TryGet(a).status();
  EXPECT_THAT(std::string(first.message()), HasSubstr("no halves of 3"));
  EXPECT_EQ(TryGet(b).status(), first);
  auto [promise, late] = MakePromise<int>();
  auto [c, d] = Task<Halves>().RemoteSplit(late);
  EXPECT_TRUE(Cancel(c));
  EXPECT_THAT(std::string(TryGet(d).status().message()), HasSubstr("was cancelled"));
}

absl::StatusOr<std::pair<int, int>> HalvesOfEven(int x) {
  if (x % 2 != 0) return absl::InvalidArgumentError(std::to_string(x) + " is odd");
  return std::pair(x / 2, x / 2);
}

TEST(SplitTest, AStatusOrIsSplitToo) {
  BareRuntime runtime;
  auto [low, high] = Task<HalvesOfEven>().RemoteSplit(8);
  EXPECT_EQ(*Get(low) + *Get(high), 8);
  auto [none, either] = Task<HalvesOfEven>().RemoteSplit(7);
  EXPECT_THAT(std::string(TryGet(none).status().message()), HasSubstr("7 is odd"));
  EXPECT_EQ(TryGet(either).status(), TryGet(none).status());
}

TEST(SplitTest, EachLivesForItself) {
  BareRuntime runtime({.workers = {.worker_count = 2}}, nullptr);  // What says when it goes is native.
  auto first = std::make_shared<int>(1);
  auto second = std::make_shared<int>(2);
  using Value = LocalOnly<std::shared_ptr<int>>;
  const auto block = std::pair(Put(Value{first}), Put(Value{second}));
  auto [a, b] =
      Task<[](const Value& x, const Value& y) { return std::tuple(x, y); }>().RemoteSplit(block.first, block.second);
  Get(a);
  Get(b);
  Free(block.first);
  Free(block.second);
  EXPECT_EQ(second.use_count(), 2);
  b = {};
  EXPECT_EQ(second.use_count(), 1) << "it went with its last reference";
  EXPECT_EQ(first.use_count(), 2);
  EXPECT_TRUE(Free(a));
  EXPECT_EQ(first.use_count(), 1);
}

TEST(SplitTest, NobodyHasToKeepAny) {
  BareRuntime runtime;
  for (int i = 0; i < 100; ++i) Task<Halves>().RemoteSplit(i);
  auto [promise, late] = MakePromise<int>();
  ObjectRef<int> kept;
  {
    auto [low, high] = Task<Halves>().RemoteSplit(late);
    kept = high;
  }
  promise.Set(5);
  EXPECT_EQ(*Get(kept), 3);
}

TEST(SplitTest, AChainOfPartsNeedsNoStack) {
  BareRuntime runtime;
  auto [promise, late] = MakePromise<int>();
  ObjectRef<int> last = late;
  for (int i = 0; i < 100'000; ++i) {
    auto [next, unused] = Task<[](int x) { return std::pair(x + 1, 0); }>().RemoteSplit(last);
    last = next;
  }
  promise.Set(0);
  EXPECT_EQ(*Get(last), 100'000);
}

TEST(SplitTest, AChainThatFailsNeedsNoStack) {
  BareRuntime runtime;
  auto [promise, late] = MakePromise<int>();
  ObjectRef<int> last = late;
  for (int i = 0; i < 100'000; ++i) {
    auto [next, unused] = Task<[](int x) { return std::pair(x + 1, 0); }>().RemoteSplit(last);
    last = next;
  }
  promise.Fail("nothing comes");
  EXPECT_THAT(std::string(TryGet(last).status().message()), HasSubstr("caused by nothing comes"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
