// Threads that number objects of two runtimes, and one that goes on after another has begun anew.
#include <cstdint>

#include "core/runtime/id_blocks.h"
#include "gtest/gtest.h"
#include "tests/support/relacy_atomics.h"

namespace manta {
namespace {

constexpr uint64_t kSome = 50'000;
constexpr uint64_t kBlock = 2;

// An addition in two steps: what it would be without the hardware's help.
struct TornAtomics : RelacyAtomics {
  template <typename T>
  class Atomic : public RelacyAtomics::Atomic<T> {
   public:
    using RelacyAtomics::Atomic<T>::Atomic;

    T fetch_add(T difference, std::memory_order order) {
      const T value = this->load(order);
      this->store(value + difference, order);
      return value;
    }
  };
};

// Each thread draws `kEach` numbers of each of two runtimes, by turns, and marks them: who marks one that another
// thread has too is found out, since a mark is no atomic.
template <class Atomics, unsigned kThreads, unsigned kEach>
struct Drawers : rl::test_suite<Drawers<Atomics, kThreads, kEach>, kThreads> {
  using Blocks = IdBlocks<Atomics, kBlock>;
  static constexpr uint64_t kNumberMax = kThreads * kEach * kBlock;

  Blocks runtimes[2];
  typename Atomics::template Plain<uint64_t> marks[2][kNumberMax + 1];

  void before() {
    runtimes[0].Begin(1);
    runtimes[1].Begin(2);
  }

  void thread(unsigned index) {
    typename Blocks::Share share;
    for (unsigned i = 0; i < kEach; ++i) {
      const unsigned runtime = i < kEach / 2 ? 0 : (i + index) % 2;
      const uint64_t number = runtimes[runtime].Draw(share);
      RelacyCheck(number >= 1 && number <= kNumberMax);
      RelacyCheck(marks[runtime][number].Get() == 0);
      marks[runtime][number].Set(index + 1);
    }
  }

  void after() {
    typename Blocks::Share rest;
    const uint64_t last = runtimes[0].Draw(rest);
    runtimes[0].Begin(3);
    RelacyCheck(last > 1 && runtimes[0].Draw(rest) == 1);  // What is left of the last series is not drawn.
    unsigned marked = 0;
    for (auto& runtime : marks) {
      for (auto& mark : runtime) marked += mark.Get() != 0 ? 1 : 0;
    }
    RelacyCheck(marked == kThreads * kEach);
  }
};

template <class Atomics>
using Small = Drawers<Atomics, 2, 3>;
template <class Atomics>
using Larger = Drawers<Atomics, 3, 7>;

TEST(IdBlocksRelacyTest, TwoThreadsInAllOrders) { EXPECT_EQ(Explore<Small<RelacyAtomics>>(), ""); }

TEST(IdBlocksRelacyTest, ThreeThreadsInSomeOrders) { EXPECT_EQ(ExploreSome<Larger<RelacyAtomics>>(kSome), ""); }

TEST(IdBlocksRelacyTest, NoOrderIsNeededBeyondTheAdditionsOwn) {
  EXPECT_EQ(ExploreSome<Larger<RelaxedAtomics>>(kSome), "");
}

TEST(IdBlocksRelacyTest, AnAdditionInTwoStepsIsFoundWrong) {
  if (!kRelacyExplores) GTEST_SKIP() << "Relacy does not run under this sanitizer";
  EXPECT_NE(ExploreSome<Larger<TornAtomics>>(kSome), "");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
