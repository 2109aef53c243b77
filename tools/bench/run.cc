#include "tools/bench/run.h"

#include <algorithm>

#include "api/manta.h"
#include "tools/bench/measure.h"

namespace manta::bench {
namespace {

// One figure of what bounds the row. Empty, with the reason: it cannot be measured.
std::optional<double> MeasureBound(const Bound& bound, const RunOptions& options, std::string* why) {
  if (const auto* const number = std::get_if<double>(&bound.value)) return *number;
  if (const auto* const measure = std::get_if<Measure>(&bound.value)) return (*measure)(options.scale);
  Peer peer = std::get<Peer>(bound.value);
  peer.count = options.scale.Of(peer.count);
  return options.run_peer(peer, why);
}

}  // namespace

std::optional<bool> Reached(const Result& result) {
  if (!result.required.has_value() || !result.ratio.has_value()) return std::nullopt;
  return result.required->at_most ? *result.ratio <= result.required->ratio : *result.ratio >= result.required->ratio;
}

bool GateFails(const Result& result) { return result.gate && Reached(result) == false; }

Result RunRow(const Row& row, const RunOptions& options) {
  Result result = {.name = row.name, .mode = row.mode, .unit = row.unit, .gate = row.gate, .is_slope = row.is_slope};
  if (row.bound.has_value()) {
    result.required = row.required;
    result.bound = row.bound->what;
    result.bound_is_measured = !std::holds_alternative<double>(row.bound->value);
  }
  std::optional<Runtime> runtime;
  if (row.mode != Mode::kLimit && row.needs_runtime) runtime.emplace(Init({.strict = row.mode == Mode::kStrict}));

  std::vector<double> figures;
  std::vector<double> bounds;
  std::vector<double> ratios;
  for (uint64_t round = 0; round < options.runs; ++round) {
    options.progress(row, round);
    std::optional<double> bound;
    const auto measure_bound = [&] {
      if (row.bound.has_value()) bound = MeasureBound(*row.bound, options, &result.why_unbound);
    };
    // Which of the two comes first changes: what the first leaves behind shall not always favour one.
    if (round % 2 == 0) measure_bound();
    figures.push_back(row.measure(options.scale));
    if (round % 2 == 1) measure_bound();
    if (bound.has_value()) {
      bounds.push_back(*bound);
      ratios.push_back(figures.back() / *bound);
    }
  }
  const auto [min, max] = std::minmax_element(figures.begin(), figures.end());
  result.min = *min;
  result.max = *max;
  result.median = Median(figures);
  if (!ratios.empty()) {
    result.bound_value = Median(bounds);
    result.ratio = Median(ratios);
  }
  return result;
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
