// The same sentences while threads race. Run under ThreadSanitizer as well.
#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <cstdint>
#include <functional>
#include <memory>
#include <numeric>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "tests/conformance/scheduler_fixture.h"
#include "tests/conformance/support/suite.h"

namespace manta::conformance {
namespace {

class Concurrency : public SchedulerConformance {
 protected:
  // Runs `work(thread)` on threads that begin together, and waits for all.
  static void Race(uint32_t thread_count, const std::function<void(uint32_t)>& work) {
    std::barrier begin(thread_count);
    std::vector<std::thread> threads;
    for (uint32_t i = 0; i < thread_count; ++i) {
      threads.emplace_back([&, i] {
        begin.arrive_and_wait();
        work(i);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
};

// Workers 0 to 3 push and pop, thread 4 pushes from outside; each task carries memory that its pusher wrote.
class Crowd {
 public:
  Crowd(Scheduler& scheduler, uint64_t tasks_per_thread, std::vector<uint32_t> demands, uint64_t capacity_milli)
      : scheduler_(scheduler),
        tasks_per_thread_(tasks_per_thread),
        demands_(std::move(demands)),
        capacity_milli_(capacity_milli),
        memory_(5 * tasks_per_thread, 0),
        popped_(5 * tasks_per_thread) {}

  void Work(uint32_t thread) {
    std::mt19937_64 random(Options().seed * 100 + thread);
    const bool outside = thread == 4;
    uint64_t seen_count = 0;
    uint64_t idle_count = 0;  // Pops that were false since anybody got a task.
    uint64_t next = thread * tasks_per_thread_;
    const uint64_t end = next + tasks_per_thread_;
    while (next < end || (!outside && popped_count_.load() < popped_.size())) {
      if (next < end && random() % 2 == 0) {
        const uint64_t count = std::min(end - next, 1 + random() % (random() % 8 == 0 ? 40 : 3));
        std::vector<ReadyTask> tasks;
        for (; tasks.size() < count; ++next) {
          memory_[next] = next + 1;
          tasks.push_back({.task = next,
                           .priority = static_cast<int32_t>(random() % 5),
                           .demand = demands_[random() % demands_.size()]});
        }
        EXPECT_THAT(scheduler_.Push(outside ? kOutside : thread, tasks), IsOk());
        pushed_count_.fetch_add(tasks.size());
        const uint32_t from = outside ? kOutside : thread;
        if (random() % 4 == 0 && scheduler_.TakeBack(from, tasks.back().task)) Took(tasks.back());
      } else if (!outside) {
        ReadyTask task;
        if (!scheduler_.Pop(thread, &task)) {
          const uint64_t popped_count = popped_count_.load();
          idle_count = std::exchange(seen_count, popped_count) == popped_count ? idle_count + 1 : 0;
          if (idle_count > kIdleMax && AllAreIdle(thread, popped_count)) return;
          std::this_thread::yield();
          continue;
        }
        Took(task);
        if (task.demand == 0) continue;
        const uint64_t used = used_milli_.fetch_add(kDemandMilli) + kDemandMilli;
        if (used > capacity_milli_) exceeded_.store(true);
        if (random() % 2 == 0) std::this_thread::yield();
        used_milli_.fetch_sub(kDemandMilli);
        scheduler_.Return(task.demand);
      }
    }
  }

  void ExpectEachPoppedOnce() const {
    EXPECT_EQ(popped_count_.load(), popped_.size());
    for (uint64_t task = 0; task < popped_.size(); ++task) {
      ASSERT_EQ(popped_[task].load(), 1u) << "task " << task << " was popped so many times";
    }
    EXPECT_FALSE(torn_.load()) << "a worker did not see what was written before Push";
    EXPECT_FALSE(exceeded_.load()) << "more was acquired than there is";
  }

  static constexpr uint64_t kDemandMilli = 400;
  static constexpr uint64_t kIdleMax = 1'000;

 private:
  // Whether nothing will come any more, though tasks are missing: each worker has found nothing so often since the last
  // task was popped, and nobody pushes. A task is lost then, or does not fit any more.
  bool AllAreIdle(uint32_t worker, uint64_t popped_count) {
    idle_at_[worker].store(popped_count);
    return pushed_count_.load() == popped_.size() &&
           std::all_of(idle_at_.begin(), idle_at_.end(), [&](const auto& at) { return at.load() == popped_count; });
  }

  void Took(const ReadyTask& task) {
    if (task.task >= popped_.size()) {
      torn_.store(true);
      return;
    }
    if (memory_[task.task] != task.task + 1) torn_.store(true);
    popped_[task.task].fetch_add(1);
    popped_count_.fetch_add(1);
  }

  Scheduler& scheduler_;
  const uint64_t tasks_per_thread_;
  const std::vector<uint32_t> demands_;
  const uint64_t capacity_milli_;
  std::vector<uint64_t> memory_;  // Written by the pusher, read by the popper, not atomic: ThreadSanitizer looks.
  std::vector<std::atomic<uint32_t>> popped_;
  std::atomic<uint64_t> popped_count_ = 0;
  std::atomic<uint64_t> pushed_count_ = 0;
  std::array<std::atomic<uint64_t>, 4> idle_at_ = {};  // By worker: popped_count_ when it had found nothing for long.
  std::atomic<uint64_t> used_milli_ = 0;
  std::atomic<bool> torn_ = false;
  std::atomic<bool> exceeded_ = false;
};

constexpr uint64_t kTasksPerThread = 3'000;

// Tells whether a crowd got all done; its own scheduler, as the fixture's books do not follow threads.
void RunCrowd(const std::function<void(uint32_t, const std::function<void(uint32_t)>&)>& race, bool demanding) {
  OwnScheduler scheduler;
  const uint64_t capacity_milli = 1000;
  ASSERT_THAT(scheduler->Start({.worker_count_max = 4, .capacities_milli = std::span(&capacity_milli, 1)}), IsOk());
  std::vector<uint32_t> demands = {0};
  if (demanding) {
    const ResourceAmount amount = {.resource = 0, .amount_milli = Crowd::kDemandMilli};
    demands.push_back(scheduler->DefineDemand(std::span(&amount, 1)).value_or(0));
  }
  Crowd crowd(*scheduler, kTasksPerThread, demands, capacity_milli);
  race(5, [&](uint32_t thread) { crowd.Work(thread); });
  crowd.ExpectEachPoppedOnce();
  EXPECT_EQ(scheduler->Stats().queued_count, 0u);
  EXPECT_EQ(scheduler->Stats().pushed_count, 5 * kTasksPerThread);
}

TEST_F(Concurrency, NoTaskIsLostOrPoppedTwice) {
  Start();
  RunCrowd(Race, false);
}

TEST_F(Concurrency, NoMoreIsAcquiredThanThereIs) {
  Start();
  RunCrowd(Race, true);
}

// One pushes and takes back, one pops, at a queue that is nearly empty all the time.
TEST_F(Concurrency, ATaskIsTakenBackOrPopped) {
  Start();
  constexpr uint64_t kRounds = 5'000;
  std::vector<std::atomic<uint32_t>> taken(kRounds);
  std::atomic<bool> done = false;
  Race(2, [&](uint32_t thread) {
    ReadyTask task;
    if (thread == 0) {
      for (uint64_t round = 0; round < kRounds; ++round) {
        task = {.task = round};
        const uint32_t from = round % 2 == 0 ? 0 : kOutside;
        EXPECT_THAT(scheduler().Push(from, std::span(&task, 1)), IsOk());
        if (scheduler().TakeBack(from, round)) {
          taken[round].fetch_add(1);
        } else if (scheduler().Pop(0, &task)) {
          taken[task.task].fetch_add(1);
        }
      }
      done.store(true);
    } else {
      while (!done.load()) {
        if (scheduler().Pop(1, &task)) taken[task.task].fetch_add(1);
      }
    }
  });
  ReadyTask task;
  while (scheduler().Pop(2, &task)) taken[task.task].fetch_add(1);
  for (uint64_t round = 0; round < kRounds; ++round) ASSERT_EQ(taken[round].load(), 1u) << "task " << round;
  PushedAndPopped(kRounds);
}

// One pushes more and more at a time, and pops; another one looks on.
TEST_F(Concurrency, ListShowsWhatWasPushed) {
  Start();
  constexpr uint64_t kRounds = 10'000;
  constexpr uint64_t kAtATime = 500;
  std::atomic<uint64_t> pushing = 0;
  std::atomic<bool> done = false;
  Race(2, [&](uint32_t thread) {
    if (thread == 0) {
      for (uint64_t round = 1; round <= kRounds; ++round) {
        pushing.store(round);
        ReadyTask task = {.task = round};
        EXPECT_THAT(scheduler().Push(0, std::span(&task, 1)), IsOk());
        for (uint64_t i = 0; round % kAtATime == 0 && i < kAtATime; ++i) (void)scheduler().Pop(0, &task);
      }
      done.store(true);
    } else {
      std::array<ReadyTask, 64> shown;
      while (!done.load()) {
        const uint64_t count = scheduler().List(shown);
        const uint64_t newest = pushing.load();
        ASSERT_LE(count, shown.size());
        for (uint64_t i = 0; i < count; ++i) {
          EXPECT_GE(shown[i].task, 1u);
          EXPECT_LE(shown[i].task, newest);
        }
      }
    }
  });
  ReadyTask task;
  while (scheduler().Pop(0, &task)) continue;
  PushedAndPopped(kRounds);
}

// The runtime's way to sleep: announce it, look once more. And to push: push, look for sleepers.
TEST_F(Concurrency, AWorkerThatSawFalseAfterAnnouncingItsSleepMissesNoPush) {
  Start();
  constexpr uint64_t kRounds = 3'000;
  std::atomic<uint32_t> sleeping = 0;
  uint64_t missed = 0;
  bool popped = false;
  bool saw_sleeper = false;
  std::barrier each_step(2);
  Race(2, [&](uint32_t thread) {
    for (uint64_t round = 0; round < kRounds; ++round) {
      ReadyTask task = {.task = round};
      if (thread == 0) sleeping.store(0);
      each_step.arrive_and_wait();
      if (thread == 0) {
        sleeping.store(1);
        popped = scheduler().Pop(0, &task);
      } else {
        (void)scheduler().Push(round % 2 == 0 ? 1 : kOutside, std::span(&task, 1));
        saw_sleeper = sleeping.load() == 1;
      }
      each_step.arrive_and_wait();
      if (thread == 0) {
        if (!popped && !saw_sleeper) ++missed;
        if (!popped) popped = scheduler().Pop(0, &task);
        if (!popped) ++missed;
      }
    }
  });
  EXPECT_EQ(missed, 0u);
  PushedAndPopped(kRounds);
}

// Two workers pop while more is queued than they take, and queues may be rearranged: neither may find nothing.
TEST_F(Concurrency, PopIsNotFalseWhileATaskIsQueued) {
  Start();
  constexpr uint64_t kRounds = 2'000;
  constexpr uint64_t kTasks = 12;
  std::atomic<uint64_t> false_count = 0;
  std::barrier each_step(3);
  Race(3, [&](uint32_t thread) {
    for (uint64_t round = 0; round < kRounds; ++round) {
      ReadyTask task;
      if (thread == 0) {
        std::vector<ReadyTask> tasks(kTasks);
        for (uint64_t i = 0; i < kTasks; ++i) tasks[i].task = round * kTasks + i;
        (void)scheduler().Push(round % 3 == 0 ? 0 : kOutside, tasks);
      }
      each_step.arrive_and_wait();
      // Three workers take nine of twelve.
      for (int i = 0; i < 3; ++i) {
        if (!scheduler().Pop(thread, &task)) false_count.fetch_add(1);
      }
      each_step.arrive_and_wait();
      while (thread == 0 && scheduler().Pop(0, &task)) {
      }
    }
  });
  EXPECT_EQ(false_count.load(), 0u);
  PushedAndPopped(kRounds * kTasks);
}

TEST_F(Concurrency, TwoSchedulersShareNothing) {
  Start();
  const OwnScheduler other;
  ASSERT_THAT(other->Start({.worker_count_max = 2}), IsOk());
  PushRange(0, 1, 3);
  PushRange(kOutside, 4, 6);
  ReadyTask task;
  EXPECT_FALSE(other->Pop(0, &task));
  EXPECT_EQ(other->Stats().pushed_count, 0u);
  EXPECT_EQ(PopAll(1).size(), 6u);
}

}  // namespace
}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
