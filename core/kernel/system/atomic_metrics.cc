#include "core/kernel/system/atomic_metrics.h"

#include <glog/logging.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <iterator>
#include <string_view>
#include <utility>

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

bool GoodLabelName(std::string_view name) {
  if (name.empty() || name == "le" || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// As Prometheus writes them, sorted.
std::string LabelsText(std::span<const MetricLabel> labels) {
  std::vector<MetricLabel> sorted(labels.begin(), labels.end());
  std::sort(sorted.begin(), sorted.end(), [](const MetricLabel& a, const MetricLabel& b) { return a.name < b.name; });
  std::string text;
  for (size_t i = 0; i < sorted.size(); ++i) {
    CHECK(GoodLabelName(sorted[i].name)) << "label name " << Quoted(sorted[i].name)
                                         << " is not [a-zA-Z_][a-zA-Z0-9_]*, or is \"le\"";
    CHECK(i == 0 || sorted[i].name != sorted[i - 1].name) << "label " << Quoted(sorted[i].name) << " is given twice";
    text += Concat(i == 0 ? "" : ",", sorted[i].name, "=\"");
    for (const char c : sorted[i].value) {
      if (c == '\n') {
        text += "\\n";
        continue;
      }
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text;
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

struct AtomicMetrics::Series {
  // One of these, by the first call that named the metric.
  std::unique_ptr<AtomicCounter> counter;
  std::unique_ptr<AtomicGauge> gauge;
  std::unique_ptr<AtomicHistogram> histogram;

  bool empty() const { return counter == nullptr && gauge == nullptr && histogram == nullptr; }

  // The handle of this kind. CHECKs that the series is of no other.
  template <typename T>
  T& As(std::unique_ptr<T> Series::*kind, std::string_view name) {
    if (empty()) this->*kind = std::make_unique<T>();
    CHECK(this->*kind != nullptr) << "metric " << Quoted(name)
                                  << " exists as another kind: give the new one another name";
    return *(this->*kind);
  }
};

struct AtomicMetrics::Metric {
  std::string help;
  std::string unit;
  std::map<std::string, Series> series;  // By labels.
};

AtomicMetrics::AtomicMetrics() = default;
AtomicMetrics::~AtomicMetrics() = default;

AtomicMetrics::Series& AtomicMetrics::Find(const MetricSpec& spec, std::span<const MetricLabel> labels) {
  CHECK(GoodName(spec.name)) << "metric name " << Quoted(spec.name)
                             << " is not [a-z][a-z0-9_.]* of at most 128 bytes, such as \"store.evicted\"";
  auto found = metrics_.find(spec.name);
  if (found == metrics_.end()) {
    auto metric = std::make_unique<Metric>();
    metric->help = spec.help;
    metric->unit = spec.unit;
    found = metrics_.emplace(spec.name, std::move(metric)).first;
  }
  std::map<std::string, Series>& series = found->second->series;
  std::string text = LabelsText(labels);
  if (series.size() >= kSeriesMax && !series.contains(text)) text = "overflow=\"true\"";
  Series& one = series[std::move(text)];
  // All series of a name are of one kind: a new one is made so that As sees what the first was.
  if (one.empty() && series.size() > 1) {
    const auto first = series.begin();
    const Series& other = &first->second == &one ? std::next(first)->second : first->second;
    if (other.counter != nullptr) one.counter = std::make_unique<AtomicCounter>();
    if (other.gauge != nullptr) one.gauge = std::make_unique<AtomicGauge>();
    if (other.histogram != nullptr) one.histogram = std::make_unique<AtomicHistogram>();
  }
  return one;
}

Counter& AtomicMetrics::GetCounter(const MetricSpec& spec) { return GetCounter(spec, {}); }
Gauge& AtomicMetrics::GetGauge(const MetricSpec& spec) { return GetGauge(spec, {}); }
Histogram& AtomicMetrics::GetHistogram(const MetricSpec& spec) { return GetHistogram(spec, {}); }

Counter& AtomicMetrics::GetCounter(const MetricSpec& spec, std::span<const MetricLabel> labels) {
  MutexLock lock(mutex_);
  return Find(spec, labels).As(&Series::counter, spec.name);
}

Gauge& AtomicMetrics::GetGauge(const MetricSpec& spec, std::span<const MetricLabel> labels) {
  MutexLock lock(mutex_);
  return Find(spec, labels).As(&Series::gauge, spec.name);
}

Histogram& AtomicMetrics::GetHistogram(const MetricSpec& spec, std::span<const MetricLabel> labels) {
  MutexLock lock(mutex_);
  return Find(spec, labels).As(&Series::histogram, spec.name);
}

std::vector<MetricEntry> AtomicMetrics::Entries() const {
  MutexLock lock(mutex_);
  std::vector<MetricEntry> entries;
  for (const auto& [name, metric] : metrics_) {
    for (const auto& [labels, series] : metric->series) {
      entries.push_back({.spec = {.name = name, .help = metric->help, .unit = metric->unit},
                         .labels = labels,
                         .counter = series.counter.get(),
                         .gauge = series.gauge.get(),
                         .histogram = series.histogram.get()});
    }
  }
  return entries;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
