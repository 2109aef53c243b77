// docs/examples/common/arguments.h -- reads an example's arguments, and says what is wrong with them.
//
//   const uint64_t steps = arguments.Number("--steps", 500, 1);    // --steps=N, 500 unless given, at least 1.
//   arguments.Finish();                                            // Throws for what nobody has asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace example {

inline constexpr int kUsageExitCode = 2;

struct UsageError {
  std::string message;
};

class Arguments {
 public:
  Arguments(int argc, char** argv) : words_(argv + 1, argv + argc) {}

  // The number of NAME=N, or `otherwise`.
  uint64_t Number(std::string_view name, uint64_t otherwise, uint64_t least);

  // Throws UsageError for an argument that nobody has asked for.
  void Finish() const;

 private:
  std::vector<std::string> words_;
};

// Runs an example: prints `help` when it is asked for; tells a UsageError or an exception on one line, and ends with 2
// or 1.
int Main(std::string_view name, std::string_view help, int argc, char** argv,
         const std::function<int(int argc, char** argv)>& run);

}  // namespace example

// SPDX-License-Identifier: Apache-2.0
