#include "tools/bench/alone.h"

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "core/base/text.h"
#include "tools/manta/child.h"

namespace manta::bench {
namespace {

constexpr std::string_view kFigureBegin = "{\"value\": ";
constexpr std::string_view kFigureEnd = "}\n";

std::string ThisProgram() { return std::filesystem::read_symlink("/proc/self/exe").native(); }

}  // namespace

std::string ProgramFolder() { return std::filesystem::path(ThisProgram()).parent_path().native(); }

double MeasureAlone(const std::string& measurement, uint64_t count) {
  // The plugins are in our runfiles; Bazel tells tests where these are.
  if (std::getenv("TEST_SRCDIR") == nullptr) setenv("RUNFILES_DIR", (ThisProgram() + ".runfiles").c_str(), 0);
  const absl::StatusOr<double> figure = FigureOf(ProgramFolder() + "/alone_program", measurement, count);
  if (!figure.ok()) throw std::runtime_error(std::string(ToStd(figure.status().message())));
  return *figure;
}

absl::StatusOr<double> FigureOf(const std::string& program, const std::string& measurement, uint64_t count) {
  const absl::StatusOr<tool::ChildResult> child = tool::RunChild({program, measurement, std::to_string(count)});
  if (!child.ok()) return child.status();
  if (child->exit_code != 0 || child->signal != 0) {
    return MakeStatus(absl::StatusCode::kInternal, program, " ", measurement, " ", count, " failed (exit code ",
                      child->exit_code, ", signal ", child->signal, "): see its words above");
  }
  return FigureIn(child->output);
}

absl::StatusOr<double> FigureIn(std::string_view output) {
  std::string_view number = output;
  double value = 0;
  if (number.starts_with(kFigureBegin) && number.ends_with(kFigureEnd)) {
    number.remove_prefix(kFigureBegin.size());
    number.remove_suffix(kFigureEnd.size());
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error == std::errc() && end == number.data() + number.size() && value > 0) return value;
  }
  return MakeStatus(absl::StatusCode::kInvalidArgument, "a program printed ", Quoted(output), ", and should print ",
                    kFigureBegin, "NUMBER}");
}

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
