#include "api/metrics.h"

#include <span>

#include "core/base/text.h"
#include "core/kernel/observe/program_metrics.h"
#include "glog/logging.h"

namespace manta {
namespace {

std::span<const MetricLabel> Span(std::initializer_list<MetricLabel> labels) { return {labels.begin(), labels.size()}; }

const MetricSpec& Checked(const MetricSpec& spec) {
  CHECK(!spec.name.starts_with("manta")) << "metric " << Quoted(spec.name)
                                         << " begins with \"manta\", as the runtime's own do: give it another name";
  return spec;
}

}  // namespace

Counter& GetCounter(const MetricSpec& spec, std::initializer_list<MetricLabel> labels) {
  return ProgramMetrics().GetCounter(Checked(spec), Span(labels));
}

Gauge& GetGauge(const MetricSpec& spec, std::initializer_list<MetricLabel> labels) {
  return ProgramMetrics().GetGauge(Checked(spec), Span(labels));
}

Histogram& GetHistogram(const MetricSpec& spec, std::initializer_list<MetricLabel> labels) {
  return ProgramMetrics().GetHistogram(Checked(spec), Span(labels));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
