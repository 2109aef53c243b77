// manta config show -- what a program started here would be configured with, and where each value comes from.
#include <algorithm>
#include <memory>

#include "core/base/text.h"
#include "core/config/config_help.h"
#include "core/kernel/configure.h"
#include "tools/manta/command.h"
#include "tools/manta/plugin_words.h"

namespace manta::tool {
namespace {

constexpr std::string_view kExamples =
    "  manta config show\n"
    "  manta config show node.textproto --json\n"
    "  manta config show --manta_log_level=INFO --manta_set='memory_bytes_max: 1000000'\n"
    "\nAll --manta_* arguments of a Manta program count here, too.";

struct ShowOptions {
  std::string file;
  bool json = false;
};

int ShowConfig(const ShowOptions& options, const std::vector<std::string>& settings, bool file_given,
               Console& console) {
  if (file_given && options.file.empty()) {
    console.PrintError("the file's path is empty; name a file such as node.textproto, or leave it out",
                       "manta config show");
    return kExitUsage;
  }
  ConfigSources sources = ProcessSources({});
  if (file_given) sources.options.config_file = options.file;
  std::vector<std::string> words = {"manta"};
  words.insert(words.end(), settings.begin(), settings.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  int argument_count = static_cast<int>(words.size());
  TakeCommandLine(&argument_count, arguments.data(), sources);

  const absl::StatusOr<LoadedPlugins> plugins = LoadPlugins(sources);
  if (plugins.ok() && std::find(settings.begin(), settings.end(), "--manta_help") != settings.end()) {
    console.Print(ConfigHelp(*plugins->schemas));
    return kExitOk;
  }
  absl::StatusOr<EffectiveConfig> config =
      plugins.ok() ? Configure(*plugins) : absl::StatusOr<EffectiveConfig>(plugins.status());
  if (!config.ok()) {
    console.PrintError(ForCommandLine(ToStd(config.status().message())), "");  // Begins with where the value stands.
    return kExitBad;
  }
  for (const std::string& sentence : SuspectVariables(sources, *plugins->schemas)) console.PrintError(sentence);
  const std::string& text = options.json ? config->json : config->text;
  console.Print(text);
  if (!text.ends_with('\n')) console.Print("\n");
  return kExitOk;
}

}  // namespace

void AddConfigShow(CLI::App& parent, const std::vector<std::string>& settings, Action& action) {
  const auto options = std::make_shared<ShowOptions>();
  CLI::App* command = AddCommand(
      parent, "show", "Show the effective configuration, defaults included, with the origin of every value", kExamples);
  const CLI::Option* file =
      command->add_option("file", options->file, "A config file; else MANTA_CONFIG, or none")->type_name("FILE");
  command->add_flag("--json", options->json, "As JSON: {\"values\": [{\"path\", \"value\", \"origin\"}, ...]}");
  command->callback([options, file, &settings, &action] {
    action = [options, file, &settings](Console& console) {
      return ShowConfig(*options, settings, file->count() > 0, console);
    };
  });
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
