#include "core/plugin/plugin_registry.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/base/text.h"
#include "core/plugin/path_check.h"

namespace manta {
namespace {

constexpr size_t kRefusedShownMax = 5;

}  // namespace

PluginRegistry::PluginRegistry(PluginRegistryOptions options) : options_(std::move(options)) {}

absl::Status PluginRegistry::AddLibrary(std::string_view path, Trust trust) {
  absl::Status status = Add(path, trust);
  if (!status.ok()) refused_.push_back({.path = std::string(path), .reason = status});
  return status;
}

absl::Status PluginRegistry::AddDirectory(std::string_view path, Trust trust) {
  std::error_code error;
  std::vector<std::string> files;
  std::filesystem::directory_iterator entries(path, error);
  for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    if (entries->path().extension() == ".so") files.push_back(entries->path().string());
  }
  if (error == std::errc::no_such_file_or_directory) {
    return MakeStatus(absl::StatusCode::kNotFound, "plugin directory ", Quoted(path), " does not exist");
  }
  if (error) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "plugin directory ", Quoted(path),
                      " cannot be listed: ", error.message());
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) AddLibrary(file, trust).IgnoreError();  // Remembered in refused_.
  return absl::OkStatus();
}

absl::Status PluginRegistry::Add(std::string_view path, Trust trust) {
  // A file that is known already needs no second look: it is never unloaded, and its plugins stay the same.
  std::error_code error;
  const std::string resolved = std::filesystem::canonical(path, error).string();
  const bool known = std::any_of(plugins_.begin(), plugins_.end(),
                                 [&](const auto& plugin) { return plugin->library_path == resolved; });
  if (!error && known) return absl::OkStatus();

  absl::StatusOr<std::vector<PluginRecord>> loaded = LoadPluginLibrary(
      path, {.trust = trust, .probe_path = options_.probe_path, .probe_timeout_ms = options_.probe_timeout_ms});
  if (!loaded.ok()) return loaded.status();
  for (const PluginRecord& plugin : *loaded) {
    const auto twin =
        std::find_if(plugins_.begin(), plugins_.end(), [&](const auto& other) { return other->name == plugin.name; });
    if (twin != plugins_.end()) {
      return MakeStatus(absl::StatusCode::kAlreadyExists, ShownFileName(path), ": brings ", plugin.name, ", which ",
                        (*twin)->library_path, " has brought already: remove one of the two, or rename the plugin");
    }
  }
  for (PluginRecord& plugin : *loaded) plugins_.push_back(std::make_unique<PluginRecord>(std::move(plugin)));
  return absl::OkStatus();
}

const PluginRecord* PluginRegistry::Find(std::string_view interface_name, std::string_view name) const {
  for (const auto& plugin : plugins_) {
    if (plugin->name == name && plugin->interface_name == interface_name) return plugin.get();
  }
  return nullptr;
}

absl::Status PluginRegistry::Unknown(std::string_view interface_name, std::string_view name) const {
  std::vector<std::string> known;
  std::string elsewhere;
  for (const auto& plugin : plugins_) {
    if (plugin->interface_name == interface_name) known.push_back(plugin->name);
    if (plugin->name == name) elsewhere = Concat(" (it is of interface ", plugin->interface_name, ")");
  }
  std::vector<std::string> refused;
  for (const RefusedLibrary& library : refused_) {
    if (refused.size() == kRefusedShownMax) {
      refused.push_back(Concat("and ", refused_.size() - kRefusedShownMax, " more"));
      break;
    }
    refused.push_back(std::string(library.reason.message()));
  }
  return MakeStatus(absl::StatusCode::kNotFound, "no ", interface_name, " named ", Quoted(name), elsewhere,
                    "; known: ", Listed(known),
                    refused.empty() ? "" : "; refused: ", refused.empty() ? "" : Listed(refused),
                    DidYouMean(name, known));
}

std::vector<const PluginRecord*> PluginRegistry::plugins() const {
  std::vector<const PluginRecord*> all;
  for (const auto& plugin : plugins_) all.push_back(plugin.get());
  return all;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
