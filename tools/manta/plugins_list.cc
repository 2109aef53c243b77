// manta plugins list -- what plugins there are, and why others were refused.
#include <algorithm>
#include <memory>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/kernel/configure.h"
#include "tools/manta/command.h"
#include "tools/manta/plugin_words.h"
#include "tools/manta/table.h"

namespace manta::tool {
namespace {

constexpr std::string_view kExamples =
    "  manta plugins list\n"
    "  manta plugins list --json --plugin_path=build/plugins";

struct ListOptions {
  bool json = false;
  std::vector<std::string> plugin_path;
};

std::string AsJson(const PluginRegistry& registry) {
  JsonWriter json;
  json.BeginObject();
  json.Key("plugins");
  json.BeginArray();
  for (const PluginRecord* plugin : registry.plugins()) {
    json.BeginObject();
    json.Field("name", plugin->name);
    json.Field("interface", plugin->interface_name);
    json.Field("interface_version", uint64_t{plugin->interface_version});
    json.Field("status", StatusName(plugin->status));
    json.Key("capabilities");
    json.BeginArray();
    for (const std::string& name : CapabilityNames(plugin->interface_name, plugin->capabilities)) json.String(name);
    json.EndArray();
    json.Field("summary", plugin->summary);
    json.Field("config_type", plugin->config_type);
    json.Key("inner");
    json.BeginArray();
    for (const InnerRoleRecord& role : plugin->inner_roles) {
      json.BeginObject();
      json.Field("role", role.role);
      json.Field("interface", role.interface_name);
      json.Field("interface_version", uint64_t{role.interface_version});
      json.Field("default", role.default_plugin);
      json.EndObject();
    }
    json.EndArray();
    json.Field("library", plugin->library_path);
    json.Field("fingerprint", plugin->fingerprint);
    json.EndObject();
  }
  json.EndArray();
  json.Key("refused");
  json.BeginArray();
  for (const RefusedLibrary& refused : registry.refused()) {
    json.BeginObject();
    json.Field("library", refused.path);
    json.Field("code", absl::StatusCodeToString(refused.reason.code()));
    json.Field("reason", ToStd(refused.reason.message()));
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return json.Take();
}

std::string FileName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// In characters; colours take none.
size_t LongestLine(std::string_view text) {
  size_t longest = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    longest = std::max(longest, TextWidth(WithoutColors(text.substr(0, end))));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return longest;
}

// What the last column of the plugins' table shows.
enum class Libraries { kPaths, kFileNames, kNone };

std::string PluginTable(const PluginRegistry& registry, const Console& console, Libraries libraries) {
  std::vector<std::vector<Cell>> rows;
  for (const PluginRecord* plugin : registry.plugins()) {
    std::string capabilities;
    for (const std::string& name : CapabilityNames(plugin->interface_name, plugin->capabilities)) {
      capabilities += (capabilities.empty() ? "" : ",") + name;
    }
    const Style status_style = plugin->status == abi::PluginStatus::kStable ? Style::kGood : Style::kPlain;
    rows.push_back({{plugin->name},
                    {Concat(plugin->interface_name, " ", plugin->interface_version)},
                    {StatusName(plugin->status), status_style},
                    {capabilities.empty() ? "-" : capabilities},
                    {plugin->summary}});
    if (libraries == Libraries::kPaths) rows.back().push_back({plugin->library_path, Style::kFaint});
    if (libraries == Libraries::kFileNames) rows.back().push_back({FileName(plugin->library_path), Style::kFaint});
  }
  std::vector<Column> columns = {{.title = "name"},
                                 {.title = "interface"},
                                 {.title = "status"},
                                 {.title = "capabilities", .wraps = true},
                                 {.title = "summary", .wraps = true}};
  if (libraries != Libraries::kNone) columns.push_back({.title = "library"});
  // Whole paths are shown where all fits in one line.
  return RenderTable(columns, rows, libraries == Libraries::kPaths ? 0 : console.width(), console.color());
}

std::string AsTables(const PluginRegistry& registry, const Console& console) {
  std::string out;
  // Folders of build trees are long: what does not fit is in --json.
  for (const Libraries libraries : {Libraries::kPaths, Libraries::kFileNames, Libraries::kNone}) {
    out = PluginTable(registry, console, libraries);
    if (console.width() == 0 || LongestLine(out) <= console.width()) break;
  }
  if (out.empty()) out = "no plugins: name folders that hold some with --plugin_path\n";
  std::vector<std::vector<Cell>> rows;
  for (const RefusedLibrary& refused : registry.refused()) {
    rows.push_back({{refused.path, Style::kFaint}, {std::string(refused.reason.message()), Style::kBad}});
  }
  if (!rows.empty()) {
    out += "\n" + RenderTable({{.title = "refused", .wraps = true}, {.title = "reason", .wraps = true}}, rows,
                              console.width(), console.color());
  }
  return out;
}

int ListPlugins(const ListOptions& options, Console& console) {
  ConfigSources sources = ProcessSources({});
  for (const std::string& path : options.plugin_path) {
    for (std::string& folder : SplitPath(path)) sources.options.plugin_path.push_back(std::move(folder));
  }
  const absl::StatusOr<LoadedPlugins> plugins = LoadPlugins(sources);
  if (!plugins.ok()) {
    console.PrintError(ForCommandLine(ToStd(plugins.status().message())), "");
    return kExitBad;
  }
  const PluginRegistry& registry = *plugins->registry;
  console.Print(options.json ? AsJson(registry) : AsTables(registry, console));
  return kExitOk;
}

}  // namespace

void AddPluginsList(CLI::App& parent, Action& action) {
  const auto options = std::make_shared<ListOptions>();
  CLI::App* command = AddCommand(
      parent, "list", "Show the plugins that can be configured, and the libraries that were refused", kExamples);
  command->add_flag("--json", options->json, "As JSON: {\"plugins\": [...], \"refused\": [...]}");
  AddPluginPathOption(*command, options->plugin_path);
  command->callback(
      [options, &action] { action = [options](Console& console) { return ListPlugins(*options, console); }; });
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
