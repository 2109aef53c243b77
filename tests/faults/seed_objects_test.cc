// Faults of the seed project RustyRay that are about objects: each is a test here, by its number.
// docs/reference/faults.md lists all of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/manta.h"
#include "api/testing.h"
#include "tests/faults/program.h"
#include "tests/support/heap_in_use.h"
#include "tests/support/heap_meter.h"

namespace manta {
namespace {

using manta::testing::Check;
using manta::testing::Explore;
using manta::testing::PassTime;
using ::testing::HasSubstr;

int Increment(int x) { return x + 1; }

// RustyRay's get gave up after 9.5 s, whatever the task did.
TEST(SeedFaults, B01_GetWaitsAsLongAsTheTaskTakes) {
  const auto explored = Explore({.seeds = 50}, [] {
    const ObjectRef<int> slow = Task<[] {
                                  PassTime(15 * kSecondNs);
                                  return 7;
                                }>()
                                    .Remote();
    const ErrorPtr early = RecordOf(slow, {.timeout_ns = 100 * kMillisecondNs});
    Check(early != nullptr && early->type == ErrorType::kGetTimeout, "a timeout of 100 ms has its own error");
    Check(*Get(slow) == 7, "the value comes later");
  });
  EXPECT_TRUE(explored.ok()) << explored.failure;
}

uint64_t VoluntarySwitches(long thread_id) {
  std::ifstream status("/proc/self/task/" + std::to_string(thread_id) + "/status");
  std::string word;
  uint64_t count = 0;
  while (status >> word) {
    if (word == "voluntary_ctxt_switches:") status >> count;
  }
  return count;
}

int64_t CpuTimeOfThisThreadNs() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * kSecondNs + time.tv_nsec;
}

// Its waiting threads woke up again and again to look.
TEST(SeedFaults, B01_WhoWaitsDoesNotLook) {
  Runtime runtime = Init({.set = {"worker_count: 1"}});
  auto [promise, never] = MakePromise<int>();
  std::atomic<long> waiter_id = 0;
  std::thread waiter([&waiter_id, ref = never] {
    waiter_id = syscall(SYS_gettid);
    EXPECT_EQ(*Get(ref), 1);
  });
  while (waiter_id == 0) std::this_thread::yield();
  const uint64_t before = VoluntarySwitches(waiter_id);
  const int64_t start_ns = CpuTimeOfThisThreadNs();
  while (CpuTimeOfThisThreadNs() - start_ns < 300 * kMillisecondNs) {
  }
  // It may park once, and be woken once in vain. Looking each millisecond it would have switched 300 times.
  EXPECT_LE(VoluntarySwitches(waiter_id), before + 10);
  promise.Set(1);
  waiter.join();
}

uint64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  uint64_t pages = 0;
  statm >> pages >> pages;
  return pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

// Nothing was ever freed: 3 GB put and dropped were 4.1 GB of memory.
TEST(SeedFaults, B03_TenGigabytesPassThroughAQuarterOfOne) {
  constexpr size_t kBytes = size_t{4} << 20;
  // A strict run copies each of them twice: one gigabyte has to do.
  const int count = std::getenv("MANTA_NATIVE_VALUES") == nullptr ? 2560 : 256;
  Runtime runtime = Init({.set = {"memory_bytes_max: 268435456"}});
  const uint64_t before = ResidentBytes();
  uint64_t most = 0;
  for (int i = 0; i < count; ++i) {
    const ObjectRef<Array<char>> in_store =
        Put(BuildArray<char>(kBytes, [i](std::span<char> bytes) { std::memset(bytes.data(), i % 100, bytes.size()); }));
    ASSERT_EQ((*Get(in_store))[kBytes - 1], i % 100);
    if (i % 16 == 0) {
      const ObjectRef<std::vector<char>> native = Put(std::vector<char>(kBytes, 'x'));
      ASSERT_EQ(Get(native)->size(), kBytes);
    }
    most = std::max(most, ResidentBytes());
  }
  EXPECT_LT(most, before + (uint64_t{3} << 28));  // Sanitizers keep a quarter of a gigabyte of what is freed.
  EXPECT_EQ(runtime.object_store().Stats().used_bytes, 0u);
  ExpectNothingLeft(runtime);
}

Coroutine<int> Sleeper(ObjectRef<int> until) { co_return *co_await until; }

// Each task copied the index of all objects, and kept its copy as long as it slept: 1.4 GB for 2,000 tasks.
TEST(SeedFaults, B04_TenThousandSleepingTasksAreSmall) {
  Runtime runtime = Init({.set = {"worker_count: 2"}});
  std::vector<ObjectRef<int>> objects;
  for (int i = 0; i < 10'000; ++i) objects.push_back(Put(i));
  auto [promise, morning] = MakePromise<int>();
  std::vector<ObjectRef<int>> sleeping;
  sleeping.push_back(Task<Sleeper>().Remote(morning));
  const int64_t heap_before = HeapBytesInUse();
  const int64_t before = runtime.counts().native_bytes;
  for (int i = 1; i < 10'000; ++i) sleeping.push_back(Task<Sleeper>().Remote(morning));
  EXPECT_LT(runtime.counts().native_bytes - before, 20'000'000);
  EXPECT_LT(HeapBytesInUse(), heap_before + 100'000'000);
  promise.Set(5);
  for (const ObjectRef<int>& ref : sleeping) ASSERT_EQ(*Get(ref), 5);
}

TEST(SeedFaults, B04_ATaskCostsTheSameHoweverManyObjectsThereAre) {
  Runtime runtime = Init({.set = {"worker_count: 1"}});
  const auto heap_bytes_of_tasks = [] {
    const uint64_t before = HeapBytesAskedFor();
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(*Get(Task<Increment>().Remote(i)), i + 1);
    return HeapBytesAskedFor() - before;
  };
  heap_bytes_of_tasks();  // What is made once is made.
  const uint64_t alone = heap_bytes_of_tasks();
  std::vector<ObjectRef<int>> objects;
  for (int i = 0; i < 100'000; ++i) objects.push_back(Put(i));
  EXPECT_LE(heap_bytes_of_tasks(), alone + (uint64_t{1} << 20));  // Less than 11 bits of index for each task.
}

const std::string& Same(const std::string& text) { return text; }
std::vector<uint8_t> SameBytes(std::vector<uint8_t> bytes) { return bytes; }

// Errors were values that begin with a certain text; values that begin with it became errors.
TEST(SeedFaults, B09_NoValueLooksLikeAnError) {
  for (const char* serializer : {"native", "msgpack", "json"}) {
    Runtime runtime =
        Init({.set = {std::string("serializer { name: 'manta.serializer.") + serializer + "' }"}, .strict = true});
    for (const std::string& begin :
         {std::string("__RUSTYRAY_ERROR__"), std::string("TASK_FAILED"), std::string(1, 0)}) {
      std::string text = begin;
      text.resize(95, 'x');
      std::vector<uint8_t> bytes(begin.begin(), begin.end());
      bytes.resize(32);
      EXPECT_EQ(*Get(Put(text)), text) << serializer;
      EXPECT_EQ(*Get(Put(bytes)), bytes) << serializer;
      EXPECT_EQ(*Get(Task<Same>().Remote(text)), text) << serializer;
      EXPECT_EQ(*Get(Task<SameBytes>().Remote(Put(bytes))), bytes) << serializer;
    }
  }
}

constexpr const char* kSmallStore =
    "object_store { name: 'manta.object_store.heap' typed_config {"
    " [type.googleapis.com/manta.plugins.object_store.heap.v1.HeapStoreConfig] { capacity_bytes: 2000000 } } }"
    " put_timeout_ms: 0";

// A full store dropped objects to which there were references.
TEST(SeedFaults, B12_WhatIsReferredToIsNeverEvicted) {
  Runtime runtime = Init({.set = {kSmallStore}, .strict = true});
  std::vector<ObjectRef<std::vector<int>>> held;
  std::string error;
  while (error.empty() && held.size() < 1000) {
    try {
      held.push_back(Put(std::vector<int>(10'000, static_cast<int>(held.size()))));
    } catch (const ObjectError& full) {
      EXPECT_EQ(full.type(), ErrorType::kOutOfMemory);
      error = full.what();
    }
  }
  EXPECT_THAT(error, HasSubstr("free of capacity_bytes 2000000: raise it"));
  ASSERT_GE(held.size(), 40u);
  for (size_t i = 0; i < held.size(); ++i) EXPECT_EQ(Get(held[i])->back(), static_cast<int>(i));
  held.pop_back();
  EXPECT_EQ(Get(Put(std::vector<int>(10'000, 5)))->back(), 5) << "room that is given back is there again";
}

// The error of a result without room was lost; its reader heard 9.5 s later that there was no such object.
TEST(SeedFaults, B13_AResultThatFindsNoRoomIsATypedError) {
  Runtime runtime = Init({.set = {kSmallStore}, .strict = true});
  const ObjectRef<std::vector<char>> large = Task<[] { return std::vector<char>(5'000'000); }>().Remote();
  const ErrorPtr error = RecordOf(large);
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->type, ErrorType::kOutOfMemory);
  EXPECT_THAT(error->ToString(), HasSubstr("free of capacity_bytes 2000000: raise it"));
  const ErrorPtr later = RecordOf(Task<[](const std::vector<char>& row) { return row.size(); }>().Remote(large));
  ASSERT_NE(later, nullptr);
  EXPECT_EQ(later->type, ErrorType::kDependencyFailed);
  ASSERT_NE(later->cause, nullptr);
  EXPECT_EQ(later->cause->type, ErrorType::kOutOfMemory);
}

// Two copies of what was put, another one for each reader, element by element.
TEST(SeedFaults, B25_LargeArraysAreNeverCopied) {
  Runtime runtime = Init({.set = {"worker_count: 1"}});
  constexpr size_t kCount = 1 << 20;
  const double* written = nullptr;
  ObjectRef<Array<double>> ref = Put(BuildArray<double>(kCount, [&written](std::span<double> elements) {
    written = elements.data();
    for (size_t i = 0; i < elements.size(); ++i) elements[i] = static_cast<double>(i);
  }));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(written) % 64, 0u);
  constexpr auto kWhere = [](std::span<const double> row) { return reinterpret_cast<uintptr_t>(row.data()); };
  const bool strict = runtime.counts().stored_count > 0;  // Then a serializer has written it once more.
  std::shared_ptr<const Array<double>> view = Get(ref);
  if (!strict) {
    EXPECT_EQ(view->data(), written);
  }
  EXPECT_EQ(*Get(Task<kWhere>().Remote(ref)), reinterpret_cast<uintptr_t>(view->data()));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(view->data()) % 64, 0u);
  const std::weak_ptr<const Array<double>> gone = view;
  ref = {};
  EXPECT_EQ((*view)[kCount - 1], static_cast<double>(kCount - 1)) << "a view keeps what it shows";
  view = nullptr;
  EXPECT_TRUE(gone.expired());
  ExpectNothingLeft(runtime);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
