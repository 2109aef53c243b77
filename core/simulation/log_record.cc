#include "core/simulation/log_record.h"

#include <algorithm>

namespace manta {

void LogRecord::Add(LogLevel level, std::string_view event, std::string_view facts) {
  MutexLock lock(mutex_);
  lines_.push_back({.level = level, .event = std::string(event), .facts = std::string(facts)});
}

std::vector<LogLine> LogRecord::Lines() const {
  MutexLock lock(mutex_);
  return lines_;
}

size_t LogRecord::Count(std::string_view event) const {
  MutexLock lock(mutex_);
  return static_cast<size_t>(
      std::ranges::count_if(lines_, [event](const LogLine& line) { return line.event == event; }));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
