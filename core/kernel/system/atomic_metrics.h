// core/kernel/system/atomic_metrics.h -- keeps metrics in atomics of this process, for tools to read.
//
// Threads   [any-thread]. Asking for a handle takes a lock and allocates; recording does neither.
// Memory    Metrics are never removed; a handle lives as long as this object.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"
#include "core/interface/metrics.h"

namespace manta {

// One metric, for tools. Exactly one of the three handles is set. Views live as long as the AtomicMetrics.
struct MetricEntry {
  MetricSpec spec;
  const Counter* counter = nullptr;
  const Gauge* gauge = nullptr;
  const Histogram* histogram = nullptr;
};

class AtomicMetrics final : public Metrics {
 public:
  AtomicMetrics();
  ~AtomicMetrics() override;

  Counter& GetCounter(const MetricSpec& spec) override;
  Gauge& GetGauge(const MetricSpec& spec) override;
  Histogram& GetHistogram(const MetricSpec& spec) override;

  // All metrics, sorted by name.
  std::vector<MetricEntry> Entries() const;

 private:
  struct Metric;

  // The metric of that name. CHECKs that the name is a good one.
  Metric& Find(const MetricSpec& spec) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_{"metrics"};
  std::map<std::string, std::unique_ptr<Metric>, std::less<>> metrics_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
