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
    "  manta config show\n"
    "  manta ps\n"
    "  manta tasks --watch\n"
    "  manta --version";

std::string VersionText() {
  return Concat("manta ", kVersion, "\nplugins: ABI ", abi::kMajor, ".", abi::kMinor, ", fingerprint ", kFingerprint);
}

std::vector<CLI::App*> Subcommands(CLI::App& command) {
  return command.get_subcommands([](const CLI::App*) { return true; });
}

std::string PathOf(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent == nullptr ? command.get_name() : PathOf(*parent) + " " + command.get_name();
}

std::vector<std::string> CommandNames(CLI::App& command) {
  std::vector<std::string> names;
  for (CLI::App* subcommand : Subcommands(command)) names.push_back(subcommand->get_name());
  return names;
}

// The options of a command, as they are typed.
std::vector<std::string> OptionNames(CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

bool Contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Moves the --manta_* words to `settings`, and returns the others. "--" ends them.
std::vector<std::string> TakeSettings(const std::vector<std::string>& words, std::vector<std::string>& settings) {
  std::vector<std::string> others;
  bool ended = false;
  for (const std::string& word : words) {
    ended = ended || word == "--";
    (!ended && word.starts_with("--manta_") ? settings : others).push_back(word);
  }
  return others;
}

struct Complaint {
  CLI::App* command;  // The one that was reached.
  std::string sentence;
};

// Says what is wrong with the words. CLI11 knows what it did not expect, but not what comes near it.
Complaint Explain(CLI::App& root, const std::vector<std::string>& words, const CLI::ParseError& error) {
  CLI::App* command = &root;
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word.size() > 1 && word[0] == '-') {
      const std::string name = word.substr(0, word.find('='));
      const std::vector<std::string> known = OptionNames(*command);
      if (!Contains(known, name)) return {command, Concat("no option ", Quoted(name), DidYouMean(name, known))};
      continue;
    }
    const std::vector<std::string> names = CommandNames(*command);
    if (names.empty()) break;  // The rest are its arguments.
    if (!Contains(names, word)) {
      const std::string near = DidYouMean(word, names);
      return {command,
              Concat("no command ", Quoted(word), near.empty() ? Concat("; there are ", Listed(names)) : near)};
    }
    command = command->get_subcommand(word);
  }
  const std::vector<std::string> names = CommandNames(*command);
  if (!names.empty()) return {command, Concat("a command is missing; there are ", Listed(names))};
  const std::vector<std::string> extras = command->remaining();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !extras.empty()) {
    return {command, Concat("there is no place for the argument ", Quoted(extras.front()))};
  }
  return {command, error.what()};
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
      ->take_all();
}

std::unique_ptr<CLI::App> MakeCommandTree(const std::vector<std::string>& settings, Action& action) {
  auto root =
      std::make_unique<CLI::App>("Looks into programs that run, and at Manta's plugins and configuration.", "manta");
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
  CLI::App* config = AddCommand(*root, "config", "Check a config file, or show the effective configuration",
                                "  manta config check node.textproto\n  manta config show");
  config->require_subcommand(1);
  AddConfigCheck(*config, action);
  AddConfigShow(*config, settings, action);
  AddPs(*root, action);
  AddLooks(*root, action);
  AddReplay(*root, action);
  AddCompletion(*root, *root, action);
  return root;
}

int RunCommandLine(const std::vector<std::string>& words, Console& console) {
  Action action;
  std::vector<std::string> settings;
  const std::unique_ptr<CLI::App> root = MakeCommandTree(settings, action);
  try {
    // The arguments of every Manta program are not CLI11's; one command shows what they do.
    const std::vector<std::string> others = TakeSettings(words, settings);
    root->parse(std::vector<std::string>(others.rbegin(), others.rend()));  // In the order that CLI11 wants.
    CLI::App* config = root->get_subcommand("config");
    const bool takes_settings = root->got_subcommand(config) && config->got_subcommand("show");
    if (!settings.empty() && !takes_settings) throw CLI::ExtrasError(settings);
  } catch (const CLI::CallForHelp&) {
    console.Print(root->help());  // Of the chosen command.
    return kExitOk;
  } catch (const CLI::CallForVersion& version) {
    console.Print(Concat(version.what(), "\n"));
    return kExitOk;
  } catch (const CLI::ParseError& error) {
    const Complaint complaint = Explain(*root, words, error);
    const std::string path = PathOf(*complaint.command);
    console.PrintError(Concat(complaint.sentence, " (see ", path, " --help)"), path);
    return kExitUsage;
  }
  return action(console);
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
