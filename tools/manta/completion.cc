// manta completion -- prints the script that teaches a shell the command's words.
#include <memory>

#include "tools/manta/command.h"
#include "tools/manta/completion_script.h"

namespace manta::tool {
namespace {

constexpr std::string_view kExamples =
    "  source <(manta completion bash)                                   in ~/.bashrc\n"
    "  manta completion zsh > ~/.zfunc/_manta                            with ~/.zfunc in fpath\n"
    "  manta completion fish > ~/.config/fish/completions/manta.fish";

}  // namespace

void AddCompletion(CLI::App& parent, CLI::App& root, Action& action) {
  CLI::App* completion = AddCommand(parent, "completion", "Print a completion script for a shell", kExamples);
  completion->require_subcommand(1);
  const auto add = [&](const std::string& shell, std::string (*script)(const CLI::App&)) {
    AddCommand(*completion, shell, "Print the script for " + shell, kExamples)->callback([script, &root, &action] {
      action = [script, &root](Console& console) {
        console.Print(script(root));
        return static_cast<int>(kExitOk);
      };
    });
  };
  add("bash", &BashCompletion);
  add("zsh", &ZshCompletion);
  add("fish", &FishCompletion);
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
