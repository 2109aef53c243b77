// tools/manta/programs.h -- finds the Manta programs of this user that run here, and asks them.
//
// Each has a socket (core/kernel/observe/inspector_socket.h). One whose process was killed leaves its socket behind:
// nobody answers there, and it is removed once that has been said.
//
// Threads   [one-at-a-time]; Ask waits, for at most kPatienceMs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/kernel/observe/reply_table.h"

namespace manta::tool {

inline constexpr int kPatienceMs = 5000;

struct Program {
  std::string path;  // Its socket.
  int pid = 0;
  int number = 0;  // Of the runtime in it.

  std::string Name() const;  // "4711", or "4711-2" for a second runtime: what --pid takes.
};

// By pid.
std::vector<Program> FindPrograms();

// All of the answer.
//   kNotFound          it is gone: nobody serves the socket.
//   kDeadlineExceeded  it did not answer in time.
//   kUnavailable       the system's reason.
absl::StatusOr<std::string> Ask(const Program& program, std::string_view request);

// The answer as a table; kFailedPrecondition with the program's own sentence when it refuses.
absl::StatusOr<ReplyTable> AskForTable(const Program& program, std::string_view request);

// Takes the socket of one that is gone out of the folder.
void Forget(const Program& program);

// The one that `name` means, or the only one that there is. kNotFound otherwise, with what there is.
absl::StatusOr<Program> ChooseProgram(std::string_view name);

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
