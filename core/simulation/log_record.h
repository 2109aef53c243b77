// core/simulation/log_record.h -- keeps log lines, for tests to look at.
//
// Threads   [any-thread].
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"
#include "core/interface/host.h"

namespace manta {

struct LogLine {
  LogLevel level{};
  std::string event;
  std::string facts;
};

class LogRecord {
 public:
  void Add(LogLevel level, std::string_view event, std::string_view facts);

  // All lines since the start, in order.
  std::vector<LogLine> Lines() const;

  // How many lines tell this event.
  size_t Count(std::string_view event) const;

 private:
  mutable Mutex mutex_{"log_record"};
  std::vector<LogLine> lines_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
