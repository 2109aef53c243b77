#include "core/plugin/probe.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/plugin/file_descriptor.h"
#include "core/plugin/path_check.h"
#include "core/plugin/probe_protocol.h"

namespace manta {
namespace {

constexpr size_t kOutputBytesMax = size_t{4} << 10;    // The tail of what it prints.
constexpr size_t kVerdictBytesMax = size_t{16} << 10;  // Far above any message.

template <typename... Parts>
absl::Status Failed(const Parts&... parts) {
  return MakeStatus(absl::StatusCode::kFailedPrecondition, parts...);
}

struct Pipe {
  FileDescriptor read, write;
};

// A descriptor above those that the child's standard ones are made of, so that none of them is overwritten.
FileDescriptor AboveStandard(FileDescriptor low) { return FileDescriptor(fcntl(low.get(), F_DUPFD_CLOEXEC, 10)); }

bool OpenPipe(Pipe& made) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  made.read = AboveStandard(FileDescriptor(ends[0]));
  made.write = AboveStandard(FileDescriptor(ends[1]));
  return made.read.open() && made.write.open() && fcntl(made.read.get(), F_SETFL, O_NONBLOCK) == 0;
}

// What decides how libraries are found and how sanitizers behave, and the usual directories; nothing else.
std::vector<char*> ProbeEnvironment() {
  constexpr std::string_view kPassedOn[] = {"LD_",
                                            "MANTA_",
                                            "ASAN_OPTIONS=",
                                            "LSAN_OPTIONS=",
                                            "TSAN_OPTIONS=",
                                            "UBSAN_OPTIONS=",
                                            "PATH=",
                                            "HOME=",
                                            "TMPDIR=",
                                            "LANG=",
                                            "LC_"};
  std::vector<char*> passed;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (std::any_of(std::begin(kPassedOn), std::end(kPassedOn), [&](auto start) { return text.starts_with(start); })) {
      passed.push_back(*variable);
    }
  }
  passed.push_back(nullptr);
  return passed;
}

// posix_spawn's two parameter objects; they need destroying.
class SpawnPlan {
 public:
  SpawnPlan(int output, int verdict) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, verdict, kProbeVerdictDescriptor);
    posix_spawn_file_actions_addclosefrom_np(&actions_, kProbeVerdictDescriptor + 1);

    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes_, 0);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  // 0, or the error's number.
  int Spawn(const std::string& program, const std::string& argument, pid_t& child) const {
    std::array<char*, 3> arguments = {const_cast<char*>(program.c_str()), const_cast<char*>(argument.c_str()), nullptr};
    std::vector<char*> environment = ProbeEnvironment();
    return posix_spawn(&child, program.c_str(), &actions_, &attributes_, arguments.data(), environment.data());
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

struct Outcome {
  bool in_time = true;
  bool reaped = false;  // Else somebody else's wait took how it ended.
  siginfo_t end{};
  std::string verdict;
  std::string output;  // Its tail.
};

// Reads what is there; false at the end of the stream.
bool Drain(int descriptor, std::string& text, size_t kept_bytes_max, bool keep_tail) {
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN;
    if (count == 0) return false;
    text.append(buffer.data(), static_cast<size_t>(count));
    if (text.size() > kept_bytes_max) {
      keep_tail ? text.erase(0, text.size() - kept_bytes_max) : text.erase(kept_bytes_max);
    }
  }
}

FileDescriptor StartTimer(int64_t timeout_ms) {
  FileDescriptor timer(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
  itimerspec when{};
  const int64_t bounded_ms = std::max<int64_t>(timeout_ms, 1);
  when.it_value.tv_sec = bounded_ms / 1000;
  when.it_value.tv_nsec = bounded_ms % 1000 * 1000000;
  if (!timer.open() || timerfd_settime(timer.get(), 0, &when, nullptr) != 0) return {};
  return timer;
}

// Collects output until the child has ended, and ends it when its time is over.
void Watch(pid_t child, const FileDescriptor& ended, const FileDescriptor& timer, const Pipe& output,
           const Pipe& verdict, Outcome& outcome) {
  std::array<pollfd, 4> events = {{{ended.get(), POLLIN, 0},
                                   {timer.get(), POLLIN, 0},
                                   {output.read.get(), POLLIN, 0},
                                   {verdict.read.get(), POLLIN, 0}}};
  while (true) {
    if (poll(events.data(), events.size(), -1) < 0 && errno != EINTR) break;
    if (!Drain(output.read.get(), outcome.output, kOutputBytesMax, /*keep_tail=*/true)) events[2].fd = -1;
    if (!Drain(verdict.read.get(), outcome.verdict, kVerdictBytesMax, /*keep_tail=*/false)) events[3].fd = -1;
    if (events[0].revents != 0) break;
    if (events[1].revents != 0) {
      outcome.in_time = false;
      events[1].fd = -1;
      kill(-child, SIGKILL);  // The group: whatever it started ends with it.
    }
  }
}

absl::Status RunProbe(std::string_view library_path, const ProbeOptions& options, Outcome& outcome) {
  const std::string program(options.probe_path);
  Pipe output, verdict;
  const FileDescriptor timer = StartTimer(options.timeout_ms);
  if (!OpenPipe(output) || !OpenPipe(verdict) || !timer.open()) {
    return Failed("cannot be probed: ", strerrordesc_np(errno), ": close files or raise the limit of open ones");
  }
  pid_t child = -1;
  const SpawnPlan plan(output.write.get(), verdict.write.get());
  const int error = plan.Spawn(program, std::string(library_path), child);
  if (error != 0) {
    return Failed("has to be probed first, and the probe program ", ShownPath(program),
                  " cannot be started: ", strerrordesc_np(error),
                  ": install manta_probe there, or move the plugin to a trusted directory");
  }
  output.write.Close();
  verdict.write.Close();
  // glibc 2.36 declares pidfd_open without C linkage, so that C++ cannot link it.
  const FileDescriptor ended(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
  const int watch_error = ended.open() ? 0 : errno;
  if (ended.open()) Watch(child, ended, timer, output, verdict, outcome);
  kill(-child, SIGKILL);  // What it left running in its group; its id is not free before it is reaped below.
  int waited = 0;
  do {
    waited = waitid(P_PID, static_cast<id_t>(child), &outcome.end, WEXITED);
  } while (waited != 0 && errno == EINTR);
  outcome.reaped = waited == 0;
  if (watch_error != 0) return Failed("cannot be probed: pidfd_open: ", strerrordesc_np(watch_error));
  Drain(output.read.get(), outcome.output, kOutputBytesMax, /*keep_tail=*/true);
  Drain(verdict.read.get(), outcome.verdict, kVerdictBytesMax, /*keep_tail=*/false);
  return absl::OkStatus();
}

// `; it printed last: "..."`, or "".
std::string LastWords(std::string_view output) {
  constexpr std::string_view kBlank = " \t\r\n";
  const size_t end = output.find_last_not_of(kBlank);
  if (end == std::string_view::npos) return "";
  output = output.substr(0, end + 1);
  const size_t line = output.find_last_of('\n');
  if (line != std::string_view::npos) output.remove_prefix(line + 1);
  output.remove_prefix(std::min(output.size(), output.find_first_not_of(kBlank)));
  return Concat("; it printed last: ", Quoted(output));
}

// What the library was doing when the probe ended, and what to do about it.
struct Step {
  std::string_view when;
  std::string_view fix;
};

Step StepOf(std::string_view verdict) {
  if (verdict.starts_with(std::string(kProbeLoading) + kProbeLoaded)) {
    return {"while its manifest was read", "rebuild it, with MANTA_PLUGIN only"};
  }
  if (verdict.starts_with(kProbeLoading)) {
    return {"while its constructors ran", "mend its global objects, which are made when it is loaded"};
  }
  return {"before it was loaded", "install this build's manta_probe again"};
}

std::string Duration(int64_t ms) { return ms % 1000 == 0 ? Concat(ms / 1000, " s") : Concat(ms, " ms"); }

// The status behind "refused <code> <message>"; ok when the verdict holds none.
absl::Status Refusal(std::string_view verdict) {
  const size_t at = verdict.find(kProbeRefused);
  if (at == std::string_view::npos) return absl::OkStatus();
  verdict.remove_prefix(at + sizeof(kProbeRefused) - 1);
  int code = 0;
  const auto [next, error] = std::from_chars(verdict.data(), verdict.data() + verdict.size(), code);
  if (error != std::errc() || code <= 0 || code > 16) code = static_cast<int>(absl::StatusCode::kFailedPrecondition);
  verdict.remove_prefix(static_cast<size_t>(next - verdict.data()));
  verdict = verdict.substr(0, verdict.find('\n'));
  if (verdict.starts_with(' ')) verdict.remove_prefix(1);
  return MakeStatus(static_cast<absl::StatusCode>(code), verdict);
}

}  // namespace

absl::Status ProbeLibrary(std::string_view library_path, const ProbeOptions& options) {
  if (options.probe_path.empty()) {
    return Failed(
        "has to be probed first, and no probe program was given: name manta_probe's path, or move the "
        "plugin to a trusted directory");
  }
  Outcome outcome;
  absl::Status status = RunProbe(library_path, options, outcome);
  if (!status.ok()) return status;
  if (outcome.verdict.ends_with(kProbePassed) && (!outcome.reaped || outcome.end.si_status == 0)) {
    return absl::OkStatus();
  }
  status = Refusal(outcome.verdict);
  if (!status.ok()) return status;
  const Step step = StepOf(outcome.verdict);
  const std::string when = Concat(step.when, LastWords(outcome.output), ": ", step.fix);
  if (!outcome.in_time)
    return Failed("did not finish loading in the probe within ", Duration(options.timeout_ms), " ", when);
  if (outcome.reaped && outcome.end.si_code == CLD_EXITED) {
    return Failed("exited with ", outcome.end.si_status, " in the probe ", when);
  }
  if (!outcome.reaped) return Failed("ended in the probe ", when);
  const char* signal_name = sigdescr_np(outcome.end.si_status);
  return Failed("died in the probe with signal ", outcome.end.si_status, " (",
                signal_name == nullptr ? "unknown" : signal_name, ") ", when);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
