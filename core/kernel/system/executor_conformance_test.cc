// Each sentence of core/interface/executor.h, on real threads and on simulated ones. Nothing waits for time to pass,
// except where a deadline is what is tested.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/interface/executor.h"
#include "core/kernel/system/system_clock.h"
#include "core/kernel/system/thread_executor.h"
#include "core/simulation/simulated_clock.h"
#include "core/simulation/simulated_executor.h"
#include "core/simulation/simulated_random.h"

namespace manta {
namespace {

struct RealWorld {
  SystemClock clock;
  ThreadExecutor executor{clock};
};

struct SimulatedWorld {
  SimulatedClock clock;
  SimulatedRandom random{20260101};
  SimulatedExecutor executor{clock, random};
};

template <typename World>
class ExecutorConformance : public testing::Test {
 protected:
  ThreadId Start(std::function<void()> function) {
    functions_.push_back(std::move(function));
    const absl::StatusOr<ThreadId> thread =
        executor_.Start("conformance", {.run = [](void* context) { (*static_cast<std::function<void()>*>(context))(); },
                                        .context = &functions_.back()});
    EXPECT_TRUE(thread.ok()) << thread.status();
    return *thread;
  }

  void Join(ThreadId thread) { EXPECT_EQ(executor_.Join(thread), absl::OkStatus()); }

  // Waits for what another thread makes true and then tells by Unpark.
  template <typename Condition>
  void Await(Condition condition) {
    while (!condition()) executor_.Park(kNever);
  }

  World world_;
  Clock& clock_ = world_.clock;
  Executor& executor_ = world_.executor;

 private:
  std::deque<std::function<void()>> functions_;
};

using Worlds = testing::Types<RealWorld, SimulatedWorld>;
TYPED_TEST_SUITE(ExecutorConformance, Worlds);

[[gnu::noinline]] uint64_t StackLeftBelow(Executor& executor, int levels) {
  volatile char frame[4096];
  frame[levels] = 1;
  const uint64_t left = levels == 0 ? executor.StackBytesLeft() : StackLeftBelow(executor, levels - 1);
  return left + (frame[levels] - 1);
}

TYPED_TEST(ExecutorConformance, StackBytesLeftFallsByWhatIsUsed) {
  uint64_t shallow = 0;
  uint64_t deep = 0;
  const ThreadId thread = this->Start([&] {
    shallow = StackLeftBelow(this->executor_, 0);
    deep = StackLeftBelow(this->executor_, 10);
  });
  this->Join(thread);
  EXPECT_GT(deep, 0u);
  EXPECT_GE(shallow - deep, 10u * 4096);
  EXPECT_LE(shallow - deep, 10u * 16384);
}

TYPED_TEST(ExecutorConformance, AStartedThreadRunsItsJobAndEnds) {
  bool ran = false;
  this->Join(this->Start([&] { ran = true; }));
  EXPECT_TRUE(ran);
}

TYPED_TEST(ExecutorConformance, JoinWaitsForTheEnd) {
  const ThreadId self = this->executor_.Self();
  std::atomic<bool> running = false;
  std::atomic<bool> released = false;
  bool ended = false;
  const ThreadId thread = this->Start([&] {
    running = true;
    this->executor_.Unpark(self);
    this->Await([&] { return released.load(); });
    for (int i = 0; i < 100; ++i) this->executor_.Yield();
    ended = true;
  });
  this->Await([&] { return running.load(); });
  released = true;
  this->executor_.Unpark(thread);
  this->Join(thread);
  EXPECT_TRUE(ended);
}

TYPED_TEST(ExecutorConformance, JoinOfAnUnknownThreadIsNotFound) {
  EXPECT_EQ(this->executor_.Join(ThreadId{}).code(), absl::StatusCode::kNotFound);
}

TYPED_TEST(ExecutorConformance, JoinOfAThreadThatWasNotStartedHereIsNotFound) {
  ThreadId outside = this->executor_.Self();
  absl::Status joined;
  this->Join(this->Start([&] { joined = this->executor_.Join(outside); }));
  EXPECT_EQ(joined.code(), absl::StatusCode::kNotFound);
}

TYPED_TEST(ExecutorConformance, ASecondJoinIsNotFound) {
  const ThreadId thread = this->Start([] {});
  this->Join(thread);
  EXPECT_EQ(this->executor_.Join(thread).code(), absl::StatusCode::kNotFound);
}

TYPED_TEST(ExecutorConformance, OneOfTwoJoinsAtOnceIsNotFound) {
  const ThreadId joined = this->Start([&] { this->executor_.Yield(); });
  std::array<absl::Status, 2> results;
  const ThreadId first = this->Start([&] { results[0] = this->executor_.Join(joined); });
  const ThreadId second = this->Start([&] { results[1] = this->executor_.Join(joined); });
  this->Join(first);
  this->Join(second);
  EXPECT_NE(results[0].ok(), results[1].ok());
  EXPECT_EQ((results[0].ok() ? results[1] : results[0]).code(), absl::StatusCode::kNotFound);
}

TYPED_TEST(ExecutorConformance, IdsAreNeverUsedAgain) {
  std::set<uint64_t> ids;
  for (int i = 0; i < 200; ++i) {
    const ThreadId thread = this->Start([] {});
    this->Join(thread);
    ids.insert(thread.value);
  }
  EXPECT_EQ(ids.size(), 200u);
}

TYPED_TEST(ExecutorConformance, SelfIsTheIdThatStartReturned) {
  ThreadId self;
  const ThreadId thread = this->Start([&] { self = this->executor_.Self(); });
  this->Join(thread);
  EXPECT_EQ(self, thread);
}

TYPED_TEST(ExecutorConformance, AThreadFromOutsideKeepsItsId) {
  const ThreadId self = this->executor_.Self();
  this->Join(this->Start([&] { EXPECT_NE(this->executor_.Self(), self); }));
  EXPECT_EQ(this->executor_.Self(), self);
}

TYPED_TEST(ExecutorConformance, UnparkOfARunningThreadLeavesAPermit) {
  this->executor_.Unpark(this->executor_.Self());
  EXPECT_EQ(this->executor_.Park(kNever), WakeReason::kUnparked);
}

TYPED_TEST(ExecutorConformance, TwoPermitsAreNoMoreThanOne) {
  const ThreadId self = this->executor_.Self();
  this->executor_.Unpark(self);
  this->executor_.Unpark(self);
  EXPECT_EQ(this->executor_.Park(kNever), WakeReason::kUnparked);
  EXPECT_EQ(this->executor_.Park(this->clock_.NowNs()), WakeReason::kDeadline);
}

TYPED_TEST(ExecutorConformance, APermitWinsOverADeadlineThatHasPassed) {
  this->executor_.Unpark(this->executor_.Self());
  EXPECT_EQ(this->executor_.Park(0), WakeReason::kUnparked);
}

TYPED_TEST(ExecutorConformance, ADeadlineThatHasPassedReturnsAtOnce) {
  const int64_t now_ns = this->clock_.NowNs();
  for (const int64_t deadline_ns : {now_ns, now_ns - 1, int64_t{0}, int64_t{-1}, INT64_MIN}) {
    EXPECT_EQ(this->executor_.Park(deadline_ns), WakeReason::kDeadline) << deadline_ns;
  }
}

TYPED_TEST(ExecutorConformance, ParkWaitsUntilTheDeadline) {
  const int64_t deadline_ns = this->clock_.NowNs() + 2'000'000;
  while (this->executor_.Park(deadline_ns) != WakeReason::kDeadline) {
  }
  EXPECT_GE(this->clock_.NowNs(), deadline_ns);
}

TYPED_TEST(ExecutorConformance, ADeadlineLeavesNoPermitAndNoDebt) {
  const ThreadId self = this->executor_.Self();
  EXPECT_EQ(this->executor_.Park(this->clock_.NowNs() + 1000), WakeReason::kDeadline);
  EXPECT_EQ(this->executor_.Park(this->clock_.NowNs()), WakeReason::kDeadline);
  this->executor_.Unpark(self);
  EXPECT_EQ(this->executor_.Park(kNever), WakeReason::kUnparked);
}

TYPED_TEST(ExecutorConformance, UnparkWakesAParkedThreadBeforeItsDeadline) {
  std::atomic<bool> told = false;
  const int64_t century_ns = int64_t{100} * 365 * 86400 * 1'000'000'000;
  const int64_t deadline_ns = DeadlineAfter(this->clock_.NowNs(), century_ns);
  const ThreadId thread = this->Start([&] {
    while (!told) EXPECT_EQ(this->executor_.Park(deadline_ns), WakeReason::kUnparked);
  });
  for (int i = 0; i < 10; ++i) this->executor_.Yield();
  told = true;
  this->executor_.Unpark(thread);
  this->Join(thread);
}

TYPED_TEST(ExecutorConformance, DeadlinesJustBeforeNeverWaitToo) {
  std::atomic<bool> told = false;
  const ThreadId thread = this->Start([&] {
    while (!told) EXPECT_EQ(this->executor_.Park(kNever - 1), WakeReason::kUnparked);
  });
  for (int i = 0; i < 10; ++i) this->executor_.Yield();
  told = true;
  this->executor_.Unpark(thread);
  this->Join(thread);
}

TYPED_TEST(ExecutorConformance, UnparkOfAnEndedThreadDoesNothing) {
  std::vector<ThreadId> ended;
  for (int i = 0; i < 10; ++i) {
    const ThreadId thread = this->Start([] {});
    this->Join(thread);
    ended.push_back(thread);
  }
  const ThreadId unjoined = this->Start([] {});
  for (const ThreadId thread : ended) this->executor_.Unpark(thread);
  this->executor_.Unpark(unjoined);
  this->Join(unjoined);
  this->executor_.Unpark(unjoined);
  // Nobody else got a permit that counts for more than a spurious wake.
  EXPECT_EQ(this->executor_.Park(0), WakeReason::kDeadline);
}

// Plain data, and a flag that orders nothing: were the order not Park's, ThreadSanitizer would tell. Each turn parks at
// least once, and takes the permit that was given after the flag was changed.
TYPED_TEST(ExecutorConformance, WhatHappenedBeforeUnparkIsVisibleAfterPark) {
  struct Slot {
    std::atomic<bool> full = false;
    int value = 0;
  } slot;
  const ThreadId self = this->executor_.Self();
  const ThreadId reader = this->Start([&] {
    for (int i = 1; i <= 1000; ++i) {
      do {
        this->executor_.Park(kNever);
      } while (!slot.full.load(std::memory_order_relaxed));
      EXPECT_EQ(slot.value, i);
      slot.full.store(false, std::memory_order_relaxed);
      this->executor_.Unpark(self);
    }
  });
  for (int i = 1; i <= 1000; ++i) {
    slot.value = i;
    slot.full.store(true, std::memory_order_relaxed);
    this->executor_.Unpark(reader);
    do {
      this->executor_.Park(kNever);
    } while (slot.full.load(std::memory_order_relaxed));
  }
  this->Join(reader);
}

// Eight threads hand one token around. Each hand-over is an Unpark of a thread that parks, or is about to.
TYPED_TEST(ExecutorConformance, EightThreadsHandOverATokenHundredThousandTimes) {
  constexpr uint32_t kThreads = 8;
  constexpr uint32_t kHandOvers = 100'000;
  std::atomic<uint32_t> token = 0;
  std::array<std::atomic<uint64_t>, kThreads> ids = {};
  std::atomic<uint32_t> ready = 0;
  const ThreadId self = this->executor_.Self();
  std::vector<ThreadId> threads;
  std::atomic<bool> go = false;
  for (uint32_t index = 0; index < kThreads; ++index) {
    threads.push_back(this->Start([&, index] {
      ids[index] = this->executor_.Self().value;
      ready.fetch_add(1);
      this->executor_.Unpark(self);
      this->Await([&] { return go.load(); });
      while (true) {
        this->Await([&] { return token.load() % kThreads == index || token.load() >= kHandOvers; });
        const uint32_t held = token.load();
        if (held < kHandOvers) token.store(held + 1);
        this->executor_.Unpark({ids[(index + 1) % kThreads]});
        if (held + 1 >= kHandOvers) return;
      }
    }));
  }
  this->Await([&] { return ready.load() == kThreads; });
  go = true;
  for (const ThreadId thread : threads) this->executor_.Unpark(thread);
  for (const ThreadId thread : threads) this->Join(thread);
  EXPECT_GE(token.load(), kHandOvers);
}

// Many givers, one taker, deadlines that race with the permits: were one lost, the taker would not end.
TYPED_TEST(ExecutorConformance, NoWakeUpIsLostUnderStress) {
  constexpr int kGivers = 4;
  constexpr int kGifts = 20'000;
  std::atomic<int> given = 0;
  int64_t taken = 0;
  const ThreadId taker = this->Start([&] {
    while (taken < kGivers * kGifts) {
      const int found = given.exchange(0);
      taken += found;
      if (found > 0) continue;
      // Mostly without end; sometimes with a deadline near enough to pass on the way.
      this->executor_.Park(taken % 3 == 0 ? this->clock_.NowNs() + taken % 50'000 : kNever);
    }
  });
  std::vector<ThreadId> givers;
  for (int g = 0; g < kGivers; ++g) {
    givers.push_back(this->Start([&] {
      for (int i = 0; i < kGifts; ++i) {
        given.fetch_add(1);
        this->executor_.Unpark(taker);
        if (i % 16 == 0) this->executor_.Yield();
      }
    }));
  }
  for (const ThreadId giver : givers) this->Join(giver);
  this->Join(taker);
  EXPECT_EQ(taken, int64_t{kGivers} * kGifts);
}

// One permit a round, and a deadline that comes at about the same moment. A Park that tells of the deadline has not
// taken the permit: were it gone, the second Park would not end.
TYPED_TEST(ExecutorConformance, APermitThatRacesWithTheDeadlineIsNotLost) {
  constexpr int kRounds = 5000;
  std::atomic<int> round = 0;
  const ThreadId giver = this->Start([&, taker = this->executor_.Self()] {
    for (int i = 1; i <= kRounds; ++i) {
      while (round.load() < i) this->executor_.Yield();
      this->executor_.Unpark(taker);
    }
  });
  for (int i = 1; i <= kRounds; ++i) {
    round.store(i);
    const int64_t deadline_ns = this->clock_.NowNs() + i * 7 % 20'000;
    if (this->executor_.Park(deadline_ns) == WakeReason::kDeadline) {
      EXPECT_EQ(this->executor_.Park(kNever), WakeReason::kUnparked);
    }
  }
  this->Join(giver);
}

TYPED_TEST(ExecutorConformance, AJobMayStartAndJoinThreads) {
  std::atomic<int> ended = 0;
  std::deque<std::function<void()>> jobs;
  const auto start = [this](std::function<void()>& job) {
    return *this->executor_.Start(
        "child", {.run = [](void* job) { (*static_cast<std::function<void()>*>(job))(); }, .context = &job});
  };
  std::function<void()> leaf = [&] { ended.fetch_add(1); };
  this->Join(this->Start([&] {
    const ThreadId first = start(leaf);
    const ThreadId second = start(leaf);
    this->Join(second);
    this->Join(first);
    ended.fetch_add(1);
  }));
  EXPECT_EQ(ended.load(), 3);
}

TYPED_TEST(ExecutorConformance, YieldLetsOthersRun) {
  std::atomic<bool> other_ran = false;
  const ThreadId other = this->Start([&] { other_ran = true; });
  while (!other_ran) this->executor_.Yield();
  this->Join(other);
}

TYPED_TEST(ExecutorConformance, SomethingCanMakeProgress) { EXPECT_GE(this->executor_.parallelism(), 1u); }

TEST(SimulatedExecutorConformance, ParallelismIsOne) { EXPECT_EQ(SimulatedWorld().executor.parallelism(), 1u); }

template <typename World>
using ExecutorConformanceDeathTest = ExecutorConformance<World>;
TYPED_TEST_SUITE(ExecutorConformanceDeathTest, Worlds);

TYPED_TEST(ExecutorConformanceDeathTest, JoiningOneselfIsABug) {
  EXPECT_DEATH((void)this->executor_.Join(this->executor_.Self()), "joins itself");
}

TEST(ThreadExecutorConformanceDeathTest, JoiningAThreadOfAnotherExecutorIsABug) {
  RealWorld one;
  RealWorld other;
  const ThreadId thread = *one.executor.Start("one", {.run = [](void*) {}, .context = nullptr});
  EXPECT_DEATH((void)other.executor.Join(thread), "is of another executor");
  EXPECT_TRUE(one.executor.Join(thread).ok());
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
