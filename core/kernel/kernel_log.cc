#include "core/kernel/kernel_log.h"

#include <errno.h>

#include <string>

#include "glog/logging.h"

namespace manta {
namespace {

// A line is one line, whatever a plugin says.
std::string OneLine(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return line;
}

google::LogSeverity Severity(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return google::GLOG_INFO;
    case LogLevel::kWarning:
      return google::GLOG_WARNING;
    case LogLevel::kError:
      break;
  }
  return google::GLOG_ERROR;
}

}  // namespace

void SetUpLogging() {
  // Two runtimes may start at the same moment.
  static const bool done = [] {
    if (google::IsGoogleLoggingInitialized()) return true;
    if (!FLAGS_logtostderr && !FLAGS_alsologtostderr && FLAGS_log_dir.empty()) FLAGS_logtostderr = true;
    google::InitGoogleLogging(program_invocation_name);
    return true;
  }();
  CHECK(done);
}

void WriteLog(LogLevel least, LogLevel level, std::string_view who, std::string_view event, std::string_view facts) {
  if (level < least) return;
  LOG_AT_LEVEL(Severity(level)) << who << " " << OneLine(event) << (facts.empty() ? "" : " ") << OneLine(facts);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
