#include "core/simulation/simulated_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/base/mutex.h"
#include "core/simulation/simulated_random.h"

namespace manta {
namespace {

using testing::HasSubstr;

// One simulated run: its world, and the jobs' functions, which must outlive it.
class World {
 public:
  explicit World(uint64_t seed, const SimulatedExecutorOptions& options = {})
      : random_(seed), executor(clock, random_, options) {}

  ThreadId Start(const std::string& name, std::function<void()> function) {
    functions_.push_back(std::move(function));
    return executor
        .Start(name, {.run = [](void* context) { (*static_cast<std::function<void()>*>(context))(); },
                      .context = &functions_.back()})
        .value();
  }

  void JoinAll(const std::vector<ThreadId>& threads) {
    for (const ThreadId thread : threads) EXPECT_TRUE(executor.Join(thread).ok());
  }

  SimulatedClock clock;

 private:
  SimulatedRandom random_;
  std::deque<std::function<void()>> functions_;

 public:
  SimulatedExecutor executor;
};

// Who ran when: three threads that yield ten times each.
std::string Interleaving(uint64_t seed) {
  World world(seed);
  std::string order;
  std::vector<ThreadId> threads;
  for (const char name : {'a', 'b', 'c'}) {
    threads.push_back(world.Start(std::string(1, name), [&world, &order, name] {
      for (int i = 0; i < 10; ++i) {
        order += name;
        world.executor.Yield();
      }
    }));
  }
  EXPECT_TRUE(world.executor.Run().ok());
  world.JoinAll(threads);
  return order;
}

TEST(SimulatedExecutorTest, TheSameSeedGivesTheSameInterleaving) {
  for (uint64_t seed = 1; seed <= 20; ++seed) EXPECT_EQ(Interleaving(seed), Interleaving(seed));
}

TEST(SimulatedExecutorTest, OtherSeedsGiveOtherInterleavings) {
  std::set<std::string> orders;
  for (uint64_t seed = 1; seed <= 20; ++seed) orders.insert(Interleaving(seed));
  EXPECT_EQ(orders.size(), 20u);  // Of 5 * 10^12.
}

TEST(SimulatedExecutorTest, TimeJumpsToTheEarliestDeadlineWhenAllAreParked) {
  World world(1);
  const int64_t start_ns = world.clock.NowNs();
  std::vector<std::pair<std::string, int64_t>> woken;
  const auto sleeper = [&](const std::string& name, int64_t delay_ns) {
    return world.Start(name, [&, name, delay_ns] {
      EXPECT_EQ(world.executor.Park(start_ns + delay_ns), WakeReason::kDeadline);
      woken.emplace_back(name, world.clock.NowNs() - start_ns);
    });
  };
  const int64_t hour_ns = 3600 * int64_t{1'000'000'000};
  const std::vector<ThreadId> threads = {sleeper("year", 8760 * hour_ns), sleeper("hour", hour_ns),
                                         sleeper("day", 24 * hour_ns)};
  ASSERT_TRUE(world.executor.Run().ok());
  world.JoinAll(threads);
  EXPECT_THAT(woken, testing::ElementsAre(testing::Pair("hour", hour_ns), testing::Pair("day", 24 * hour_ns),
                                          testing::Pair("year", 8760 * hour_ns)));
}

TEST(SimulatedExecutorTest, YieldingUntilADeadlineEnds) {
  World world(1, {.yield_ns = 1000});
  const int64_t deadline_ns = world.clock.NowNs() + 50'000;
  int yields = 0;
  const ThreadId thread = world.Start("spinner", [&] {
    for (; world.clock.NowNs() < deadline_ns; ++yields) world.executor.Yield();
  });
  ASSERT_TRUE(world.executor.Run().ok());
  world.JoinAll({thread});
  EXPECT_EQ(yields, 50);
}

TEST(SimulatedExecutorTest, ADeadlockNamesItsThreads) {
  World world(1);
  const ThreadId parked = world.Start("reader", [&] { world.executor.Park(kNever); });
  const ThreadId joining = world.Start("joiner", [&] { EXPECT_TRUE(world.executor.Join(parked).ok()); });
  const absl::Status status = world.executor.Run();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("\"reader\" (2) is parked without a deadline"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("\"joiner\" (3) joins \"reader\" (2)"));

  world.executor.Unpark(parked);  // It goes on.
  EXPECT_TRUE(world.executor.Run().ok());
  world.JoinAll({joining});
}

TEST(SimulatedExecutorTest, ThreadsThatCanNeverEndAreDropped) {
  World world(1);
  world.Start("stuck", [&] { world.executor.Park(kNever); });
  EXPECT_EQ(world.executor.Run().code(), absl::StatusCode::kFailedPrecondition);
}

TEST(SimulatedExecutorTest, StartFailsBeyondTheLimitOfThreads) {
  World world(1, {.thread_count_max = 1});
  const ThreadId first = world.Start("first", [] {});
  const absl::Status refused = world.executor.Start("second", {.run = [](void*) {}, .context = nullptr}).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("\"second\""));
  world.JoinAll({first});
  world.JoinAll({world.Start("third", [] {})});
}

TEST(SimulatedExecutorTest, ExceptionsStayWithTheirThread) {
  World world(3);
  std::vector<ThreadId> threads;
  for (int t = 0; t < 4; ++t) {
    threads.push_back(world.Start("thrower", [&world, t] {
      for (int i = 0; i < 20; ++i) {
        try {
          throw std::runtime_error(std::to_string(t));
        } catch (const std::runtime_error& error) {
          world.executor.Yield();  // Others throw and catch meanwhile.
          try {
            throw;
          } catch (const std::runtime_error& again) {
            EXPECT_EQ(again.what(), std::to_string(t));
          }
        }
      }
      EXPECT_EQ(std::current_exception(), nullptr);
    }));
  }
  ASSERT_TRUE(world.executor.Run().ok());
  world.JoinAll(threads);
}

TEST(SimulatedExecutorTest, ManyThreadsComeAndGo) {
  World world(5);
  int ended = 0;
  const ThreadId parent = world.Start("parent", [&] {
    for (int i = 0; i < 1000; ++i) {
      const ThreadId child = world.Start("child", [&] {
        world.executor.Yield();
        ++ended;
      });
      EXPECT_TRUE(world.executor.Join(child).ok());
    }
  });
  ASSERT_TRUE(world.executor.Run().ok());
  world.JoinAll({parent});
  EXPECT_EQ(ended, 1000);
}

// Uses the stack down to about `bytes` below the caller.
size_t __attribute__((noinline)) Dig(size_t bytes) {
  volatile char frame[4096];
  frame[0] = 1;
  const size_t below = bytes > sizeof(frame) ? Dig(bytes - sizeof(frame)) : 0;
  return below + static_cast<size_t>(frame[0]);
}

TEST(SimulatedExecutorTest, StacksAreAsLargeAsPromised) {
  World world(1, {.stack_bytes = 1 << 20});
  size_t frames = 0;
  const ThreadId thread = world.Start("deep", [&] { frames = Dig(3 << 18); });
  ASSERT_TRUE(world.executor.Run().ok());
  world.JoinAll({thread});
  EXPECT_GE(frames, (3u << 18) / 4096);
}

TEST(SimulatedExecutorDeathTest, AStackOverflowIsTrapped) {
  EXPECT_DEATH(
      {
        World world(1, {.stack_bytes = 1 << 16});
        world.Start("too_deep", [] { Dig(1 << 20); });
        (void)world.executor.Run();
      },
      "");
}

TEST(SimulatedExecutorDeathTest, ADeadlockThatNobodyCanBeToldOfEndsTheProcess) {
  EXPECT_DEATH(
      {
        World world(1);
        world.executor.Park(kNever);
      },
      "deadlock: nothing can happen any more, main is parked without a deadline");
}

TEST(SimulatedExecutorDeathTest, DestructionBeforeJoinIsABug) {
  EXPECT_DEATH(
      {
        World world(1);
        world.Start("unjoined", [] {});
      },
      "1 started threads are not joined");
}

TEST(SimulatedExecutorDeathTest, ASecondSystemThreadIsABug) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        World world(1);
        std::thread([&] { world.executor.Self(); }).join();
      },
      "used by a second system thread");
}

TEST(SimulatedExecutorDeathTest, ParkingWithAMutexIsABug) {
  if (!LockOrderChecked()) GTEST_SKIP() << "built with NDEBUG: held mutexes are not known";
  EXPECT_DEATH(
      {
        World world(1);
        Mutex mutex("held_while_parking");
        MutexLock lock(mutex);
        world.executor.Park(world.clock.NowNs() + 1);
      },
      "parks while it holds a Mutex");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
