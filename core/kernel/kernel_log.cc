#include "core/kernel/kernel_log.h"

#include <errno.h>

#include <cstdlib>
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
    // glog itself takes TEST_TMPDIR as the folder for its files: nobody asked for that.
    const char* test_folder = std::getenv("TEST_TMPDIR");
    const bool asked_for_files = !FLAGS_log_dir.empty() && (test_folder == nullptr || FLAGS_log_dir != test_folder);
    if (!FLAGS_logtostderr && !FLAGS_alsologtostderr && !asked_for_files) FLAGS_logtostderr = true;
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
