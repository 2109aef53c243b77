#include "core/kernel/system/thread_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/kernel/system/system_clock.h"
#include "core/kernel/system/thread_table.h"

namespace manta {
namespace {

// Makes a Job of any callable that outlives the thread.
template <typename F>
Job JobOf(F& function) {
  return {.run = [](void* context) { (*static_cast<F*>(context))(); }, .context = &function};
}

class ThreadExecutorTest : public testing::Test {
 protected:
  SystemClock clock_;
  ThreadExecutor executor_{clock_};
};

TEST_F(ThreadExecutorTest, ThreadsShowTheirNames) {
  std::string shown;
  auto read = [&shown] {
    char name[16] = {};
    pthread_getname_np(pthread_self(), name, sizeof(name));
    shown = name;
  };
  const absl::StatusOr<ThreadId> thread = executor_.Start("a name of more than 15 bytes", JobOf(read));
  ASSERT_TRUE(thread.ok()) << thread.status();
  ASSERT_TRUE(executor_.Join(*thread).ok());
  EXPECT_EQ(shown, "a name of more ");
}

TEST_F(ThreadExecutorTest, ParallelismCountsTheCoresThisProcessMayUse) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  EXPECT_EQ(executor_.parallelism(), static_cast<uint32_t>(CPU_COUNT(&before)));
  int first = 0;
  while (!CPU_ISSET(first, &before)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(ThreadExecutor(clock_).parallelism(), 1u);
  ASSERT_EQ(sched_setaffinity(0, sizeof(before), &before), 0);
}

TEST_F(ThreadExecutorTest, AdoptedThreadsOfSeveralExecutorsHavePermitsInEach) {
  ThreadExecutor other(clock_);
  std::thread([&] {
    const ThreadId here = executor_.Self();
    const ThreadId there = other.Self();
    EXPECT_NE(here, there);
    other.Unpark(there);
    EXPECT_EQ(executor_.Park(0), WakeReason::kDeadline);
    EXPECT_EQ(other.Park(0), WakeReason::kUnparked);
    EXPECT_EQ(executor_.Self(), here);
    EXPECT_EQ(other.Self(), there);
  }).join();
}

TEST_F(ThreadExecutorTest, AStartedThreadMayUseAnotherExecutorToo) {
  ThreadExecutor other(clock_);
  ThreadId here;
  ThreadId there;
  auto run = [&] {
    there = other.Self();
    here = executor_.Self();
    other.Unpark(there);
    EXPECT_EQ(other.Park(kNever), WakeReason::kUnparked);
  };
  const absl::StatusOr<ThreadId> thread = executor_.Start("two", JobOf(run));
  ASSERT_TRUE(thread.ok());
  ASSERT_TRUE(executor_.Join(*thread).ok());
  EXPECT_EQ(here, *thread);
  EXPECT_NE(there, here);
  EXPECT_EQ(other.Join(there).code(), absl::StatusCode::kNotFound);
}

TEST_F(ThreadExecutorTest, AThreadMayOutliveAnExecutorThatAdoptedIt) {
  auto first = std::make_unique<ThreadExecutor>(clock_);
  const ThreadId id = first->Self();
  first.reset();
  // Most likely at the same address; the id must be a new one all the same.
  auto second = std::make_unique<ThreadExecutor>(clock_);
  EXPECT_NE(second->Self(), id);
  second->Unpark(second->Self());
  EXPECT_EQ(second->Park(kNever), WakeReason::kUnparked);
}

struct ParkAtExit {
  ~ParkAtExit() {
    executor->Unpark(executor->Self());
    reason->store(executor->Park(kNever));
  }
  Executor* executor;
  std::atomic<WakeReason>* reason;
};

TEST_F(ThreadExecutorTest, ThreadLocalDestructorsMayStillPark) {
  std::atomic<WakeReason> reason{};
  std::thread([&] {
    thread_local ParkAtExit last;  // Made before the executor's own thread_locals, hence destroyed after them.
    last.executor = &executor_;
    last.reason = &reason;
    executor_.Self();
  }).join();
  EXPECT_EQ(reason.load(), WakeReason::kUnparked);
}

TEST_F(ThreadExecutorTest, SlotsAreUsedAgainAndIdsAreNot) {
  std::set<uint64_t> ids;
  std::set<const ThreadSlot*> slots;
  ThreadTable table;
  for (int i = 0; i < 1000; ++i) {
    ThreadSlot* const slot = table.Take();
    const ThreadId id = table.IdOf(*slot);
    EXPECT_EQ(table.Find(id), slot);
    table.Release(*slot);
    EXPECT_EQ(table.Find(id), nullptr);
    slots.insert(slot);
    ids.insert(id.value);
  }
  EXPECT_EQ(slots.size(), 1u);
  EXPECT_EQ(ids.size(), 1000u);
}

TEST_F(ThreadExecutorTest, TheTableFindsEachOfManySlots) {
  ThreadTable table;
  std::vector<ThreadSlot*> slots;
  for (int i = 0; i < 5000; ++i) slots.push_back(table.Take());
  EXPECT_EQ(std::set<ThreadSlot*>(slots.begin(), slots.end()).size(), slots.size());
  for (ThreadSlot* slot : slots) EXPECT_EQ(table.Find(table.IdOf(*slot)), slot);
  EXPECT_EQ(table.Find({table.IdOf(*slots[0]).value + (uint64_t{100000} << 32)}), nullptr);
}

TEST_F(ThreadExecutorTest, StartFailsWhenTheSystemHasNoThreadToGive) {
  // No stack is larger than the address space. (Limits such as RLIMIT_NPROC do not bind root.)
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_getattr_default_np(&attributes), 0);
  size_t stack_bytes = 0;
  ASSERT_EQ(pthread_attr_getstacksize(&attributes, &stack_bytes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, size_t{1} << 47), 0);
  ASSERT_EQ(pthread_setattr_default_np(&attributes), 0);
  auto nothing = [] {};
  const absl::Status refused = executor_.Start("refused", JobOf(nothing)).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(refused.message()), testing::HasSubstr("thread \"refused\" cannot start"));

  ASSERT_EQ(pthread_attr_setstacksize(&attributes, stack_bytes), 0);
  ASSERT_EQ(pthread_setattr_default_np(&attributes), 0);
  pthread_attr_destroy(&attributes);
  const absl::StatusOr<ThreadId> thread = executor_.Start("started", JobOf(nothing));
  ASSERT_TRUE(thread.ok()) << thread.status();
  EXPECT_TRUE(executor_.Join(*thread).ok());
}

// Time at a tenth of its pace: the system's timer always rings too early.
class SlowClock final : public Clock {
 public:
  int64_t NowNs() override { return base_.NowNs() / 10; }
  int64_t CoarseNs() override { return NowNs(); }
  int64_t WallNs() override { return base_.WallNs(); }

 private:
  SystemClock base_;
};

TEST_F(ThreadExecutorTest, DeadlinesAreOfTheClockItWasMadeWith) {
  SlowClock slow;
  ThreadExecutor executor(slow);
  const int64_t deadline_ns = slow.NowNs() + 500'000;
  EXPECT_EQ(executor.Park(deadline_ns), WakeReason::kDeadline);
  EXPECT_GE(slow.NowNs(), deadline_ns);
}

using ThreadExecutorDeathTest = ThreadExecutorTest;

TEST_F(ThreadExecutorDeathTest, DestructionBeforeJoinIsABug) {
  EXPECT_DEATH(
      {
        auto nothing = [] {};
        ThreadExecutor executor(clock_);
        (void)executor.Start("unjoined", JobOf(nothing));
      },
      "1 started threads are not joined");
}

TEST_F(ThreadExecutorDeathTest, AJobThatThrowsEndsTheProcess) {
  auto thrower = [] { throw 1; };
  EXPECT_DEATH(
      {
        const absl::StatusOr<ThreadId> thread = executor_.Start("thrower", JobOf(thrower));
        (void)executor_.Join(*thread);
      },
      "");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
