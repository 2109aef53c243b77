// tools/manta/watch.h -- shows something again and again, for commands that look at what changes.
#pragma once

#include <functional>

#include "CLI/CLI.hpp"
#include "tools/manta/console.h"

namespace manta::tool {

struct WatchOptions {
  bool watch = false;
  double interval_s = 1;
};

void AddWatchOptions(CLI::App& command, WatchOptions& options);

// Calls `show`, which prints, once; or, watching, until it fails or nobody reads any more. On a terminal each picture
// takes the place of the last.
int Watch(const WatchOptions& options, Console& console, const std::function<int()>& show);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
