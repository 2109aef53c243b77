#include "core/kernel/system/atomic_metrics.h"

#include <glog/logging.h>

#include <array>
#include <atomic>
#include <bit>
#include <string_view>

#include "core/base/text.h"

namespace manta {
namespace {

constexpr size_t kNameBytesMax = 128;
constexpr size_t kCacheLineBytes = 64;  // Metrics of different threads share no line.

bool GoodName(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax || name[0] < 'a' || name[0] > 'z') return false;
  for (const char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.')) return false;
  }
  return true;
}

class alignas(kCacheLineBytes) AtomicCounter final : public Counter {
 public:
  void Add(uint64_t amount) override { value_.fetch_add(amount, std::memory_order_relaxed); }
  uint64_t value() const override { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_ = 0;
};

class alignas(kCacheLineBytes) AtomicGauge final : public Gauge {
 public:
  void Set(int64_t value) override { value_.store(value, std::memory_order_relaxed); }
  void Add(int64_t amount) override { value_.fetch_add(amount, std::memory_order_relaxed); }
  int64_t value() const override { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_ = 0;
};

class alignas(kCacheLineBytes) AtomicHistogram final : public Histogram {
 public:
  void Record(uint64_t value) override {
    buckets_[std::bit_width(value)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
  }
  uint64_t count() const override {
    uint64_t count = 0;
    for (const std::atomic<uint64_t>& bucket : buckets_) count += bucket.load(std::memory_order_relaxed);
    return count;
  }
  uint64_t sum() const override { return sum_.load(std::memory_order_relaxed); }
  uint64_t bucket(uint32_t index) const override {
    CHECK_LT(index, kBucketCount) << "a histogram has no such bucket";
    return buckets_[index].load(std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<uint64_t>, kBucketCount> buckets_ = {};
  std::atomic<uint64_t> sum_ = 0;
};

}  // namespace

struct AtomicMetrics::Metric {
  std::string help;
  std::string unit;
  // One of these, by the first call that named the metric.
  std::unique_ptr<AtomicCounter> counter;
  std::unique_ptr<AtomicGauge> gauge;
  std::unique_ptr<AtomicHistogram> histogram;

  // The handle of this kind. CHECKs that the metric is of no other.
  template <typename T>
  T& As(std::unique_ptr<T> Metric::*kind, std::string_view name) {
    if (counter == nullptr && gauge == nullptr && histogram == nullptr) this->*kind = std::make_unique<T>();
    CHECK(this->*kind != nullptr) << "metric " << Quoted(name)
                                  << " exists as another kind: give the new one another name";
    return *(this->*kind);
  }
};

AtomicMetrics::AtomicMetrics() = default;
AtomicMetrics::~AtomicMetrics() = default;

AtomicMetrics::Metric& AtomicMetrics::Find(const MetricSpec& spec) {
  CHECK(GoodName(spec.name)) << "metric name " << Quoted(spec.name)
                             << " is not [a-z][a-z0-9_.]* of at most 128 bytes, such as \"store.evicted\"";
  auto found = metrics_.find(spec.name);
  if (found == metrics_.end()) {
    auto metric = std::make_unique<Metric>();
    metric->help = spec.help;
    metric->unit = spec.unit;
    found = metrics_.emplace(spec.name, std::move(metric)).first;
  }
  return *found->second;
}

Counter& AtomicMetrics::GetCounter(const MetricSpec& spec) {
  MutexLock lock(mutex_);
  return Find(spec).As(&Metric::counter, spec.name);
}

Gauge& AtomicMetrics::GetGauge(const MetricSpec& spec) {
  MutexLock lock(mutex_);
  return Find(spec).As(&Metric::gauge, spec.name);
}

Histogram& AtomicMetrics::GetHistogram(const MetricSpec& spec) {
  MutexLock lock(mutex_);
  return Find(spec).As(&Metric::histogram, spec.name);
}

std::vector<MetricEntry> AtomicMetrics::Entries() const {
  MutexLock lock(mutex_);
  std::vector<MetricEntry> entries;
  entries.reserve(metrics_.size());
  for (const auto& [name, metric] : metrics_) {
    entries.push_back({.spec = {.name = name, .help = metric->help, .unit = metric->unit},
                       .counter = metric->counter.get(),
                       .gauge = metric->gauge.get(),
                       .histogram = metric->histogram.get()});
  }
  return entries;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
