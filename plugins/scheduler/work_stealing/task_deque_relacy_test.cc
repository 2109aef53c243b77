// All interleavings of an owner and thieves at small deques, and many random ones at larger ones.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "plugins/scheduler/work_stealing/task_deque.h"
#include "tests/support/relacy_atomics.h"

namespace manta {
namespace {

constexpr uint64_t kSome = 50'000;

// An owner that follows a plan, and thieves that each steal some times; afterwards each task was taken exactly once.
// Plan: '+' pushes, '2' pushes two at a time, '-' pops, '?' takes back the newest by name.
template <class Atomics, class Case>
struct OwnerAndThieves : rl::test_suite<OwnerAndThieves<Atomics, Case>, 1 + Case::kThieves> {
  static constexpr uint64_t kTasksMax = 16;

  TaskDeque<Atomics> deque{Case::kCapacity};
  uint32_t taken[1 + Case::kThieves][kTasksMax] = {};  // By thread; no thread looks at another's.
  uint64_t pushed = 0;

  static ReadyTask Task(uint64_t number) {
    return {.task = 100 + number, .priority = -static_cast<int32_t>(number), .demand = static_cast<uint32_t>(number)};
  }

  void Took(unsigned thread, const ReadyTask& task) {
    RelacyCheck(task.task >= 100 && task.task < 100 + kTasksMax);
    const uint64_t number = task.task - 100;
    RelacyCheck(task.priority == -static_cast<int32_t>(number) && task.demand == number);
    ++taken[thread][number];
  }

  void Push(uint64_t count) {
    ReadyTask tasks[2] = {Task(pushed), Task(pushed + 1)};
    RelacyCheck(deque.Reserve(count));
    deque.Push(std::span(tasks).first(count));
    pushed += count;
  }

  void before() { RelacyCheck(deque.Reserve(1)); }

  void thread(unsigned index) {
    ReadyTask task;
    if (index == 0) {
      for (const char* step = Case::kPlan; *step != 0; ++step) {
        if (*step == '+') Push(1);
        if (*step == '2') Push(2);
        if (*step == '-' && deque.Pop(&task)) Took(0, task);
        if (*step == '?' && deque.PopIf(Task(pushed - 1).task)) ++taken[0][pushed - 1];
      }
    } else {
      for (unsigned i = 0; i < Case::kSteals; ++i) {
        if (deque.Steal(&task)) Took(index, task);
      }
    }
  }

  void after() {
    ReadyTask task;
    while (deque.Pop(&task)) Took(0, task);
    for (uint64_t number = 0; number < kTasksMax; ++number) {
      uint32_t count = 0;
      for (const auto& of_thread : taken) count += of_thread[number];
      RelacyCheck(count == (number < pushed ? 1 : 0));
    }
  }
};

struct LastTask {
  static constexpr unsigned kThieves = 1, kSteals = 1;
  static constexpr uint64_t kCapacity = 2;
  static constexpr const char* kPlan = "+-";
};
struct TwoTasks {
  static constexpr unsigned kThieves = 1, kSteals = 1;
  static constexpr uint64_t kCapacity = 2;
  static constexpr const char* kPlan = "2-";
};
struct TakenBack {
  static constexpr unsigned kThieves = 1, kSteals = 1;
  static constexpr uint64_t kCapacity = 2;
  static constexpr const char* kPlan = "+?";
};
struct GrowsUnderAThief {
  static constexpr unsigned kThieves = 1, kSteals = 1;
  static constexpr uint64_t kCapacity = 1;
  static constexpr const char* kPlan = "++";
};
struct SlotUsedAgain {
  static constexpr unsigned kThieves = 2, kSteals = 2;
  static constexpr uint64_t kCapacity = 1;
  static constexpr const char* kPlan = "+-+-+-";
};
struct Everything {
  static constexpr unsigned kThieves = 2, kSteals = 4;
  static constexpr uint64_t kCapacity = 1;
  static constexpr const char* kPlan = "+-2-+?2--++-?2---";
};
struct ManyThieves {
  static constexpr unsigned kThieves = 4, kSteals = 3;
  static constexpr uint64_t kCapacity = 2;
  static constexpr const char* kPlan = "2+-2--+-";
};

// With weaker orders a thief may see no buffer at all: here the first one is enough.
struct NeverGrows {
  static constexpr unsigned kThieves = 2, kSteals = 3;
  static constexpr uint64_t kCapacity = 16;
  static constexpr const char* kPlan = "2+-2--+-";
};

template <class Case>
using Right = OwnerAndThieves<RelacyAtomics, Case>;
template <class Case>
using Relaxed = OwnerAndThieves<RelaxedAtomics, Case>;

TEST(TaskDequeRelacyTest, TheLastTaskIsTakenOnce) { EXPECT_EQ(Explore<Right<LastTask>>(), ""); }

TEST(TaskDequeRelacyTest, TwoTasksAreTakenOnceEach) { EXPECT_EQ(Explore<Right<TwoTasks>>(), ""); }

TEST(TaskDequeRelacyTest, ATaskIsTakenBackOrStolen) { EXPECT_EQ(ExploreSome<Right<TakenBack>>(kSome), ""); }

TEST(TaskDequeRelacyTest, GrowingLosesNothingAndFreesNothingThatIsRead) {
  EXPECT_EQ(ExploreSome<Right<GrowsUnderAThief>>(kSome), "");
}

TEST(TaskDequeRelacyTest, LongPlansAtRandom) {
  EXPECT_EQ(ExploreSome<Right<SlotUsedAgain>>(kSome), "");
  EXPECT_EQ(ExploreSome<Right<Everything>>(kSome), "");
  EXPECT_EQ(ExploreSome<Right<ManyThieves>>(kSome), "");
}

TEST(TaskDequeRelacyTest, WithWeakerOrdersTasksAreLostOrTakenTwice) {
  if (!kRelacyExplores) GTEST_SKIP() << "Relacy does not run under this sanitizer";
  EXPECT_NE(ExploreSome<Relaxed<NeverGrows>>(kSome), "");
}

// A worker announces its sleep and looks once more; a pusher pushes and looks for sleepers: one of them sees the other.
template <class Atomics>
struct Sleeper : rl::test_suite<Sleeper<Atomics>, 2> {
  TaskDeque<Atomics> deque{2};
  typename Atomics::template Atomic<uint32_t> sleeping{0};
  bool stole = false, saw_sleeper = false;

  void before() { RelacyCheck(deque.Reserve(1)); }

  void thread(unsigned index) {
    ReadyTask task{.task = 1};
    if (index == 0) {
      deque.Push(std::span(&task, 1));
      saw_sleeper = sleeping.load() == 1;
    } else {
      sleeping.store(1);
      stole = deque.Steal(&task);
    }
  }
  void after() { RelacyCheck(stole || saw_sleeper); }
};

TEST(TaskDequeRelacyTest, ASleeperMissesNoPush) { EXPECT_EQ(Explore<Sleeper<RelacyAtomics>>(), ""); }

TEST(TaskDequeRelacyTest, WithWeakerOrdersASleeperMissesAPush) {
  if (!kRelacyExplores) GTEST_SKIP() << "Relacy does not run under this sanitizer";
  EXPECT_NE(ExploreSome<Sleeper<RelaxedAtomics>>(kSome), "");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
