// tools/bench/report.h -- says what was measured: a table for people, JSON for programs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/bench/run.h"

namespace manta::bench {

// What the figures were measured on, and how.
struct Machine {
  std::string cpu;
  uint64_t cores = 0;  // That this process may use.
  uint64_t memory_bytes = 0;
  std::string system;
  std::string compiler;
  bool optimized = false;
  std::string date;  // UTC.
  uint64_t runs = 0;
  bool peers = false;
};
Machine ThisMachine();

// A figure with the unit that suits its size: {"1.25", "us"}.
struct Shown {
  std::string number;
  std::string unit;
};
Shown Show(double value, Unit unit);

// One line for each result, then one that sums up. `width` as in tools/manta/table.h.
std::string RenderResults(const std::vector<Result>& results, size_t width, bool color);

// {"machine": {...}, "rows": [{"name", "mode", "median", "min", "max", "unit", "bound", "ratio", "required", "ok",
// "gate"}]}. Figures are in the plain unit: ns, 1/s, B, 1. What does not apply is null. A curve's row has its "slope",
// too.
std::string ResultsAsJson(const Machine& machine, const std::vector<Result>& results);

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
