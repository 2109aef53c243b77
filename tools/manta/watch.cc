#include "tools/manta/watch.h"

#include <poll.h>

namespace manta::tool {

void AddWatchOptions(CLI::App& command, WatchOptions& options) {
  command.add_flag("--watch", options.watch, "Show it again and again, until the program ends or Ctrl-C");
  command.add_option("--interval", options.interval_s, "With --watch: seconds in between (default 1)")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.1, 3600.0));
}

int Watch(const WatchOptions& options, Console& console, const std::function<int()>& show) {
  if (!options.watch) return show();
  for (bool first = true;; first = false) {
    if (console.width() > 0 && console.color()) console.Print("\x1b[H\x1b[2J");
    const int code = show();
    if (!console.Flush()) return kExitFailed;
    if (code != kExitOk) return first ? code : static_cast<int>(kExitOk);
    poll(nullptr, 0, static_cast<int>(options.interval_s * 1000));
  }
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
