#include "core/base/split_mix.h"

#include <cstdint>
#include <vector>

#include "gtest/gtest.h"

namespace manta {
namespace {

TEST(SplitMixTest, GivesThePublishedValues) {
  SplitMix random(1234567);
  EXPECT_EQ(random.Next(), 6457827717110365317u);
  EXPECT_EQ(random.Next(), 3203168211198807973u);
  EXPECT_EQ(random.Next(), 9817491932198370423u);
}

TEST(SplitMixTest, BelowIsUniform) {
  SplitMix random(1);
  std::vector<int> counts(7);
  for (int i = 0; i < 70'000; ++i) ++counts.at(random.Below(7));
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
  EXPECT_EQ(random.Below(1), 0u);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
