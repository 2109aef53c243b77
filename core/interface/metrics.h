// core/interface/metrics.h -- counts what happens, for people and monitors.
//
// Shapes    A metric is a name, a help sentence and a unit. Counters only grow; gauges go both ways; a histogram
//           sorts values into buckets.
// Units     Named by the metric's unit: "bytes", "ns", "1".
// Threads   All methods are [any-thread]; recording neither blocks nor allocates.
// Memory    Handles belong to the Metrics and live as long as it does. Names and texts are copied.
// Errors    Names are [a-z][a-z0-9_.]*, "area.event", at most 128 bytes; a broken name, or one name for two kinds
//           of metric, is a bug: CHECK. Asking again for a name gives the same handle.
// Cost      Recording: one atomic addition, two for histograms.
#pragma once

#include <cstdint>
#include <string_view>

namespace manta {

struct MetricSpec {
  std::string_view name;
  std::string_view help;
  std::string_view unit = "1";
};

// Tells the series of one metric apart: {"file", "a.txt"}.
struct MetricLabel {
  std::string_view name;
  std::string_view value;
};

class Counter {
 public:
  virtual void Add(uint64_t amount) = 0;
  virtual uint64_t value() const = 0;

 protected:
  ~Counter() = default;
};

class Gauge {
 public:
  virtual void Set(int64_t value) = 0;
  virtual void Add(int64_t amount) = 0;
  virtual int64_t value() const = 0;

 protected:
  ~Gauge() = default;
};

class Histogram {
 public:
  // Bucket i counts values below 2^i (the first, 0) and not below 2^(i-1).
  static constexpr uint32_t kBucketCount = 65;

  virtual void Record(uint64_t value) = 0;
  virtual uint64_t count() const = 0;
  virtual uint64_t sum() const = 0;
  virtual uint64_t bucket(uint32_t index) const = 0;  // REQUIRES: index < kBucketCount.

 protected:
  ~Histogram() = default;
};

class Metrics {
 public:
  virtual ~Metrics() = default;

  virtual Counter& GetCounter(const MetricSpec& spec) = 0;
  virtual Gauge& GetGauge(const MetricSpec& spec) = 0;
  virtual Histogram& GetHistogram(const MetricSpec& spec) = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
