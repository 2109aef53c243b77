// tools/manta/completion_script.h -- writes a shell's completion script from the tree of commands, so it cannot be
// wrong.
#pragma once

#include <string>

#include "CLI/CLI.hpp"

namespace manta::tool {

// To be sourced, or put where the shell looks for completions.
std::string BashCompletion(const CLI::App& root);
std::string ZshCompletion(const CLI::App& root);
std::string FishCompletion(const CLI::App& root);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
