#include "tools/manta/programs.h"

#include <dirent.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <tuple>
#include <utility>

#include "core/base/text.h"
#include "core/kernel/observe/inspector_socket.h"

namespace manta::tool {
namespace {

absl::Status SystemError(const Program& program, std::string_view what) {
  return MakeStatus(absl::StatusCode::kUnavailable, "cannot ", what, " ", program.path, ": ", std::strerror(errno));
}

// Closes a descriptor at the end.
struct Connection {
  explicit Connection(int descriptor) : descriptor(descriptor) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (descriptor >= 0) close(descriptor);
  }
  const int descriptor;
};

}  // namespace

std::string Program::Name() const { return number == 0 ? std::to_string(pid) : Concat(pid, "-", number); }

std::vector<Program> FindPrograms() {
  std::vector<Program> programs;
  for (const std::string& folder : InspectorSocket::Folders()) {
    if (!InspectorSocket::CheckFolder(folder).ok()) continue;  // It is not there, or not ours to believe.
    DIR* const directory = opendir(folder.c_str());
    if (directory == nullptr) continue;
    while (const dirent* const entry = readdir(directory)) {
      Program program;
      int end = 0;
      if (std::sscanf(entry->d_name, "%d-%d.sock%n", &program.pid, &program.number, &end) != 2 || end == 0 ||
          entry->d_name[end] != '\0') {
        continue;
      }
      program.path = Concat(folder, "/", entry->d_name);
      programs.push_back(std::move(program));
    }
    closedir(directory);
  }
  std::sort(programs.begin(), programs.end(), [](const Program& a, const Program& b) {
    return std::tie(a.pid, a.number, a.path) < std::tie(b.pid, b.number, b.path);
  });
  return programs;
}

absl::StatusOr<std::string> Ask(const Program& program, std::string_view request) {
  const Connection connection(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (connection.descriptor < 0 || program.path.size() >= sizeof(address.sun_path)) {
    return SystemError(program, "make a socket for");
  }
  std::memcpy(address.sun_path, program.path.c_str(), program.path.size() + 1);
  // A full queue of waiting clients must not hold us up.
  const timeval patience = {.tv_sec = kPatienceMs / 1000, .tv_usec = 0};
  setsockopt(connection.descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  setsockopt(connection.descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  if (connect(connection.descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    if (errno == ECONNREFUSED || errno == ENOENT) {
      return MakeStatus(absl::StatusCode::kNotFound, "the program ", program.Name(), " is gone");
    }
    if (errno != EAGAIN) return SystemError(program, "connect to");
    return MakeStatus(absl::StatusCode::kDeadlineExceeded, "the program ", program.Name(), " does not answer");
  }
  const std::string line = Concat(request, "\n");
  if (send(connection.descriptor, line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) {
    return SystemError(program, "ask");
  }
  std::string answer;
  for (;;) {
    char bytes[1 << 16];
    const ssize_t count = recv(connection.descriptor, bytes, sizeof(bytes), 0);
    if (count == 0) return answer;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      return MakeStatus(absl::StatusCode::kDeadlineExceeded, "the program ", program.Name(), " does not answer");
    }
    if (count < 0) return SystemError(program, "read from");
    answer.append(bytes, static_cast<size_t>(count));
  }
}

absl::StatusOr<ReplyTable> AskForTable(const Program& program, std::string_view request) {
  const absl::StatusOr<std::string> answer = Ask(program, request);
  if (!answer.ok()) return answer.status();
  absl::StatusOr<ReplyTable> table = ReplyTable::Parse(*answer);
  if (!table.ok()) return Annotate(table.status(), program.path);
  if (const std::string_view error = table->Fact("error"); !error.empty()) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition, "the program ", program.Name(), " says that ", error);
  }
  return table;
}

void Forget(const Program& program) { unlink(program.path.c_str()); }

absl::StatusOr<Program> ChooseProgram(std::string_view name) {
  std::vector<Program> running;
  std::vector<std::string> names;
  for (const Program& program : FindPrograms()) {
    if (!name.empty() && program.Name() != name) continue;
    if (const auto answer = Ask(program, "info"); !answer.ok() && absl::IsNotFound(answer.status())) continue;
    running.push_back(program);
    names.push_back(program.Name());
  }
  if (running.size() == 1) return running[0];
  if (!name.empty()) {
    return MakeStatus(absl::StatusCode::kNotFound, "no Manta program ", Quoted(name),
                      " of this user runs here; `manta ps` lists those that do");
  }
  if (running.empty()) {
    return MakeStatus(absl::StatusCode::kNotFound,
                      "no Manta program of this user runs here, or they were started with --manta_inspector=false");
  }
  return MakeStatus(absl::StatusCode::kNotFound, running.size(), " Manta programs run here: say --pid, one of ",
                    Listed(names));
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
