// Threads that push from outside, workers that take several at once, and one that takes back what it pushed.
#include <cstdint>
#include <span>

#include "gtest/gtest.h"
#include "plugins/scheduler/work_stealing/outside_queue.h"
#include "tests/support/relacy_atomics.h"

namespace manta {
namespace {

constexpr uint64_t kSome = 30'000;

template <class Atomics>
class SpinLock {
 public:
  void Lock() {
    while (held_.exchange(true, std::memory_order_acquire)) {
    }
  }
  void Unlock() { held_.store(false, std::memory_order_release); }

 private:
  typename Atomics::template Atomic<bool> held_{false};
};

// Chunks of two, so that the head leaves some and the tail gets them again. Each task is taken once, by whom ever.
template <class Atomics, unsigned kTasks>
struct PushedTakenAndTakenBack : rl::test_suite<PushedTakenAndTakenBack<Atomics, kTasks>, 3> {
  BasicOutsideQueue<Atomics, SpinLock<Atomics>, 2> queue;
  typename Atomics::template Plain<uint64_t> written[kTasks];  // By who pushes, before; read by who takes.
  typename Atomics::template Plain<uint64_t> taken[kTasks];    // Found out when two take one task.

  void before() {}

  void Took(uint64_t task) {
    RelacyCheck(written[task].Get() == task + 1);
    taken[task].Set(taken[task].Get() + 1);
  }

  void Take() {
    ReadyTask task;
    const auto one_more = [](uint64_t) { return uint64_t{1}; };
    const auto place = [this](std::span<const ReadyTask> more) {
      for (const ReadyTask& each : more) Took(each.task);
    };
    if (queue.PopSome(&task, one_more, place)) Took(task.task);
  }

  void thread(unsigned index) {
    if (index > 0) {
      for (unsigned i = 0; i < kTasks / 2; ++i) Take();
      return;
    }
    for (uint64_t i = 0; i < kTasks; ++i) {
      written[i].Set(i + 1);
      const ReadyTask task = {.task = i};
      RelacyCheck(queue.Push(std::span(&task, 1)));
      if (i % 2 == 1 && queue.TakeBack(i)) Took(i);
    }
  }

  void after() {
    for (unsigned i = 0; i < kTasks; ++i) Take();
    for (unsigned i = 0; i < kTasks; ++i) RelacyCheck(taken[i].Get() == 1);
  }
};

// The runtime's way to sleep and to wake, with nothing but the queue between them.
template <class Atomics>
struct PushAndSleep : rl::test_suite<PushAndSleep<Atomics>, 2> {
  BasicOutsideQueue<Atomics, SpinLock<Atomics>, 2> queue;
  typename Atomics::template Atomic<uint32_t> sleeping{0};
  bool seen = false;
  bool taken = false;

  void before() {}

  void thread(unsigned index) {
    ReadyTask task = {.task = 7};
    if (index == 0) {
      RelacyCheck(queue.Push(std::span(&task, 1)));
      seen = sleeping.load(std::memory_order_seq_cst) == 1;
    } else {
      sleeping.store(1, std::memory_order_seq_cst);
      taken = queue.PopSome(
          &task, [](uint64_t) { return uint64_t{0}; }, [](std::span<const ReadyTask>) {});
    }
  }

  void after() { RelacyCheck(seen || taken); }
};

template <class Atomics>
using Five = PushedTakenAndTakenBack<Atomics, 5>;

TEST(OutsideQueueRelacyTest, EachTaskIsTakenOnce) { EXPECT_EQ(ExploreSome<Five<RelacyAtomics>>(kSome), ""); }

TEST(OutsideQueueRelacyTest, WhoSleepsMissesNoPush) { EXPECT_EQ(ExploreSome<PushAndSleep<RelacyAtomics>>(kSome), ""); }

TEST(OutsideQueueRelacyTest, WeakerOrdersAreFoundWrong) {
  if (!kRelacyExplores) GTEST_SKIP() << "Relacy does not run under this sanitizer";
  EXPECT_NE(ExploreSome<Five<RelaxedAtomics>>(kSome), "");
  EXPECT_NE(ExploreSome<PushAndSleep<RelaxedAtomics>>(kSome), "");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
