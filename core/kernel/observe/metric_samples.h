// core/kernel/observe/metric_samples.h -- writes metrics as the text that Prometheus reads.
//
// Inside Manta a metric is "store.evicted" with a unit. Monitors want one name for each thing, in base units:
//
//   task.done, a counter                    manta_task_done_total
//   store.bytes, a gauge of unit "bytes"    manta_store_bytes
//   wait.time, a histogram of unit "ns"     manta_wait_time_seconds, values divided by 1e9
//
// Source    Prometheus' text format 0.0.4 and its naming conventions; docs/reference/metrics.md lists the runtime's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/kernel/system/atomic_metrics.h"

namespace manta {

// One series at one moment.
struct MetricSample {
  enum class Kind : uint8_t { kCounter, kGauge, kHistogram };

  std::string name;  // As Prometheus knows it.
  std::string help;
  Kind kind = Kind::kGauge;
  std::string labels;  // `a="x",b="y"`; "": none.
  double value = 0;    // Of a histogram: the sum.

  // Of a histogram: how many values were at most so large, ascending; the last is the count of all.
  uint64_t count = 0;
  std::vector<std::pair<double, uint64_t>> buckets;
};

// A sample of each entry; names begin with `prefix`.
std::vector<MetricSample> SamplesOf(const std::vector<MetricEntry>& entries, std::string_view prefix);

std::string_view KindName(MetricSample::Kind kind);

// The text format. Samples of one name stand together.
std::string PrometheusText(const std::vector<MetricSample>& samples);

// "0.25", "1e-09", "+Inf": a number as both formats write it, the shortest that reads back the same.
std::string MetricNumber(double number);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
