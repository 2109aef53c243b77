// manta replay: runs a program again with the seed that failed.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "tools/manta/command.h"

namespace manta::tool {
namespace {

constexpr std::string_view kExamples =
    "  manta replay --seed=42 -- bazel-bin/transfer_test --gtest_filter=TransferTest.KeepsTheSum\n\n"
    "The program has MANTA_SEED in its environment: manta::testing::Explore runs that seed alone. The exit code is "
    "the\n"
    "program's.";

int Replay(const std::string& seed, const std::vector<std::string>& words, Console& console) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  setenv("MANTA_SEED", seed.c_str(), /*overwrite=*/1);
  execvp(arguments[0], arguments.data());
  console.PrintError(Concat("cannot start ", Quoted(words[0]), ": ", std::strerror(errno), "; name a program after --"),
                     "manta replay");
  return kExitFailed;
}

}  // namespace

void AddReplay(CLI::App& parent, Action& action) {
  const auto seed = std::make_shared<uint64_t>(0);
  const auto words = std::make_shared<std::vector<std::string>>();
  CLI::App* command = AddCommand(parent, "replay", "Run a program again with the seed that failed", kExamples);
  command->add_option("--seed", *seed, "The seed, as the failing run has told it")->type_name("NUMBER")->required();
  command->add_option("program", *words, "The program and its arguments, after --")->type_name("PROGRAM")->required();
  command->callback([seed, words, &action] {
    action = [seed, words](Console& console) { return Replay(std::to_string(*seed), *words, console); };
  });
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
