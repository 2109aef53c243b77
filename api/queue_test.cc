// A bounded queue between threads, tasks and actors.

#include "api/queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "api/actor.h"
#include "api/coroutine.h"
#include "api/result.h"
#include "api/task.h"
#include "tests/support/bare_runtime.h"

namespace manta {
namespace {

TEST(QueueTest, GivesValuesInOrderAndThenItsEnd) {
  BareRuntime runtime;
  const Queue<std::unique_ptr<int>> queue(3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(queue.Put(std::make_unique<int>(i)));
  EXPECT_EQ(queue.size(), 3u);
  EXPECT_THROW(queue.Put(std::make_unique<int>(3), {.timeout_ns = 0}), GetTimeout);
  queue.Close();
  EXPECT_FALSE(queue.Put(std::make_unique<int>(4)));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(**queue.Get(), i);
  EXPECT_EQ(queue.Get(), std::nullopt);
}

TEST(QueueTest, WaitsHaveATimeout) {
  BareRuntime runtime;
  const Queue<int> queue(1);
  EXPECT_THROW(queue.Get({.timeout_ns = 1'000'000}), GetTimeout);
  EXPECT_TRUE(queue.Put(1));
  EXPECT_THROW(queue.Put(2, {.timeout_ns = 1'000'000}), GetTimeout);
  EXPECT_EQ(queue.Get(), 1);
  EXPECT_THROW(Queue<int>(0), Error);
}

int Produce(Queue<int> queue, int first, int count) {
  for (int i = 0; i < count; ++i) queue.Put(first + i);
  return count;
}
int64_t Consume(Queue<int> queue) {
  int64_t sum = 0;
  while (const std::optional<int> value = queue.Get()) sum += *value;
  return sum;
}

TEST(QueueTest, ManyPutAndManyTake) {
  BareRuntime runtime({.workers = {.worker_count = 4}});
  for (const size_t room : {1u, 8u}) {
    const Queue<int> queue(room);
    std::vector<ObjectRef<int64_t>> sums;
    for (int i = 0; i < 3; ++i) sums.push_back(Task<Consume>().Remote(queue));
    std::vector<ObjectRef<int>> counts;
    for (int i = 0; i < 3; ++i) counts.push_back(Task<Produce>().Remote(queue, i * 1'000, 1'000));
    Get(counts);
    queue.Close();
    int64_t sum = 0;
    for (const auto& part : Get(sums)) sum += *part;
    EXPECT_EQ(sum, 2'999 * 3'000 / 2);
  }
}

Coroutine<int> ProduceWaiting(Queue<int> queue, int first, int count) {
  int put_count = 0;
  for (int i = 0; i < count; ++i) put_count += co_await queue.Putting(first + i) ? 1 : 0;
  co_return put_count;
}
Coroutine<int64_t> ConsumeWaiting(Queue<int> queue) {
  int64_t sum = 0;
  while (const std::optional<int> value = co_await queue.Getting()) sum += *value;
  co_return sum;
}

TEST(QueueTest, CoroutinesWaitWithoutAThread) {
  BareRuntime runtime({.workers = {.worker_count = 1}});
  for (const size_t room : {1u, 8u}) {
    const Queue<int> queue(room);
    std::vector<ObjectRef<int64_t>> sums;
    for (int i = 0; i < 100; ++i) sums.push_back(Task<ConsumeWaiting>().Remote(queue));
    std::vector<ObjectRef<int>> counts;
    for (int i = 0; i < 100; ++i) counts.push_back(Task<ProduceWaiting>().Remote(queue, i * 10, 10));
    for (const auto& count : Get(counts)) EXPECT_EQ(*count, 10);
    queue.Close();
    int64_t sum = 0;
    for (const auto& part : Get(sums)) sum += *part;
    EXPECT_EQ(sum, 999 * 1'000 / 2);
    EXPECT_EQ(*Get(Task<ProduceWaiting>().Remote(queue, 0, 3)), 0) << "it is closed";
  }
  EXPECT_EQ(runtime.core().counts().thread_count, 1u);
}

TEST(QueueTest, OneThatIsCancelledWhileItWaitsIsPassedOver) {
  BareRuntime runtime({.workers = {.worker_count = 1}});
  const Queue<int> queue(1);
  const ObjectRef<int64_t> gone = Task<ConsumeWaiting>().Remote(queue);
  const ObjectRef<int64_t> stays = Task<ConsumeWaiting>().Remote(queue);
  // With a timeout, so that it is the one worker that runs it: after those two, which wait by then.
  Get(Task<[] {}>().Remote(), {.timeout_ns = int64_t{60} * 1'000'000'000});
  EXPECT_TRUE(Cancel(gone));
  EXPECT_TRUE(queue.Put(5));
  queue.Close();
  EXPECT_EQ(*Get(stays), 5);
  EXPECT_FALSE(TryGet(gone).ok());
}

TEST(QueueTest, ShutdownEndsItsWaits) {
  BareRuntime runtime;
  const Queue<int> queue(1);
  const ObjectRef<int64_t> sum = Task<Consume>().Remote(queue);
  queue.Put(1);
  std::thread taker([&] {
    EXPECT_THROW(
        {
          for (;;) queue.Get();
        },
        Error);
  });
  runtime.core().Stop();
  taker.join();
  EXPECT_FALSE(TryGet(sum).ok());
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
