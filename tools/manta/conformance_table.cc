#include "tools/manta/conformance_table.h"

#include <algorithm>
#include <optional>

namespace manta::tool {
namespace {

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// The two cells of a row. Sentences have no bars; outcomes may.
std::optional<ConformanceRow> ParseRow(std::string_view line) {
  if (line.size() < 5 || !line.starts_with("| ") || !line.ends_with(" |")) return std::nullopt;
  line = line.substr(2, line.size() - 4);
  const size_t bar = line.find(" | ");
  if (bar == std::string_view::npos) return std::nullopt;
  return ConformanceRow{.sentence = std::string(Trimmed(line.substr(0, bar))),
                        .outcome = std::string(Trimmed(line.substr(bar + 3)))};
}

bool IsHead(const ConformanceRow& row) { return row.sentence == "sentence" && row.outcome == "outcome"; }
bool IsRule(const ConformanceRow& row) {
  return !row.outcome.empty() && row.outcome.find_first_not_of('-') == std::string::npos;
}

}  // namespace

ConformanceOutput ParseConformanceOutput(std::string_view output) {
  ConformanceOutput parsed;
  bool in_table = false;
  while (!output.empty()) {
    const size_t end = std::min(output.find('\n'), output.size());
    const std::string_view line = output.substr(0, end);
    output.remove_prefix(std::min(end + 1, output.size()));
    const std::optional<ConformanceRow> row = ParseRow(line);
    if (row.has_value() && IsHead(*row)) {
      in_table = true;
    } else if (!in_table) {
      parsed.details += line;
      parsed.details += '\n';
    } else if (row.has_value() && !IsRule(*row)) {
      parsed.rows.push_back(*row);
    }
  }
  return parsed;
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
