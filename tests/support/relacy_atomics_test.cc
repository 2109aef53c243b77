// What the harness must see, else no test with it can fail.
#include "tests/support/relacy_atomics.h"

#include <atomic>
#include <cstdint>
#include <string>

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

struct Leak : rl::test_suite<Leak, 1> {
  void thread(unsigned) { last = new int(1); }
  int* last = nullptr;
};

TEST(RelacyAtomicsTest, RightScenariosPass) {
  EXPECT_EQ(Explore<HandOver<RelacyAtomics>>(), "");
  EXPECT_EQ(Explore<Announce<RelacyAtomics>>(), "");
  EXPECT_EQ(Explore<AddTogether<RelacyAtomics>>(), "");
  EXPECT_EQ(Explore<AddTogether<RelacyAtomics>>(1000), "");
}

TEST(RelacyAtomicsTest, ADataRaceIsFound) {
  if (!kRelacyExplores) GTEST_SKIP() << "Relacy does not run under this sanitizer";
  EXPECT_THAT(Explore<HandOver<RelaxedAtomics>>(), HasSubstr("DATA RACE"));
  EXPECT_THAT(Explore<HandOver<RelaxedAtomics>>(1000), HasSubstr("DATA RACE"));
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

TEST(RelacyAtomicsTest, AFaultIsToldWithItsHistory) {
  if (!kRelacyExplores) GTEST_SKIP() << "Relacy does not run under this sanitizer";
  EXPECT_THAT(Explore<AddByLoadAndStore>(), HasSubstr("relacy_atomics_test.cc"));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
