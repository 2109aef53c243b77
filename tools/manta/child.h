// tools/manta/child.h -- runs a program and collects what it prints.
//
// Shapes    Standard input is empty; standard error is ours. The program is a path, never looked up in PATH.
// Threads   [blocks] until the program ends and has closed its output.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace manta::tool {

struct ChildResult {
  std::string output;
  int exit_code = 0;  // Unless a signal ended it.
  int signal = 0;     // 0: it ended by itself.
};

// words[0] is the program.
//   kInternal  it could not be started.
absl::StatusOr<ChildResult> RunChild(const std::vector<std::string>& words);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
