#include "core/kernel/observe/metric_samples.h"

#include <gtest/gtest.h>

#include <limits>

namespace manta {
namespace {

TEST(MetricSamplesTest, NamesUnitsAndLabelsAreThoseOfPrometheus) {
  AtomicMetrics metrics;
  const MetricLabel label[] = {{"file", "a\"b"}};
  metrics.GetCounter({.name = "store.evicted", .help = "Objects that\nwent."}).Add(7);
  metrics.GetCounter({.name = "store.evicted", .help = ""}, label).Add(1);
  metrics.GetGauge({.name = "store.used", .help = "In use.", .unit = "bytes"}).Set(-3);
  Histogram& histogram = metrics.GetHistogram({.name = "wait.time", .help = "Waits.", .unit = "ns"});
  histogram.Record(0);
  histogram.Record(1000);
  histogram.Record(1000);
  EXPECT_EQ(PrometheusText(SamplesOf(metrics.Entries(), "manta_")),
            "# HELP manta_store_evicted_total Objects that\\nwent.\n"
            "# TYPE manta_store_evicted_total counter\n"
            "manta_store_evicted_total 7\n"
            "manta_store_evicted_total{file=\"a\\\"b\"} 1\n"
            "# HELP manta_store_used_bytes In use.\n"
            "# TYPE manta_store_used_bytes gauge\n"
            "manta_store_used_bytes -3\n"
            "# HELP manta_wait_time_seconds Waits.\n"
            "# TYPE manta_wait_time_seconds histogram\n"
            "manta_wait_time_seconds_bucket{le=\"0\"} 1\n"
            "manta_wait_time_seconds_bucket{le=\"1.023e-06\"} 3\n"
            "manta_wait_time_seconds_bucket{le=\"+Inf\"} 3\n"
            "manta_wait_time_seconds_sum 2e-06\n"
            "manta_wait_time_seconds_count 3\n");
}

TEST(MetricSamplesTest, ASuffixThatIsThereIsNotAddedAgain) {
  AtomicMetrics metrics;
  metrics.GetCounter({.name = "sent_bytes_total", .help = "", .unit = "bytes"}).Add(1);
  metrics.GetGauge({.name = "used.bytes", .help = "", .unit = "bytes"}).Set(1);
  const std::vector<MetricSample> samples = SamplesOf(metrics.Entries(), "");
  EXPECT_EQ(samples[0].name, "sent_bytes_total");
  EXPECT_EQ(samples[1].name, "used_bytes");
}

TEST(MetricSamplesTest, NumbersAreShortAndExact) {
  EXPECT_EQ(MetricNumber(0.1), "0.1");
  EXPECT_EQ(MetricNumber(1e-9), "1e-09");
  EXPECT_EQ(MetricNumber(123456789), "123456789");
  EXPECT_EQ(MetricNumber(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(MetricNumber(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

}  // namespace
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
