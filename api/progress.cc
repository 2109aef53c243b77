#include "api/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "api/put.h"
#include "core/base/text.h"
#include "core/runtime/core_visit.h"
#include "core/runtime/runtime_core.h"

namespace manta {
namespace {

constexpr int kDescriptor = STDERR_FILENO;
constexpr int64_t kNsPerSecond = 1'000'000'000;
constexpr int64_t kDrawIntervalNs = kNsPerSecond / 10;
constexpr uint64_t kBarWidth = 30;
constexpr uint64_t kStepsInLog = 10;

// The current runtime's time. A runtime that is gone ends the waiting anyway.
int64_t NowNs() {
  const CoreVisit visit(api_internal::CurrentShell());
  return visit ? visit.core()->clock().NowNs() : 0;
}

// On the terminal the line must not be longer than it is wide, or it cannot be drawn over.
size_t TerminalWidth() {
  winsize size = {};
  return ioctl(kDescriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void Write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(kDescriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // Nobody looks: that is no reason to stop working.
    text.remove_prefix(static_cast<size_t>(written));
  }
}

std::string Duration(int64_t ns) {
  const int64_t seconds = ns / kNsPerSecond;
  if (seconds < 120) return Concat(seconds, " s");
  if (seconds < 7200) return Concat(seconds / 60, " min");
  return Concat(seconds / 3600, " h ", seconds / 60 % 60, " min");
}

}  // namespace

struct ProgressView::State {
  std::string title;
  uint64_t total_count;
  bool terminal;
  int64_t begin_ns;
  int64_t drawn_ns = 0;
  uint64_t drawn_step = 0;
  bool drawn = false;
  bool told_all = false;  // In a log.
  bool line_open = false;

  std::string Line(const ProgressResult& result, int64_t now_ns, bool bar) const {
    const uint64_t total = std::max<uint64_t>(total_count, 1);
    const uint64_t done = total_count == 0 ? 1 : std::min(result.ready_count, total_count);
    std::string line = title.empty() ? "" : Concat(title, " ");
    if (bar) {
      const uint64_t filled = done * kBarWidth / total;
      line += Concat("[", std::string(filled, '#'), std::string(kBarWidth - filled, '-'), "] ");
    }
    line += Concat(done * 100 / total, "% ", result.ready_count, "/", total_count);
    const int64_t elapsed_ns = now_ns - begin_ns;
    line += Concat("  ", Duration(elapsed_ns));
    if (result.ready_count > 0 && result.ready_count < total_count) {
      const double each_ns = static_cast<double>(elapsed_ns) / static_cast<double>(result.ready_count);
      line +=
          Concat(", ", Duration(static_cast<int64_t>(each_ns * static_cast<double>(total_count - result.ready_count))),
                 " left");
    }
    if (result.error_count > 0) {
      line += Concat(", ", result.error_count, result.error_count == 1 ? " error" : " errors");
    }
    return line;
  }
};

ProgressView::ProgressView(std::string title, uint64_t total_count)
    : state_(new State{.title = std::move(title),
                       .total_count = total_count,
                       .terminal = isatty(kDescriptor) == 1,
                       .begin_ns = NowNs()}) {}

ProgressView::~ProgressView() {
  if (state_->line_open) Write("\n");
}

void ProgressView::Show(const ProgressResult& result) {
  State& state = *state_;
  const bool all = result.ready_count >= state.total_count;
  if (!state.terminal) {
    const uint64_t step = result.ready_count * kStepsInLog / std::max<uint64_t>(state.total_count, 1);
    if (all ? state.told_all : step == state.drawn_step) return;
    state.told_all = all;
    state.drawn_step = step;
    Write(Concat(state.Line(result, NowNs(), /*bar=*/false), "\n"));
    return;
  }
  const int64_t now_ns = NowNs();
  if (state.drawn && !all && now_ns - state.drawn_ns < kDrawIntervalNs) return;
  state.drawn = true;
  state.drawn_ns = now_ns;
  state.line_open = true;
  std::string line = state.Line(result, now_ns, /*bar=*/true);
  line.resize(std::min(line.size(), TerminalWidth() - 1));
  Write(Concat("\r", line, "\x1b[K"));  // What was longer before is cleared.
}

bool api_internal::IsError(SharedObject* ready) { return ready->form() == SharedObject::Form::kError; }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
