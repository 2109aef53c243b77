// docs/examples/common/arguments.h -- reads an example's arguments, and says what is wrong with them.
//
//   const uint64_t steps = arguments.Number("--steps", 500, 1);    // --steps=N, 500 unless given, at least 1.
//   const bool quiet = arguments.Flag("--quiet");
//   arguments.Finish();                                            // Throws for what nobody has asked for.
//
//   int main(int argc, char** argv) { return example::Main("sums", kHelp, argc, argv, Run); }
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace example {

inline constexpr int kUsageExitCode = 2;

// One sentence: which argument, what it was, what is wanted.
struct UsageError {
  std::string message;
};

class Arguments {
 public:
  Arguments(int argc, char** argv) : words_(argv + (argc > 0 ? 1 : 0), argv + argc) {}

  // The number of NAME=N, or `otherwise`. Of several the last one counts.
  uint64_t Number(std::string_view name, uint64_t otherwise, uint64_t least);

  // The text of NAME=WHAT, or "". An empty one is a mistake.
  std::string Text(std::string_view name, std::string_view what);

  // Whether NAME is there.
  bool Flag(std::string_view name);

  // Throws UsageError for an argument that nobody has asked for. Those that begin with --manta_ are left to
  // manta::Init.
  void Finish();

  // The same of a program that calls no Init, and takes no --manta_.
  void FinishWithoutInit() const;

 private:
  std::optional<std::string> Take(std::string_view name, std::string_view what);

  std::vector<std::string> words_;
  std::vector<std::string> known_ = {"--help", "--version"};  // And what was asked for.
};

// Runs an example: prints `help` or the version when asked for; tells a UsageError or an exception on one line. Returns
// the exit code: 2 for wrong arguments, Manta's among them, 1 for any other failure; also when what the example printed
// could not be written.
int Main(std::string_view name, std::string_view help, int argc, char** argv,
         const std::function<int(int argc, char** argv)>& run);

}  // namespace example

// SPDX-License-Identifier: Apache-2.0
