// Where S3-FIFO gets more hits than LRU, and where it does not: the figures in its README.
#include <cstdint>
#include <cstdio>
#include <vector>

#include "gtest/gtest.h"
#include "plugins/eviction/lru/lru_policy.h"
#include "plugins/eviction/s3_fifo/s3_fifo_policy.h"
#include "tests/eviction/cache_simulator.h"
#include "tests/eviction/trace.h"

namespace manta {
namespace {

struct Comparison {
  double lru = 0;
  double s3_fifo = 0;

  double gain() const { return s3_fifo / lru - 1; }  // 0.1: a tenth more hits.
};

Comparison Compare(const char* name, const std::vector<Request>& trace, uint64_t capacity_bytes) {
  LruPolicy lru;
  S3FifoPolicy s3_fifo;
  const Comparison result = {.lru = CountHits(lru, trace, capacity_bytes).ratio(),
                             .s3_fifo = CountHits(s3_fifo, trace, capacity_bytes).ratio()};
  std::printf("%-44s lru %5.1f%%  s3_fifo %5.1f%%  %+6.1f points  %+6.1f%% hits\n", name, 100 * result.lru,
              100 * result.s3_fifo, 100 * (result.s3_fifo - result.lru), 100 * result.gain());
  return result;
}

TEST(EvictionTracesTest, S3FifoBeatsLruByATenthOnPopularObjectsWithPassersBy) {
  for (const uint64_t seed : {1, 2, 3}) {
    const std::vector<Request> trace = MakeMixedTrace({.seed = seed, .one_hit_percent = 20, .scan_interval = 5'000});
    EXPECT_GE(Compare("Zipf 0.9, one-hit 20%, scans", trace, 1'000).gain(), 0.10);
  }
}

TEST(EvictionTracesTest, S3FifoBeatsLruByATenthWithSizesFrom64BytesTo1MiB) {
  const std::vector<Request> trace =
      MakeMixedTrace({.one_hit_percent = 20, .scan_interval = 5'000, .size_bytes_min = 64, .size_doublings = 14});
  for (const uint64_t capacity_mib : {32, 128}) {
    EXPECT_GE(Compare("the same, 64 B to 1 MiB", trace, capacity_mib << 20).gain(), 0.10);
  }
}

TEST(EvictionTracesTest, S3FifoBeatsLruOnPopularObjectsAlone) {
  const Comparison scarce = Compare("Zipf 0.9, cache of 1% of the objects", MakeMixedTrace({.skew = 0.9}), 100);
  EXPECT_GE(scarce.gain(), 0.10);
  EXPECT_GE(scarce.s3_fifo - scarce.lru, 0.10);  // In points of the hit ratio, too.
  EXPECT_GE(Compare("Zipf 0.9, cache of 10%", MakeMixedTrace({.skew = 0.9}), 1'000).gain(), 0.10);
  EXPECT_GE(Compare("Zipf 1.0, cache of 10%", MakeMixedTrace({.skew = 1.0}), 1'000).gain(), 0.05);
  EXPECT_GE(Compare("Zipf 1.0, cache of 50%", MakeMixedTrace({.skew = 1.0}), 5'000).gain(), 0.00);
}

TEST(EvictionTracesTest, S3FifoLosesAtMostTwoPercentWhenTheRecentlyUsedComesAgain) {
  EXPECT_GE(Compare("recency, distance 50 of 1000", MakeRecencyTrace(1, 100'000, 50, 5), 1'000).gain(), -0.02);
  EXPECT_GE(Compare("recency, distance 100 of 1000", MakeRecencyTrace(1, 100'000, 100, 5), 1'000).gain(), -0.02);
  EXPECT_GE(Compare("recency, distance 200 of 1000", MakeRecencyTrace(1, 100'000, 200, 5), 1'000).gain(), -0.02);
}

// Known losses, stated in the README: a change that mends one is welcome to change the test.
TEST(EvictionTracesTest, S3FifoLosesWhenEachObjectIsUsedTwiceFarApart) {
  const Comparison result = Compare("each object twice, distance 250 of 1000", MakeTwiceTrace(900, 50'000, 250), 1'000);
  EXPECT_GT(result.lru, 0.49);
  EXPECT_LT(result.s3_fifo, 0.05);
}

TEST(EvictionTracesTest, S3FifoLosesWhenTheWorkingSetChangesAtOnceAndOften) {
  const std::vector<Request> often = MakePhasesTrace(1, 100'000, 2'000, 0.8, 5'000);
  EXPECT_LT(Compare("another working set every 5000 requests", often, 1'000).gain(), -0.05);
  const std::vector<Request> seldom = MakePhasesTrace(1, 100'000, 2'000, 0.8, 50'000);
  EXPECT_GE(Compare("another working set every 50000 requests", seldom, 1'000).gain(), 0.00);
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
