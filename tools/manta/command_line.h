// tools/manta/command_line.h -- the whole command: understands its words, runs what they choose, explains what is
// wrong.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tools/manta/command.h"

namespace manta::tool {

// The tree of commands. `action` is set when a command line chooses one; `settings`, the --manta_* words of that line,
// are read when it runs.
std::unique_ptr<CLI::App> MakeCommandTree(const std::vector<std::string>& settings, Action& action);

// Runs `manta <words>`. Returns an ExitCode.
int RunCommandLine(const std::vector<std::string>& words, Console& console);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
