#include "tools/manta/command_line.h"

#include <algorithm>

#include "api/version.h"
#include "core/base/text.h"
#include "core/plugin/abi.h"
#include "core/plugin/fingerprint.h"

namespace manta::tool {
namespace {

constexpr std::string_view kExamples =
    "  manta plugins list\n"
    "  manta plugins check ./libmy_store.so\n"
    "  manta --version";

std::string VersionText() {
  return Concat("manta ", kVersion, "\nplugins: ABI ", abi::kMajor, ".", abi::kMinor, ", fingerprint ", kFingerprint);
}

std::vector<CLI::App*> Subcommands(CLI::App& command) {
  return command.get_subcommands([](const CLI::App*) { return true; });
}

// The long options of a command and of those above it.
std::vector<std::string> OptionNames(CLI::App& command) {
  std::vector<std::string> names;
  for (CLI::App* app = &command; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

std::string PathOf(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent == nullptr ? command.get_name() : PathOf(*parent) + " " + command.get_name();
}

// Says in one sentence what is wrong with the words. CLI11 knows what it did not expect, but not what comes near it.
std::string Explain(CLI::App& root, const std::vector<std::string>& words, const CLI::ParseError& error) {
  CLI::App* command = &root;
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word.size() > 1 && word[0] == '-') {
      const std::string name = word.substr(0, word.find('='));
      const std::vector<std::string> known = OptionNames(*command);
      const bool long_name = name.size() > 2 && name[1] == '-';
      if (long_name && std::find(known.begin(), known.end(), name) == known.end()) {
        return Concat(PathOf(*command), " has no option ", Quoted(name), DidYouMean(name, known));
      }
      continue;
    }
    const std::vector<CLI::App*> subcommands = Subcommands(*command);
    if (subcommands.empty()) break;  // The rest are its arguments, which CLI11 explains.
    const auto chosen =
        std::find_if(subcommands.begin(), subcommands.end(), [&](CLI::App* app) { return app->get_name() == word; });
    if (chosen == subcommands.end()) {
      std::vector<std::string> names;
      for (CLI::App* app : subcommands) names.push_back(app->get_name());
      return Concat("there is no command ", Quoted(PathOf(*command) + " " + word), DidYouMean(word, names),
                    "; commands: ", Listed(names));
    }
    command = *chosen;
  }
  if (const std::vector<CLI::App*> subcommands = Subcommands(*command); !subcommands.empty()) {
    std::vector<std::string> names;
    for (CLI::App* app : subcommands) names.push_back(app->get_name());
    return Concat(PathOf(*command), " needs a command: ", Listed(names));
  }
  return Concat(PathOf(*command), ": ", error.what());
}

}  // namespace

CLI::App* AddCommand(CLI::App& parent, const std::string& name, const std::string& summary, std::string_view examples) {
  CLI::App* command = parent.add_subcommand(name, summary);
  command->footer(Concat("Examples:\n", examples, "\n\n", kExitCodesHelp));
  return command;
}

void AddPluginPathOption(CLI::App& command, std::vector<std::string>& plugin_path) {
  command
      .add_option(
          "--plugin_path", plugin_path,
          "Folders with plugins, \":\" between them; may be repeated. MANTA_PLUGIN_PATH's and Manta's own follow")
      ->type_name("FOLDERS")
      ->expected(1)
      ->take_all()
      ->trigger_on_parse();
}

std::unique_ptr<CLI::App> MakeCommandTree(Action& action) {
  auto root = std::make_unique<CLI::App>("Looks at Manta's plugins and configuration.", "manta");
  root->get_formatter()->column_width(34);
  root->set_help_flag("-h,--help", "Print this help, of any command");
  root->set_version_flag("--version", VersionText(), "Print version, plugin ABI and fingerprint");
  root->require_subcommand(1);
  root->footer(Concat("Examples:\n", kExamples, "\n\n", kExitCodesHelp));

  CLI::App* plugins = AddCommand(*root, "plugins", "List plugins, or check one",
                                 "  manta plugins list --json\n  manta plugins check ./libmy_store.so");
  plugins->require_subcommand(1);
  AddPluginsList(*plugins, action);
  AddPluginsCheck(*plugins, action);
  AddCompletion(*root, *root, action);
  return root;
}

int RunCommandLine(const std::vector<std::string>& words, Console& console) {
  Action action;
  const std::unique_ptr<CLI::App> root = MakeCommandTree(action);
  try {
    std::vector<std::string> reversed(words.rbegin(), words.rend());  // As CLI11 wants them.
    root->parse(reversed);
  } catch (const CLI::CallForHelp&) {
    console.Print(root->help());  // Of the chosen command.
    return kExitOk;
  } catch (const CLI::CallForVersion& version) {
    console.Print(Concat(version.what(), "\n"));
    return kExitOk;
  } catch (const CLI::ParseError& error) {
    console.PrintError(Concat(Explain(*root, words, error), "; see manta --help"));
    return kExitUsage;
  }
  return action(console);
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
