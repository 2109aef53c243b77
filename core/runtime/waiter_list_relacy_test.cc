// Waiters that come and go while the event happens, in random interleavings. Not in all of them: a thread that waits
// for the lock bit can do so for ever in a full search.
#include <cstdint>

#include "core/runtime/waiter_list.h"
#include "gtest/gtest.h"
#include "tests/support/relacy_atomics.h"

namespace manta {
namespace {

constexpr uint64_t kSome = 50'000;

// One thread makes the event; the others add a waiter each, and those with odd numbers take it out again. Afterwards
// each waiter was refused, taken out, or told once.
template <class Atomics, unsigned kWaiterCount>
struct ComeAndGo : rl::test_suite<ComeAndGo<Atomics, kWaiterCount>, kWaiterCount + 1> {
  struct Counted : Waiter {
    unsigned told = 0;
    bool refused = false;
    bool removed = false;
  };

  BasicWaiterList<Atomics> list;
  Counted waiters[kWaiterCount];
  typename Atomics::template Plain<uint64_t> news{0};

  void before() {
    for (Counted& waiter : waiters) {
      waiter.notify = [](Waiter* told) { ++static_cast<Counted*>(told)->told; };
    }
  }

  void thread(unsigned index) {
    if (index == kWaiterCount) {
      news.Set(7);
      for (Waiter* waiter = list.Close(); waiter != nullptr;) {
        Waiter* const next = waiter->next;
        waiter->notify(waiter);
        waiter = next;
      }
      return;
    }
    Counted& waiter = waiters[index];
    waiter.refused = !list.Add(&waiter);
    if (!waiter.refused && index % 2 == 1) waiter.removed = list.Remove(&waiter);
    // What happened before the event is visible to whoever sees that it has happened.
    if (list.closed()) RelacyCheck(news.Get() == 7);
  }

  void after() {
    RelacyCheck(list.closed());
    for (const Counted& waiter : waiters) {
      RelacyCheck(waiter.told + (waiter.refused ? 1 : 0) + (waiter.removed ? 1 : 0) == 1);
    }
  }
};

template <class Atomics>
using Two = ComeAndGo<Atomics, 1>;
template <class Atomics>
using Four = ComeAndGo<Atomics, 3>;

TEST(WaiterListRelacyTest, OneWaiterInManyOrders) { EXPECT_EQ(ExploreSome<Two<RelacyAtomics>>(10 * kSome), ""); }

TEST(WaiterListRelacyTest, ThreeWaitersInSomeOrders) { EXPECT_EQ(ExploreSome<Four<RelacyAtomics>>(kSome), ""); }

TEST(WaiterListRelacyTest, WeakerOrdersAreFoundWrong) {
  if (!kRelacyExplores) GTEST_SKIP() << "Relacy does not run under this sanitizer";
  EXPECT_NE(ExploreSome<Two<RelaxedAtomics>>(kSome), "");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
