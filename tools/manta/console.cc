#include "tools/manta/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace manta::tool {
namespace {

bool IsSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

size_t TerminalWidth(int descriptor) {
  if (const char* columns = std::getenv("COLUMNS"); columns != nullptr) {
    size_t width = 0;
    const char* end = columns + std::strlen(columns);
    if (std::from_chars(columns, end, width).ptr == end && width > 0) return width;
  }
  winsize size = {};
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

// False, with errno, when not all could be written.
bool WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

std::string_view ColorOf(Style style) {
  switch (style) {
    case Style::kPlain:
      return "";
    case Style::kHeading:
      return "\x1b[1m";
    case Style::kGood:
      return "\x1b[32m";
    case Style::kBad:
      return "\x1b[1;31m";
    case Style::kFaint:
      return "\x1b[2m";
  }
  return "";
}

}  // namespace

Console Console::ForProcess() {
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  Console console(terminal && !dumb && !IsSet("NO_COLOR"), terminal ? TerminalWidth(STDOUT_FILENO) : 0);
  console.out_descriptor_ = STDOUT_FILENO;
  console.error_descriptor_ = STDERR_FILENO;
  return console;
}

void Console::PrintError(std::string_view sentence, std::string_view who) {
  std::string line(who);
  if (!who.empty()) line += ": ";
  line += sentence;
  line += '\n';
  if (error_descriptor_ < 0) {
    errors_ += line;
  } else {
    WriteAll(error_descriptor_, line);  // Nowhere to say that this failed.
  }
}

bool Console::Flush() {
  if (out_descriptor_ < 0) return true;
  if (!WriteAll(out_descriptor_, out_)) {
    const int error = errno;
    if (error != EPIPE) {
      PrintError(std::string("cannot write to standard output: ") + std::strerror(error) + "; give it an open file");
    }
    return false;
  }
  out_.clear();
  return true;
}

std::string Styled(std::string_view text, Style style, bool color) {
  const std::string_view begin = color ? ColorOf(style) : "";
  if (begin.empty()) return std::string(text);
  std::string styled(begin);
  styled += text;
  styled += "\x1b[0m";
  return styled;
}

std::string WithoutColors(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const size_t begin = std::min(text.find("\x1b["), text.size());
    plain += text.substr(0, begin);
    text.remove_prefix(begin);
    if (!text.empty()) text.remove_prefix(std::min(text.find('m'), text.size() - 1) + 1);
  }
  return plain;
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
