// What the harness must see, else no test with it can fail.
#include "tests/support/relacy_atomics.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace manta {
namespace {

using ::testing::HasSubstr;

// A value handed over by a flag.
template <class Atomics>
struct HandOver : rl::test_suite<HandOver<Atomics>, 2> {
  typename Atomics::template Plain<uint64_t> value;
  typename Atomics::template Atomic<bool> ready{false};

  void thread(unsigned index) {
    if (index == 0) {
      value.Set(7);
      ready.store(true, std::memory_order_release);
    } else if (ready.load(std::memory_order_acquire)) {
      RelacyCheck(value.Get() == 7);
    }
  }
};

// Each announces itself and then looks for the other: at least one must see the other.
template <class Atomics>
struct Announce : rl::test_suite<Announce<Atomics>, 2> {
  typename Atomics::template Atomic<uint32_t> here[2];
  bool saw[2];

  void thread(unsigned index) {
    here[index].store(1);
    saw[index] = here[1 - index].load() == 1;
  }
  void after() { RelacyCheck(saw[0] || saw[1]); }
};

template <class Atomics>
struct AddTogether : rl::test_suite<AddTogether<Atomics>, 3> {
  typename Atomics::template Atomic<uint64_t> sum{0};

  void thread(unsigned) { sum.fetch_add(2, std::memory_order_relaxed); }
  void after() { RelacyCheck(sum.load() == 6); }
};

struct AddByLoadAndStore : rl::test_suite<AddByLoadAndStore, 2> {
  RelacyAtomics::Atomic<uint64_t> sum{0};

  void thread(unsigned) { sum.store(sum.load() + 1); }
  void after() { RelacyCheck(sum.load() == 2); }
};

// Memory of each kind, passed from one thread to another.
struct PassMemory : rl::test_suite<PassMemory, 2> {
  struct Node {
    RelacyAtomics::Plain<uint64_t> value{7};
    std::vector<int> numbers = {1, 2, 3};
    std::string text = "longer than a short string that needs no memory";
  };
  RelacyAtomics::Atomic<Node*> passed{nullptr};

  void thread(unsigned index) {
    if (index == 0) passed.store(new Node[2], std::memory_order_release);
    if (index == 1) Drop();
  }
  void after() { Drop(); }
  void Drop() {
    Node* nodes = passed.exchange(nullptr, std::memory_order_acq_rel);
    if (nodes != nullptr) RelacyCheck(nodes[1].value.Get() == 7);
    delete[] nodes;
  }
};

struct UseAfterFree : rl::test_suite<UseAfterFree, 2> {
  RelacyAtomics::Atomic<uint64_t>* shared = nullptr;

  void before() { shared = new RelacyAtomics::Atomic<uint64_t>(0); }
  void thread(unsigned index) {
    if (index == 0) delete shared;
    if (index == 1) shared->store(1);
  }
};

struct Leak : rl::test_suite<Leak, 1> {
  void thread(unsigned) { last = new int(1); }
  int* last = nullptr;
};

TEST(RelacyAtomicsTest, RightScenariosPass) {
  EXPECT_EQ(Explore<HandOver<RelacyAtomics>>(), "");
  EXPECT_EQ(Explore<Announce<RelacyAtomics>>(), "");
  EXPECT_EQ(Explore<AddTogether<RelacyAtomics>>(), "");
  EXPECT_EQ(ExploreSome<AddTogether<RelacyAtomics>>(1000), "");
  EXPECT_EQ(Explore<PassMemory>(), "");
}

TEST(RelacyAtomicsTest, ADataRaceIsFound) {
  if (!kRelacyExplores) GTEST_SKIP() << "Relacy does not run under this sanitizer";
  EXPECT_THAT(Explore<HandOver<RelaxedAtomics>>(), HasSubstr("DATA RACE"));
  EXPECT_THAT(ExploreSome<HandOver<RelaxedAtomics>>(1000), HasSubstr("DATA RACE"));
}

TEST(RelacyAtomicsTest, AStoreThatALoadOvertakesIsFound) {
  if (!kRelacyExplores) GTEST_SKIP() << "Relacy does not run under this sanitizer";
  EXPECT_THAT(Explore<Announce<RelaxedAtomics>>(), HasSubstr("ASSERT FAILED"));
}

TEST(RelacyAtomicsTest, AnInterleavingThatLosesAnUpdateIsFound) {
  if (!kRelacyExplores) GTEST_SKIP() << "Relacy does not run under this sanitizer";
  EXPECT_THAT(Explore<AddByLoadAndStore>(), HasSubstr("ASSERT FAILED"));
}

TEST(RelacyAtomicsTest, ALeakIsFound) {
  if (!kRelacyExplores) GTEST_SKIP() << "Relacy does not run under this sanitizer";
  EXPECT_THAT(Explore<Leak>(), HasSubstr("MEMORY LEAK"));
}

TEST(RelacyAtomicsTest, UseAfterFreeIsFound) {
  if (!kRelacyExplores) GTEST_SKIP() << "Relacy does not run under this sanitizer";
  EXPECT_THAT(Explore<UseAfterFree>(), HasSubstr("ACCESS TO FREED MEMORY"));
}

TEST(RelacyAtomicsTest, AFaultIsToldWithItsHistory) {
  if (!kRelacyExplores) GTEST_SKIP() << "Relacy does not run under this sanitizer";
  EXPECT_THAT(Explore<AddByLoadAndStore>(), HasSubstr("relacy_atomics_test.cc"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
