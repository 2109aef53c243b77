// The runtime as a program gets it, through libmanta.so and the default plugins: what must hold at its start, its end,
// and beyond.
#include <dirent.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/error_of.h"
#include "tests/support/heap_in_use.h"
#include "tests/support/strict_test.h"

namespace manta {
namespace {

using testing::HasSubstr;

int Square(int x) { return x * x; }

size_t EntryCount(const char* folder) {
  DIR* const directory = opendir(folder);
  size_t count = 0;
  while (readdir(directory) != nullptr) ++count;
  closedir(directory);
  return count;
}

TEST(RuntimeTest, AThousandStartsAndEndsLeaveNothing) {
  const auto cycle = [] {
    Runtime runtime = Init({.set = {"worker_count: 2"}});
    std::vector<ObjectRef<int>> refs;
    for (int i = 0; i < 10; ++i) refs.push_back(Task<Square>().Remote(i));
    for (int i = 0; i < 10; ++i) ASSERT_EQ(*Get(refs[i]), i * i);
  };
  for (int i = 0; i < 20; ++i) cycle();  // What is made once is made.
  const size_t files = EntryCount("/proc/self/fd");
  const size_t threads = EntryCount("/proc/self/task");
  const int64_t before = HeapBytesInUse();
  for (int i = 0; i < 1000; ++i) cycle();
  EXPECT_EQ(EntryCount("/proc/self/fd"), files);
  EXPECT_EQ(EntryCount("/proc/self/task"), threads);
  EXPECT_LT(HeapBytesInUse(), before + (int64_t{1} << 20));  // A kilobyte for each would be a leak.
}

TEST(RuntimeTest, ShutdownDropsAMillionPendingTasksAndSaysSo) {
  const int count = IsStrictTest() ? 100'000 : 1'000'000;
  Runtime runtime = Init({.set = {"worker_count: 2"}});
  auto [promise, gate] = MakePromise<int>();
  std::vector<ObjectRef<int>> refs;
  refs.reserve(count);
  // Half of them wait for what never comes, the others may run at any time.
  for (int i = 0; i < count; ++i) {
    refs.push_back(i % 2 == 0 ? Task<Square>().Remote(gate) : Task<Square>().Remote(i % 1000));
  }
  const RuntimeCounts counts = runtime.Shutdown();
  EXPECT_EQ(counts.done_count + counts.dropped_count, static_cast<uint64_t>(count));
  EXPECT_EQ(counts.failed_count, 0u);
  EXPECT_EQ(counts.pending_count, 0);
  uint64_t done = 0;
  for (int i = 0; i < count; ++i) {
    const absl::StatusOr<std::shared_ptr<const int>> value = TryGet(refs[i]);
    if (value.ok()) {
      ++done;
      ASSERT_EQ(**value, (i % 1000) * (i % 1000));
    } else {
      ASSERT_THAT(std::string(value.status().message()), HasSubstr("the runtime was shut down"));
    }
  }
  EXPECT_EQ(done, counts.done_count);
}

TEST(RuntimeTest, TwoRuntimesInOneProcess) {
  Runtime first = Init({.set = {"worker_count: 1"}});
  Runtime second = Init({.set = {"worker_count: 1 scheduler { name: 'manta.scheduler.fifo' }"}});
  EXPECT_EQ(*Get(Task<Square>().Remote(3)), 9);
  EXPECT_EQ(first.counts().done_count, 1u);
  {
    RuntimeScope scope(second);
    EXPECT_EQ(*Get(Task<Square>().Remote(4)), 16);
    EXPECT_EQ(*Get(Task<[] { return *Get(Task<Square>().Remote(5)); }>().Remote()), 25);  // Tasks stay where they are.
  }
  EXPECT_EQ(first.counts().done_count, 1u);
  EXPECT_EQ(second.counts().done_count, 3u);
  const ObjectRef<int> value = Put(7);
  first.Shutdown();
  EXPECT_EQ(*Get(value), 7);  // Values outlive their runtime.
  EXPECT_THAT(ErrorOf([] { Put(8); }), HasSubstr("there is no runtime"));
  RuntimeScope scope(second);
  EXPECT_EQ(*Get(Task<Square>().Remote(value)), 49);
}

TEST(RuntimeTest, WaitsThatNobodyCanEndAreToldWithNames) {
  Runtime runtime = Init({.set = {"worker_count: 1 spare_threads_max: 0 threads_max: 4"}});
  auto [promise, gate] = MakePromise<int>();
  static ObjectRef<int> signal;
  signal = gate;
  constexpr auto kWaits = [] { return *Get(signal); };
  std::vector<ObjectRef<int>> waiting;
  for (int i = 0; i < 20; ++i) waiting.push_back(Task<kWaits>({.name = "Waits"}).Remote());
  WaitSet<int> set(waiting);
  const std::string error = ErrorOf([&] { Get(set.Next()); });  // The first to end is one that could not wait.
  EXPECT_THAT(error, HasSubstr("threads wait, and no more may be started: task Waits"));
  EXPECT_THAT(error, HasSubstr("raise the limit of threads"));
  promise.Set(1);
  for (const ObjectRef<int>& ref : waiting) (void)TryGet(ref);  // Until none uses `signal` any more.
  signal = {};
}

TEST(RuntimeTest, EverySchedulerRunsTheSameProgram) {
  for (const char* name : {"work_stealing", "fifo", "priority", "deterministic"}) {
    Runtime runtime =
        Init({.set = {std::string("worker_count: 3 scheduler { name: 'manta.scheduler.") + name + "' }"}});
    std::vector<ObjectRef<int>> refs;
    for (int i = 0; i < 1000; ++i) refs.push_back(Task<Square>().Remote(Task<Square>().Remote(i % 100)));
    int64_t sum = 0;
    for (const ObjectRef<int>& ref : refs) sum += *Get(ref);
    EXPECT_EQ(sum, 19'503'333'300) << name;
    EXPECT_EQ(runtime.counts().done_count, 2000u) << name;
  }
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
