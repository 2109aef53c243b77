#include "core/base/ring.h"

#include <cstdint>
#include <deque>
#include <random>

#include "gtest/gtest.h"

namespace manta {
namespace {

TEST(RingTest, ANewRingIsEmpty) {
  Ring<int> ring;
  EXPECT_TRUE(ring.empty());
  EXPECT_EQ(ring.size(), 0u);
}

TEST(RingTest, DoesWhatADequeDoes) {
  std::mt19937_64 random(7);
  Ring<uint64_t> ring;
  std::deque<uint64_t> deque;
  for (int i = 0; i < 20'000; ++i) {
    // Longer and shorter by turns, so that it wraps at each of its sizes.
    if (random() % 100 < (i / 2'000 % 2 == 0 ? 60 : 40)) {
      const uint64_t element = random();
      ring.Reserve(1);
      ring.PushBack(element);
      deque.push_back(element);
    } else if (!deque.empty() && random() % 3 == 0) {
      ring.PopBack();
      deque.pop_back();
    } else if (!deque.empty()) {
      ring.PopFront();
      deque.pop_front();
    }
    ASSERT_EQ(ring.size(), deque.size());
    if (deque.empty()) continue;
    const uint64_t at = random() % deque.size();
    ASSERT_EQ(ring[at], deque[at]);
    ASSERT_EQ(ring[0], deque.front());
    ASSERT_EQ(ring[deque.size() - 1], deque.back());
  }
}

TEST(RingTest, WhatIsReservedIsAddedInPlace) {
  Ring<int> ring;
  ring.Reserve(1'000);
  ring.PushBack(0);
  const int* const first = &ring[0];
  for (int i = 1; i < 1'000; ++i) ring.PushBack(i);
  EXPECT_EQ(&ring[0], first);
  EXPECT_EQ(ring[999], 999);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
