// tools/bench/alone.h -- measures in a new process what an old one cannot show: first rounds, and the most memory that
// was taken.
//
// A process that has done other work has warm memory, and keeps some of it. The program :alone_program, which Bazel
// builds beside this one, starts a runtime, does one thing, and prints the figure as peers do.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace manta::bench {

// Throws std::runtime_error when that fails.
double MeasureAlone(const std::string& measurement, uint64_t count);

// Runs a program that prints one figure: {"value": 1234.5}.
//   kInternal         it failed, or could not be started.
//   kInvalidArgument  it printed something else.
absl::StatusOr<double> FigureOf(const std::string& program, const std::string& measurement, uint64_t count);

// The figure in such a program's output.
//   kInvalidArgument  there is none.
absl::StatusOr<double> FigureIn(std::string_view output);

// The folder of this program, where Bazel puts the others.
std::string ProgramFolder();

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
