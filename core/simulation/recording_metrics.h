// core/simulation/recording_metrics.h -- keeps metrics by name, for tests to look at.
//
// Threads   [any-thread].
// Memory    Metrics are never removed; a handle lives as long as this object.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"
#include "core/interface/metrics.h"

namespace manta {

class RecordingMetrics final : public Metrics {
 public:
  RecordingMetrics();
  ~RecordingMetrics() override;

  Counter& GetCounter(const MetricSpec& spec) override;
  Gauge& GetGauge(const MetricSpec& spec) override;
  Histogram& GetHistogram(const MetricSpec& spec) override;

  // A counter's or gauge's value, a histogram's count; 0 if nobody asked for a metric of that name.
  int64_t Value(std::string_view name) const;

 private:
  class Metric;

  mutable Mutex mutex_{"recording_metrics"};
  std::map<std::string, std::unique_ptr<Metric>, std::less<>> metrics_ ABSL_GUARDED_BY(mutex_);

  Metric& Find(const MetricSpec& spec, std::string_view kind);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
