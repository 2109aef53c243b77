// core/simulation/recording_host.h -- is another host that also keeps what is logged.
//
// For tests with real threads; SimulatedHost keeps its log itself.
//
// Threads   [any-thread].
// Memory    The inner host is not owned and outlives this one.
#pragma once

#include <string_view>

#include "core/interface/host_wrapper.h"
#include "core/simulation/log_record.h"

namespace manta {

class RecordingHost final : public HostWrapper {
 public:
  using HostWrapper::HostWrapper;

  void Log(LogLevel level, std::string_view event, std::string_view facts) const override {
    log_.Add(level, event, facts);
    HostWrapper::Log(level, event, facts);
  }

  const LogRecord& log() const { return log_; }

 private:
  mutable LogRecord log_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
