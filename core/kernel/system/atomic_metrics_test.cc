#include "core/kernel/system/atomic_metrics.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace manta {
namespace {

TEST(AtomicMetricsTest, EntriesAreSortedAndTellTheFirstHelpAndUnit) {
  AtomicMetrics metrics;
  metrics.GetHistogram({.name = "store.create", .help = "Time of Create.", .unit = "ns"}).Record(5);
  metrics.GetCounter({.name = "store.evicted", .help = "Objects evicted."}).Add(2);
  metrics.GetGauge({.name = "store.bytes", .help = "Bytes in use.", .unit = "bytes"}).Set(-3);
  metrics.GetCounter({.name = "store.evicted", .help = "Another text."}).Add(1);

  const std::vector<MetricEntry> entries = metrics.Entries();
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].spec.name, "store.bytes");
  EXPECT_EQ(entries[0].spec.unit, "bytes");
  EXPECT_EQ(entries[0].gauge->value(), -3);
  EXPECT_EQ(entries[1].spec.name, "store.create");
  EXPECT_EQ(entries[1].histogram->sum(), 5u);
  EXPECT_EQ(entries[2].spec.help, "Objects evicted.");
  EXPECT_EQ(entries[2].spec.unit, "1");
  EXPECT_EQ(entries[2].counter->value(), 3u);
  EXPECT_EQ(entries[2].gauge, nullptr);
  EXPECT_EQ(entries[2].histogram, nullptr);
}

TEST(AtomicMetricsTest, LabelsMakeSeriesOfOneMetric) {
  AtomicMetrics metrics;
  const MetricLabel here[] = {{"kind", "a\"b\\c\nd"}, {"file", "x"}};
  const MetricLabel turned[] = {{"file", "x"}, {"kind", "a\"b\\c\nd"}};
  metrics.GetCounter({.name = "words", .help = "Words."}).Add(1);
  metrics.GetCounter({.name = "words", .help = "Words."}, here).Add(2);
  metrics.GetCounter({.name = "words", .help = "Words."}, turned).Add(3);
  const std::vector<MetricEntry> entries = metrics.Entries();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].labels, "");
  EXPECT_EQ(entries[0].counter->value(), 1u);
  EXPECT_EQ(entries[1].labels, R"(file="x",kind="a\"b\\c\nd")");
  EXPECT_EQ(entries[1].counter->value(), 5u);
}

TEST(AtomicMetricsTest, LabelsThatNeverRepeatEndInOneSeries) {
  AtomicMetrics metrics;
  for (size_t i = 0; i < AtomicMetrics::kSeriesMax + 500; ++i) {
    const std::string user = std::to_string(i);
    const MetricLabel label[] = {{"user", user}};
    metrics.GetCounter({.name = "requests", .help = ""}, label).Add(1);
  }
  const std::vector<MetricEntry> entries = metrics.Entries();
  ASSERT_EQ(entries.size(), AtomicMetrics::kSeriesMax + 1);
  EXPECT_EQ(entries[0].labels, "overflow=\"true\"");
  EXPECT_EQ(entries[0].counter->value(), 500u);
}

TEST(AtomicMetricsDeathTest, SeriesOfOneNameAreOfOneKindAndLabelsAreGood) {
  AtomicMetrics metrics;
  const MetricLabel a[] = {{"x", "a"}};
  const MetricLabel b[] = {{"x", "b"}};
  metrics.GetCounter({.name = "words", .help = ""}, b).Add(1);
  EXPECT_DEATH(metrics.GetGauge({.name = "words", .help = ""}, a), "exists as another kind");
  const MetricLabel le[] = {{"le", "1"}};
  EXPECT_DEATH(metrics.GetCounter({.name = "words", .help = ""}, le), "label name \"le\"");
  const MetricLabel twice[] = {{"x", "1"}, {"x", "2"}};
  EXPECT_DEATH(metrics.GetCounter({.name = "words", .help = ""}, twice), "given twice");
}

TEST(AtomicMetricsTest, NothingIsLostWhenThreadsAskAndRecordTogether) {
  AtomicMetrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&metrics] {
      Counter& counter = metrics.GetCounter({.name = "shared.count", .help = "Shared."});
      Gauge& gauge = metrics.GetGauge({.name = "shared.level", .help = "Shared."});
      Histogram& histogram = metrics.GetHistogram({.name = "shared.values", .help = "Shared."});
      for (uint64_t i = 0; i < 10000; ++i) {
        counter.Add(1);
        gauge.Add(i % 2 == 0 ? 2 : -1);
        histogram.Record(i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(metrics.GetCounter({.name = "shared.count", .help = "Shared."}).value(), 40000u);
  EXPECT_EQ(metrics.GetGauge({.name = "shared.level", .help = "Shared."}).value(), 20000);
  const Histogram& histogram = metrics.GetHistogram({.name = "shared.values", .help = "Shared."});
  EXPECT_EQ(histogram.count(), 40000u);
  EXPECT_EQ(histogram.sum(), 4u * (9999u * 10000u / 2));
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
