// manta -- looks at Manta's plugins and configuration. `manta --help` says the rest.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "tools/manta/command_line.h"

namespace {

// A closed standard descriptor would be given to the next file that is opened, and our output written into that file.
void KeepStandardDescriptors() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    // Read-only: what is written to a closed output fails, as it should.
    if (fcntl(descriptor, F_GETFD) == -1) open("/dev/null", O_RDONLY);
  }
}

}  // namespace

int main(int argc, char** argv) {
  using manta::tool::Console;
  KeepStandardDescriptors();
  Console console = Console::ForProcess();
  // Under `bazel run` relative paths start at the user's folder, as everywhere else.
  if (const char* folder = std::getenv("BUILD_WORKING_DIRECTORY"); folder != nullptr && chdir(folder) != 0) {
    console.PrintError(std::string("cannot enter BUILD_WORKING_DIRECTORY ") + folder + ": unset it, or name a folder");
    return manta::tool::kExitFailed;
  }
  try {
    const int code =
        manta::tool::RunCommandLine(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc), console);
    return console.Flush() ? code : static_cast<int>(manta::tool::kExitFailed);
  } catch (const std::exception& error) {
    console.PrintError(std::string("failed: ") + error.what());
    return manta::tool::kExitFailed;
  }
}

// SPDX-License-Identifier: Apache-2.0
