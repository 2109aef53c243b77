// Calls that are spread over several actors.

#include "api/actor_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/bare_runtime.h"

namespace manta {
namespace {

class Worker {
 public:
  explicit Worker(int factor) : factor_(factor) {}
  int Times(int x) {
    ++calls_;
    if (x < 0) throw std::invalid_argument("negative");
    return factor_ * x;
  }
  int calls() const { return calls_; }
  void Note(int) { ++calls_; }

 private:
  const int factor_;
  int calls_ = 0;
};

TEST(ActorPoolTest, MapKeepsTheOrderOfTheElements) {
  BareRuntime runtime;
  ActorPool<Worker> pool(3, 10);
  std::vector<int> numbers;
  for (int i = 0; i < 1'000; ++i) numbers.push_back(i);
  const auto results = pool.Map<&Worker::Times>(numbers);
  ASSERT_EQ(results.size(), 1'000u);
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(*results[i], 10 * i);
  int calls = 0;
  for (const ActorHandle<Worker>& actor : pool.actors()) {
    const int its = *Get(actor.Task<&Worker::calls>().Remote());
    EXPECT_GT(its, 0);
    calls += its;
  }
  EXPECT_EQ(calls, 1'000);
  EXPECT_TRUE(pool.Map<&Worker::Times>(std::vector<int>()).empty());
  pool.Map<&Worker::Note>(numbers);
}

TEST(ActorPoolTest, MapThrowsTheFirstErrorWhenAllHaveEnded) {
  BareRuntime runtime;
  ActorPool<Worker> pool(std::vector<ActorHandle<Worker>>{Actor<Worker>().Remote(1), Actor<Worker>().Remote(1)});
  EXPECT_THROW(pool.Map<&Worker::Times>(std::vector<int>{1, -1, 2, 3}), ObjectError);
  int calls = 0;
  for (const ActorHandle<Worker>& actor : pool.actors()) calls += *Get(actor.Task<&Worker::calls>().Remote());
  EXPECT_EQ(calls, 4);
}

TEST(ActorPoolTest, TaskTakesOneAfterAnother) {
  BareRuntime runtime;
  ActorPool<Worker> pool(2, 3);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(*Get(pool.Task<&Worker::Times>().Remote(i)), 3 * i);
  for (const ActorHandle<Worker>& actor : pool.actors()) EXPECT_EQ(*Get(actor.Task<&Worker::calls>().Remote()), 5);
  EXPECT_THROW(ActorPool<Worker>(std::vector<ActorHandle<Worker>>()), Error);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
