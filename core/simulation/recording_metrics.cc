#include "core/simulation/recording_metrics.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>

#include "core/base/text.h"

namespace manta {
namespace {

constexpr size_t kNameBytesMax = 128;

bool GoodName(std::string_view name) {
  return !name.empty() && name.size() <= kNameBytesMax && name[0] >= 'a' && name[0] <= 'z' &&
         std::ranges::all_of(
             name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; });
}

}  // namespace

// One object is all kinds of metric; only the handle of its own kind is ever given out.
class RecordingMetrics::Metric {
 public:
  explicit Metric(std::string_view kind) : kind_(kind) {}

  struct AsCounter final : Counter {
    void Add(uint64_t amount) override { number.fetch_add(amount, std::memory_order_relaxed); }
    uint64_t value() const override { return number.load(std::memory_order_relaxed); }
    std::atomic<uint64_t> number = 0;
  };
  struct AsGauge final : Gauge {
    void Set(int64_t value) override { number.store(value, std::memory_order_relaxed); }
    void Add(int64_t amount) override { number.fetch_add(amount, std::memory_order_relaxed); }
    int64_t value() const override { return number.load(std::memory_order_relaxed); }
    std::atomic<int64_t> number = 0;
  };
  struct AsHistogram final : Histogram {
    void Record(uint64_t value) override {
      buckets[std::bit_width(value)].fetch_add(1, std::memory_order_relaxed);
      total.fetch_add(value, std::memory_order_relaxed);
    }
    uint64_t count() const override {
      uint64_t count = 0;
      for (const auto& bucket : buckets) count += bucket.load(std::memory_order_relaxed);
      return count;
    }
    uint64_t sum() const override { return total.load(std::memory_order_relaxed); }
    uint64_t bucket(uint32_t index) const override {
      CHECK_LT(index, kBucketCount) << "a histogram has no such bucket";
      return buckets[index].load(std::memory_order_relaxed);
    }
    std::array<std::atomic<uint64_t>, kBucketCount> buckets = {};
    std::atomic<uint64_t> total = 0;
  };

  std::string_view kind() const { return kind_; }

  AsCounter counter;
  AsGauge gauge;
  AsHistogram histogram;

 private:
  const std::string_view kind_;  // A literal.
};

RecordingMetrics::RecordingMetrics() = default;
RecordingMetrics::~RecordingMetrics() = default;

RecordingMetrics::Metric& RecordingMetrics::Find(const MetricSpec& spec, std::string_view kind) {
  CHECK(GoodName(spec.name)) << "metric name " << Quoted(spec.name)
                             << " is not [a-z][a-z0-9_.]* of at most 128 bytes, such as \"store.evicted\"";
  MutexLock lock(mutex_);
  auto found = metrics_.find(spec.name);
  if (found == metrics_.end()) found = metrics_.emplace(spec.name, std::make_unique<Metric>(kind)).first;
  CHECK_EQ(found->second->kind(), kind) << "metric " << Quoted(spec.name)
                                        << " exists as another kind: give the new one another name";
  return *found->second;
}

Counter& RecordingMetrics::GetCounter(const MetricSpec& spec) { return Find(spec, "counter").counter; }
Gauge& RecordingMetrics::GetGauge(const MetricSpec& spec) { return Find(spec, "gauge").gauge; }
Histogram& RecordingMetrics::GetHistogram(const MetricSpec& spec) { return Find(spec, "histogram").histogram; }

int64_t RecordingMetrics::Value(std::string_view name) const {
  MutexLock lock(mutex_);
  const auto found = metrics_.find(name);
  if (found == metrics_.end()) return 0;
  const Metric& metric = *found->second;
  // All but the one in use are 0.
  return static_cast<int64_t>(metric.counter.value()) + metric.gauge.value() +
         static_cast<int64_t>(metric.histogram.count());
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
