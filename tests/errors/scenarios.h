// tests/errors/scenarios.h -- knows for each type of error how a program comes to read it, or which mode will raise it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/error.h"

namespace manta {

struct ErrorScenario {
  std::function<ErrorPtr()> raise = nullptr;  // Runs a program that reads the error through a reference.
  std::vector<std::string> says = {};         // Parts of what it tells, in one line: what happened, and what to do.
  const char* mode = nullptr;                 // Or: the mode or ability that raises it, which one process has not.
};

ErrorScenario ScenarioFor(ErrorType type);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
