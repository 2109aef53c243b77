// core/kernel/system/atomic_metrics.h -- keeps metrics in atomics of this process, for tools to read.
//
// A metric may have labels: then it is several series under one name, one for each set of them.
//
// Threads   [any-thread]. Asking for a handle takes a lock and allocates; recording does neither.
// Memory    Metrics are never removed; a handle lives as long as this object. A name has at most kSeriesMax series:
//           what comes later is counted together, as {overflow="true"}, since labels that never repeat would fill the
//           memory.
// Errors    As Metrics. Labels are [a-zA-Z_][a-zA-Z0-9_]* and not "le", each once: anything else is a bug: CHECK.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"
#include "core/interface/metrics.h"

namespace manta {

// One series, for tools. Exactly one of the three handles is set. Views live as long as the AtomicMetrics.
struct MetricEntry {
  MetricSpec spec;
  std::string_view labels;  // `file="a.txt",kind="text"`, sorted by name, as Prometheus writes them; "": none.
  const Counter* counter = nullptr;
  const Gauge* gauge = nullptr;
  const Histogram* histogram = nullptr;
};

class AtomicMetrics final : public Metrics {
 public:
  static constexpr size_t kSeriesMax = 1000;

  AtomicMetrics();
  ~AtomicMetrics() override;

  Counter& GetCounter(const MetricSpec& spec) override;
  Gauge& GetGauge(const MetricSpec& spec) override;
  Histogram& GetHistogram(const MetricSpec& spec) override;

  // The same, of the series with these labels.
  Counter& GetCounter(const MetricSpec& spec, std::span<const MetricLabel> labels);
  Gauge& GetGauge(const MetricSpec& spec, std::span<const MetricLabel> labels);
  Histogram& GetHistogram(const MetricSpec& spec, std::span<const MetricLabel> labels);

  // All series, sorted by name and labels.
  std::vector<MetricEntry> Entries() const;

 private:
  struct Series;
  struct Metric;

  // The series of that name and labels. CHECKs that they are good ones.
  Series& Find(const MetricSpec& spec, std::span<const MetricLabel> labels) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_{"metrics"};
  std::map<std::string, std::unique_ptr<Metric>, std::less<>> metrics_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
