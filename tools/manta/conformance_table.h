// tools/manta/conformance_table.h -- reads the table that a conformance suite prints.
//
//   details of failures
//   | sentence | outcome |
//   | -------- | ------- |
//   | LifeCycle: open objects are invisible | pass |
//   12 passed, 0 failed
//
// Errors    Output without a table (the suite died) gives no rows, and all of it as details.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace manta::tool {

struct ConformanceRow {
  std::string sentence;
  std::string outcome;  // "pass", "FAIL", "refused as declared", "not measured: <reason>".
};

struct ConformanceOutput {
  std::vector<ConformanceRow> rows;
  std::string details;  // What stands before the table, as it is.
};

ConformanceOutput ParseConformanceOutput(std::string_view output);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
