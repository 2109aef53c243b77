// core/interface/metrics_wrapper.h -- forwards to other metrics; a subclass changes what it wants.
//
//   class PrefixedMetrics final : public MetricsWrapper {  // Tells two stores apart.
//    public:
//     using MetricsWrapper::MetricsWrapper;
//     Counter& GetCounter(const MetricSpec& spec) override {
//       const std::string name = "second." + std::string(spec.name);
//       return MetricsWrapper::GetCounter({.name = name, .help = spec.help, .unit = spec.unit});
//     }
//   };
//
// Memory    The inner metrics are not owned and outlive the wrapper. Handles are theirs.
#pragma once

#include "core/interface/metrics.h"

namespace manta {

class MetricsWrapper : public Metrics {
 public:
  explicit MetricsWrapper(Metrics& inner) : inner_(inner) {}

  Counter& GetCounter(const MetricSpec& spec) override { return inner_.GetCounter(spec); }
  Gauge& GetGauge(const MetricSpec& spec) override { return inner_.GetGauge(spec); }
  Histogram& GetHistogram(const MetricSpec& spec) override { return inner_.GetHistogram(spec); }

 protected:
  Metrics& inner() const { return inner_; }

 private:
  Metrics& inner_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
