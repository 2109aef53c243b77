// docs/examples/hello/answers.cc -- lets hello answer --help and mistakes as every example does, so that the program
// itself can stay as short as it is.
#include <cstdlib>
#include <string_view>

#include "docs/examples/common/arguments.h"

int Hello(int argc, char** argv);  // The program's main: BUILD.bazel gives it this name.

namespace {

constexpr std::string_view kHelp =
    "hello -- squares 3, and squares that: two tasks, one after the other.\n"
    "\n"
    "usage: hello [--help] [--version] [--manta_...]\n"
    "\n"
    "  --manta_help   lists everything that can be configured\n"
    "\n"
    "Exit codes: 0 all went well, 1 Manta reported an error, 2 wrong arguments.\n";

int Run(int argc, char** argv) {
  example::Arguments(argc, argv).Finish();
  return Hello(argc, argv);
}

}  // namespace

int main(int argc, char** argv) { return example::Main("hello", kHelp, argc, argv, Run); }

// SPDX-License-Identifier: Apache-2.0
