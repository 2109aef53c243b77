// manta config check -- says whether a config file is right, or where it is wrong.
#include <memory>
#include <optional>

#include "core/base/text.h"
#include "core/kernel/configure.h"
#include "core/kernel/try_config.h"
#include "core/plugin/path_check.h"
#include "tools/manta/command.h"
#include "tools/manta/plugin_words.h"

namespace manta::tool {
namespace {

constexpr std::string_view kExamples =
    "  manta config check node.textproto\n"
    "  manta config check node.textproto --plugin_path=build/plugins";

struct CheckOptions {
  std::string file;
  std::vector<std::string> plugin_path;
};

std::string SlotLines(const std::map<std::string, EffectiveSlot>& slots) {
  std::string lines;
  for (const auto& [role, slot] : slots) {
    lines +=
        Concat("  ", slot.path, ": ", slot.plugin == nullptr ? "none" : slot.plugin->name, "\n", SlotLines(slot.inner));
  }
  return lines;
}

int CheckConfig(const CheckOptions& options, Console& console) {
  if (options.file.empty()) {
    console.PrintError("the file's path is empty; name a file such as node.textproto", "manta config check");
    return kExitUsage;
  }
  ConfigSources sources = ProcessSources({.config_file = options.file, .plugin_path = {}, .set = {}});
  for (const std::string& path : options.plugin_path) {
    for (std::string& folder : SplitPath(path)) sources.options.plugin_path.push_back(std::move(folder));
  }
  // The file is judged, not what this shell adds to it; but plugins are needed to know its types.
  std::erase_if(sources.environment, [](const auto& variable) {
    return variable.first.starts_with("MANTA_") && variable.first != "MANTA_PLUGIN_PATH";
  });
  const absl::StatusOr<LoadedPlugins> plugins = LoadPlugins(sources);
  absl::StatusOr<EffectiveConfig> config =
      plugins.ok() ? Configure(*plugins) : absl::StatusOr<EffectiveConfig>(plugins.status());
  // What a value may be the plugin alone knows: it is asked as at a program's start.
  const absl::Status status = config.ok() ? TryConfig(*config, sources.working_directory) : config.status();
  if (!status.ok()) {
    console.PrintError(ForCommandLine(ToStd(status.message())), "");  // Begins with file, line and column.
    return kExitBad;
  }
  console.Print(Concat(ShownPath(options.file), ": good\n", SlotLines(config->slots)));
  return kExitOk;
}

}  // namespace

void AddConfigCheck(CLI::App& parent, Action& action) {
  const auto options = std::make_shared<CheckOptions>();
  CLI::App* command = AddCommand(
      parent, "check",
      "Check a config file: syntax, fields, and that its plugins are there and take their values; changes no file",
      kExamples);
  command->add_option("file", options->file, "The config file, protobuf text")->type_name("FILE")->required();
  AddPluginPathOption(*command, options->plugin_path);
  command->callback(
      [options, &action] { action = [options](Console& console) { return CheckConfig(*options, console); }; });
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
