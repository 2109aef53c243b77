#include "core/kernel/system/system_random.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cstddef>
#include <set>
#include <thread>
#include <vector>

namespace manta {
namespace {

TEST(SystemRandomTest, EveryBitIsSetHalfOfTheTime) {
  SystemRandom random;
  constexpr int kDraws = 20000;
  std::array<int, 64> set = {};
  for (int i = 0; i < kDraws; ++i) {
    const uint64_t drawn = random.Next();
    for (size_t bit = 0; bit < set.size(); ++bit) set[bit] += drawn >> bit & 1;
  }
  // Six standard deviations of 70.7: by chance once in 500 million bits.
  for (const int count : set) EXPECT_NEAR(count, kDraws / 2, 425);
}

TEST(SystemRandomTest, BoundedNumbersAreEvenlySpread) {
  SystemRandom random;
  std::array<int, 10> drawn = {};
  for (int i = 0; i < 100000; ++i) ++drawn[RandomBelow(random, drawn.size())];
  double chi_square = 0;
  for (const int count : drawn) chi_square += (count - 10000.0) * (count - 10000.0) / 10000.0;
  EXPECT_LT(chi_square, 60);  // 9 degrees of freedom: exceeded by chance once in 10^9 runs.
}

TEST(SystemRandomTest, ThreadsDrawDifferentNumbers) {
  SystemRandom random;
  std::array<std::vector<uint64_t>, 4> drawn;
  std::vector<std::thread> threads;
  for (std::vector<uint64_t>& own : drawn) {
    threads.emplace_back([&random, &own] {
      for (int i = 0; i < 1000; ++i) own.push_back(random.Next());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<uint64_t> all;
  for (const std::vector<uint64_t>& own : drawn) all.insert(own.begin(), own.end());
  EXPECT_EQ(all.size(), 4000u);
}

TEST(SystemRandomTest, AForkedChildDrawsOtherNumbersThanItsParent) {
  SystemRandom random;
  random.Next();  // This thread's generator has a state that fork copies.
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const uint64_t drawn = random.Next();
    _exit(write(ends[1], &drawn, sizeof(drawn)) == sizeof(drawn) ? 0 : 1);
  }
  const uint64_t own = random.Next();
  uint64_t childs = own;
  EXPECT_EQ(read(ends[0], &childs, sizeof(childs)), static_cast<ssize_t>(sizeof(childs)));
  int status = -1;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_NE(own, childs);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
