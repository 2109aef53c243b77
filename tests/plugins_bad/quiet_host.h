// tests/plugins_bad/quiet_host.h -- a host for plugins that need nothing of it but the log, which it keeps.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

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

  void Log(LogLevel, std::string_view event, std::string_view facts) const override {
    lines_.push_back(Concat(event, " ", facts));
  }

  const std::vector<std::string>& lines() const { return lines_; }

 protected:
  absl::StatusOr<void*> TakeInnerPlugin(std::string_view role, std::string_view, uint32_t) const override {
    return MakeStatus(absl::StatusCode::kNotFound, "no plugin for the role ", role);
  }

 private:
  mutable std::vector<std::string> lines_;  // One thread.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
