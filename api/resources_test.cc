// Resources as a program uses them: named in the config, asked for by tasks and actors, with every scheduler.
#include <atomic>
#include <string>
#include <vector>

#include "api/manta.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

using testing::HasSubstr;

std::atomic<int> used_milli = 0;
std::atomic<int> used_milli_max = 0;

int Use(int milli) {
  const int used = used_milli.fetch_add(milli) + milli;
  int most = used_milli_max.load();
  while (used > most && !used_milli_max.compare_exchange_weak(most, used)) {
  }
  const int value = *Get(Task<[](int x) { return x; }>().Remote(milli));  // A wait, in which others may start.
  used_milli.fetch_sub(milli);
  return value;
}

class Board {
 public:
  int Answer() { return 42; }
};

class ResourcesTest : public testing::TestWithParam<const char*> {
 protected:
  Runtime Start() {
    used_milli = used_milli_max = 0;
    return Init({.set = {std::string("worker_count: 4 resources { key: 'gpu' value: 1.5 } scheduler { name: "
                                     "'manta.scheduler.") +
                         GetParam() + "' }"}});
  }
};

TEST_P(ResourcesTest, NeverMoreIsHeldThanThereIs) {
  const Runtime runtime = Start();
  std::vector<ObjectRef<int>> refs;
  for (int i = 0; i < 600; ++i) {
    const int milli = 250 * (1 + i % 6);
    refs.push_back(Task<Use>({.resources = {{"gpu", milli / 1000.0}}}).Remote(milli));
  }
  for (int i = 0; i < 600; ++i) EXPECT_EQ(*Get(refs[(i * 7) % 600]), 250 * (1 + (i * 7) % 600 % 6));
  EXPECT_LE(used_milli_max, 1500);
}

TEST_P(ResourcesTest, TasksThatHoldHalfRunSideBySide) {
  const Runtime runtime = Start();
  static std::atomic<int> inside;
  static ObjectRef<int> together;
  inside = 0;
  auto [promise, ref] = MakePromise<int>();
  static Promise<int>* open;
  open = &promise;
  together = ref;
  // Neither ends before the other has begun.
  constexpr auto kMeets = [] {
    if (++inside == 2) open->Set(1);
    return *Get(together);
  };
  const TaskCall<kMeets> meets = Task<kMeets>({.resources = {{"gpu", 0.75}}});
  const ObjectRef<int> one = meets.Remote();
  const ObjectRef<int> other = meets.Remote();
  WaitSet<int> both({one, other});
  EXPECT_EQ(*Get(both.Next()) + *Get(both.Next()), 2);
  together = {};
}

TEST_P(ResourcesTest, AnActorHoldsItsOwnUntilItEnds) {
  const Runtime runtime = Start();
  auto board = Actor<Board>({.resources = {{"gpu", 1}}}).Remote();
  EXPECT_EQ(*Get(board.Task<&Board::Answer>().Remote()), 42);
  auto next = Actor<Board>({.resources = {{"gpu", 1}}}).Remote();
  const ObjectRef<int> waits = next.Task<&Board::Answer>().Remote();
  EXPECT_EQ(*Get(Task<Use>({.resources = {{"gpu", 0.5}}}).Remote(500)), 500);
  EXPECT_EQ(runtime.counts().pending_count, 2u);  // The constructor and its call.
  board = {};
  EXPECT_EQ(*Get(waits), 42);
}

TEST_P(ResourcesTest, WhatIsNotThereIsNamed) {
  const Runtime runtime = Start();
  try {
    Get(Task<Use>({.name = "Train", .resources = {{"tpu", 1}}}).Remote(1));
    FAIL();
  } catch (const ObjectError& error) {
    EXPECT_EQ(error.type(), ErrorType::kTaskUnschedulable);
    EXPECT_THAT(error.what(), HasSubstr("Train"));
    EXPECT_THAT(error.what(), HasSubstr("needs resource tpu, which is not known: this process has cpu 4, gpu 1.5; add "
                                        "it to `resources` in the config"));
  }
}

INSTANTIATE_TEST_SUITE_P(Schedulers, ResourcesTest,
                         testing::Values("work_stealing", "fifo", "priority", "deterministic"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
