#include "tools/bench/soak/samples.h"

#include <fcntl.h>
#include <unistd.h>

#include <vector>

#include "gtest/gtest.h"

namespace manta::bench {
namespace {

// Ten samples, an hour apart, in which `resident(i)` bytes are resident.
template <typename Resident>
std::vector<Sample> Samples(Resident resident) {
  std::vector<Sample> samples;
  for (int i = 0; i < 10; ++i) {
    samples.push_back({.hours = 7.0 + i, .resident_bytes = resident(i), .descriptor_count = 9, .thread_count = 4});
  }
  return samples;
}

TEST(SamplesTest, TheSlopeIsThatOfTheNearestLine) {
  EXPECT_DOUBLE_EQ(GrowthOf(Samples([](int) { return 500'000'000u; })).resident_mb_per_hour, 0);
  EXPECT_NEAR(GrowthOf(Samples([](int i) { return 500'000'000u + 3'000'000u * i; })).resident_mb_per_hour, 3, 1e-9);
  EXPECT_NEAR(GrowthOf(Samples([](int i) { return 500'000'000u - 2'000'000u * i; })).resident_mb_per_hour, -2, 1e-9);
  // Of (0, 0), (1, 1), (2, 0), and so on: the sum of products over the sum of squares is 2.5 / 82.5.
  EXPECT_NEAR(GrowthOf(Samples([](int i) { return i % 2 * 1'000'000u; })).resident_mb_per_hour, 2.5 / 82.5, 1e-9);
}

TEST(SamplesTest, CountsMayVaryAndMayNotGrow) {
  std::vector<Sample> samples = Samples([](int) { return 1u; });
  samples[2].descriptor_count = 11;
  samples[8].descriptor_count = 11;
  EXPECT_EQ(GrowthOf(samples).descriptors, 0u);
  EXPECT_EQ(GrowthOf(samples).threads, 0u);
  samples[8].descriptor_count = 12;
  samples[9].thread_count = 7;
  EXPECT_EQ(GrowthOf(samples).descriptors, 1u);
  EXPECT_EQ(GrowthOf(samples).threads, 3u);
}

TEST(SamplesTest, AFileThatIsOpenIsSeen) {
  const Sample before = TakeSample(1);
  EXPECT_EQ(before.hours, 1);
  EXPECT_GT(before.resident_bytes, 1u << 20);
  EXPECT_GE(before.thread_count, 1u);
  const int file = open("/dev/null", O_RDONLY);
  EXPECT_EQ(TakeSample(2).descriptor_count, before.descriptor_count + 1);
  close(file);
  EXPECT_EQ(TakeSample(3).descriptor_count, before.descriptor_count);
}

}  // namespace
}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
