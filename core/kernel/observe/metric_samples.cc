#include "core/kernel/observe/metric_samples.h"

#include <charconv>
#include <cmath>

#include "core/base/text.h"

namespace manta {
namespace {

constexpr double kNsPerSecond = 1e9;

// What the unit adds to the name, and what values are divided by.
struct Unit {
  std::string_view suffix;
  double divisor;
};

Unit UnitOf(std::string_view unit) {
  if (unit == "ns") return {"_seconds", kNsPerSecond};
  if (unit == "bytes") return {"_bytes", 1};
  return {"", 1};
}

std::string NameOf(const MetricEntry& entry, std::string_view prefix) {
  std::string name(prefix);
  for (const char c : entry.spec.name) name += c == '.' ? '_' : c;
  if (entry.counter != nullptr && name.ends_with("_total"))
    name.resize(name.size() - std::string_view("_total").size());
  const auto end_with = [&name](std::string_view suffix) {
    if (!name.ends_with(suffix)) name += suffix;
  };
  end_with(UnitOf(entry.spec.unit).suffix);
  if (entry.counter != nullptr) name += "_total";
  return name;
}

// Bucket i holds values below 2^i, which are whole numbers: at most 2^i - 1. Those above the last that has any are
// left out.
void AddBuckets(const Histogram& histogram, double divisor, MetricSample& sample) {
  for (uint32_t i = 0; i < Histogram::kBucketCount; ++i) {
    const uint64_t count = histogram.bucket(i);
    sample.count += count;
    if (count == 0) continue;
    sample.buckets.emplace_back((std::ldexp(1.0, static_cast<int>(i)) - 1) / divisor, sample.count);
  }
}

std::string HelpText(std::string_view help) {
  std::string text;
  for (const char c : help) {
    if (c == '\\') {
      text += "\\\\";
    } else if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text;
}

std::string InBraces(std::string_view labels) { return labels.empty() ? "" : Concat("{", labels, "}"); }

std::string WithBound(std::string_view labels, std::string_view bound) {
  return Concat("{", labels, labels.empty() ? "" : ",", "le=\"", bound, "\"}");
}

}  // namespace

std::string_view KindName(MetricSample::Kind kind) {
  switch (kind) {
    case MetricSample::Kind::kCounter:
      return "counter";
    case MetricSample::Kind::kGauge:
      return "gauge";
    case MetricSample::Kind::kHistogram:
      return "histogram";
  }
  return "untyped";
}

std::string MetricNumber(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "+Inf" : "-Inf";
  char digits[32];
  return std::string(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
}

std::vector<MetricSample> SamplesOf(const std::vector<MetricEntry>& entries, std::string_view prefix) {
  std::vector<MetricSample> samples;
  for (const MetricEntry& entry : entries) {
    const double divisor = UnitOf(entry.spec.unit).divisor;
    MetricSample sample{.name = NameOf(entry, prefix),
                        .help = std::string(entry.spec.help),
                        .labels = std::string(entry.labels),
                        .buckets = {}};
    if (entry.counter != nullptr) {
      sample.kind = MetricSample::Kind::kCounter;
      sample.value = static_cast<double>(entry.counter->value()) / divisor;
    } else if (entry.gauge != nullptr) {
      sample.value = static_cast<double>(entry.gauge->value()) / divisor;
    } else {
      sample.kind = MetricSample::Kind::kHistogram;
      sample.value = static_cast<double>(entry.histogram->sum()) / divisor;
      AddBuckets(*entry.histogram, divisor, sample);
    }
    samples.push_back(std::move(sample));
  }
  return samples;
}

std::string PrometheusText(const std::vector<MetricSample>& samples) {
  std::string text;
  std::string_view family;
  for (const MetricSample& sample : samples) {
    if (sample.name != family) {
      family = sample.name;
      if (!sample.help.empty()) text += Concat("# HELP ", family, " ", HelpText(sample.help), "\n");
      text += Concat("# TYPE ", family, " ", KindName(sample.kind), "\n");
    }
    if (sample.kind != MetricSample::Kind::kHistogram) {
      text += Concat(sample.name, InBraces(sample.labels), " ", MetricNumber(sample.value), "\n");
      continue;
    }
    for (const auto& [bound, count] : sample.buckets) {
      text += Concat(sample.name, "_bucket", WithBound(sample.labels, MetricNumber(bound)), " ", count, "\n");
    }
    text += Concat(sample.name, "_bucket", WithBound(sample.labels, "+Inf"), " ", sample.count, "\n");
    text += Concat(sample.name, "_sum", InBraces(sample.labels), " ", MetricNumber(sample.value), "\n");
    text += Concat(sample.name, "_count", InBraces(sample.labels), " ", sample.count, "\n");
  }
  return text;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
