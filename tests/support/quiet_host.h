// tests/support/quiet_host.h -- a host for plugins that need nothing of it but the log, which it keeps.
//
// Threads   [any-thread].
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/mutex.h"
#include "core/base/text.h"
#include "core/interface/host.h"

namespace manta {

class QuietHost final : public Host {
 public:
  // A plugin that asks for the world ends the test.
  Clock& clock() const override { std::abort(); }
  Random& random() const override { std::abort(); }
  Executor& executor() const override { std::abort(); }
  Disk& disk() const override { std::abort(); }
  Metrics& metrics() const override { std::abort(); }
  MemoryBudget& memory() const override { std::abort(); }

  void Log(LogLevel level, std::string_view event, std::string_view facts) const override {
    MutexLock lock(mutex_);
    lines_.push_back(Concat(event, " ", facts));
    levels_.push_back(level);
  }

  std::vector<std::string> lines() const {
    MutexLock lock(mutex_);
    return lines_;
  }
  std::vector<LogLevel> levels() const {
    MutexLock lock(mutex_);
    return levels_;
  }

 protected:
  absl::StatusOr<void*> TakeInnerPlugin(std::string_view role, std::string_view, uint32_t) const override {
    return MakeStatus(absl::StatusCode::kNotFound, "no plugin for the role ", role);
  }

 private:
  mutable Mutex mutex_{"quiet_host"};
  mutable std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
  mutable std::vector<LogLevel> levels_ ABSL_GUARDED_BY(mutex_);  // Of the lines.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
