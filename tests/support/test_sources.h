// tests/support/test_sources.h -- configures a kernel with the test plugins, and hears what it logs.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "core/config/config_sources.h"
#include "glog/logging.h"

namespace manta {

// Sources over a runfiles tree made for them, whose plugins folder holds the named test plugins and nothing else.
ConfigSources TestSources(std::initializer_list<const char*> plugins);

// Keeps the lines that Manta logs, without file and time.
class HeardLog final : public google::LogSink {
 public:
  HeardLog() { google::AddLogSink(this); }
  ~HeardLog() override { google::RemoveLogSink(this); }

  void send(google::LogSeverity, const char*, const char*, int, const google::LogMessageTime&, const char* message,
            size_t message_bytes) override {
    lines_.emplace_back(message, message_bytes);
  }

  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
