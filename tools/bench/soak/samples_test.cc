#include "tools/bench/soak/samples.h"

#include <fcntl.h>
#include <unistd.h>

#include <vector>

#include "core/base/sanitizer.h"
#include "gtest/gtest.h"

namespace manta::bench {
namespace {

// Ten samples, an hour apart, in which `resident(i)` bytes are resident.
template <typename Resident>
std::vector<Sample> Samples(Resident resident) {
  std::vector<Sample> samples;
  for (int i = 0; i < 10; ++i) {
    Sample& sample = samples.emplace_back();
    sample.hours = 7.0 + i;
    sample.resident_bytes = resident(i);
    sample.descriptor_count = 9;
    sample.thread_count = 4;
  }
  return samples;
}

TEST(SamplesTest, TheSlopeIsThatOfTheNearestLine) {
  const auto slope = [](auto resident) { return SlopeOf(Samples(resident), &Sample::resident_bytes); };
  EXPECT_DOUBLE_EQ(slope([](int) { return 500'000'000u; }), 0);
  EXPECT_NEAR(slope([](int i) { return 500'000'000u + 3'000'000u * i; }), 3, 1e-9);
  EXPECT_NEAR(slope([](int i) { return 500'000'000u - 2'000'000u * i; }), -2, 1e-9);
  // Of (0, 0), (1, 1), (2, 0), and so on: the sum of products over the sum of squares is 2.5 / 82.5.
  EXPECT_NEAR(slope([](int i) { return i % 2 * 1'000'000u; }), 2.5 / 82.5, 1e-9);
}

TEST(SamplesTest, CountsMayVaryAndMayNotGrow) {
  std::vector<Sample> samples = Samples([](int) { return 1u; });
  samples[2].descriptor_count = 11;
  for (int i = 5; i < 9; ++i) samples[i].descriptor_count = 12;  // All of the second half but one.
  EXPECT_EQ(GrowthOf(samples, &Sample::descriptor_count), 0u);
  EXPECT_EQ(GrowthOf(samples, &Sample::thread_count), 0u);
  samples[9].descriptor_count = 10;
  for (int i = 5; i < 10; ++i) samples[i].thread_count = 7;
  EXPECT_EQ(GrowthOf(samples, &Sample::descriptor_count), 1u);
  EXPECT_EQ(GrowthOf(samples, &Sample::thread_count), 3u);
}

TEST(SamplesTest, HeapThatIsInUseIsSeen) {
  if (kAddressSanitizer || kThreadSanitizer) GTEST_SKIP() << "the heap is the sanitizer's";
  const Sample before = TakeSample(1);
  const std::vector<char> used(3 << 20, 'x');
  EXPECT_GE(TakeSample(2).heap_used_bytes, before.heap_used_bytes + used.size());
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
