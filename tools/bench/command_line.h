// tools/bench/command_line.h -- is the benchmark's command: options in, table, JSON and exit code out.
#pragma once

#include <string>
#include <vector>

#include "tools/bench/row.h"
#include "tools/manta/console.h"

namespace manta::bench {

// Runs `rows`, as the words say. Returns a tool::ExitCode; kExitBad: a gate fails.
int RunBenchmark(const std::vector<std::string>& words, const std::vector<Row>& rows, tool::Console& console);

}  // namespace manta::bench

// SPDX-License-Identifier: Apache-2.0
