// tools/manta/command.h -- what a subcommand is to the command line: a node of CLI11's tree, and an action to run.
//
// Each subcommand has a file with one Add function. It adds itself below `parent`, and when the command line chooses
// it, puts its work into `action`; the work starts after all of the line was understood.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "CLI/CLI.hpp"
#include "tools/manta/console.h"

namespace manta::tool {

// Returns an ExitCode.
using Action = std::function<int(Console& console)>;

void AddPluginsList(CLI::App& parent, Action& action);
void AddPluginsCheck(CLI::App& parent, Action& action);
void AddConfigCheck(CLI::App& parent, Action& action);
void AddConfigShow(CLI::App& parent, const std::vector<std::string>& settings, Action& action);
void AddPs(CLI::App& parent, Action& action);
void AddLooks(CLI::App& parent, Action& action);
void AddReplay(CLI::App& parent, Action& action);
void AddCompletion(CLI::App& parent, CLI::App& root, Action& action);

// Adds a subcommand, with the examples and exit codes that its help ends with.
CLI::App* AddCommand(CLI::App& parent, const std::string& name, const std::string& summary, std::string_view examples);

// Adds --plugin_path, which may stand several times.
void AddPluginPathOption(CLI::App& command, std::vector<std::string>& plugin_path);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
