// bench -- measures Manta. `./bazelw run -c opt //tools/bench -- --help` says the rest.
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "tools/bench/command_line.h"

int main(int argc, char** argv) {
  manta::tool::Console console = manta::tool::Console::ForProcess();
  // Under `bazel run` relative paths start at the user's folder, as everywhere else.
  if (const char* folder = std::getenv("BUILD_WORKING_DIRECTORY"); folder != nullptr && chdir(folder) != 0) {
    console.PrintError(std::string("cannot enter BUILD_WORKING_DIRECTORY ") + folder + ": unset it, or name a folder",
                       "bench");
    return manta::tool::kExitFailed;
  }
  const int code = manta::bench::RunBenchmark(std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc),
                                              manta::bench::AllRows(), console);
  return console.Flush() ? code : static_cast<int>(manta::tool::kExitFailed);
}

// SPDX-License-Identifier: Apache-2.0
