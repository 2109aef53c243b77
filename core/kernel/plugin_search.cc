#include "core/kernel/plugin_search.h"

#include <dlfcn.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace manta {
namespace {

namespace fs = std::filesystem;

bool IsFolder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

// The runfiles folders that exist, without repetition.
std::vector<fs::path> Runfiles(const ConfigSources& sources) {
  std::vector<fs::path> candidates;
  for (const char* variable : {"RUNFILES_DIR", "TEST_SRCDIR"}) {
    const auto found = sources.environment.find(variable);
    if (found != sources.environment.end() && !found->second.empty()) {
      candidates.push_back(fs::path(sources.working_directory) / found->second);
    }
  }
  if (!sources.executable.empty()) candidates.push_back(sources.executable + ".runfiles");
  std::vector<fs::path> folders;
  for (const fs::path& candidate : candidates) {
    std::error_code error;
    const fs::path resolved = fs::canonical(candidate, error);
    if (error || !IsFolder(resolved)) continue;
    if (std::find(folders.begin(), folders.end(), resolved) == folders.end()) folders.push_back(resolved);
  }
  return folders;
}

// The folders of a workspace in the runfiles, sorted.
std::vector<fs::path> Workspaces(const fs::path& runfiles) {
  std::vector<fs::path> workspaces;
  std::error_code error;
  for (fs::directory_iterator entry(runfiles, error), end; !error && entry != end; entry.increment(error)) {
    if (IsFolder(entry->path())) workspaces.push_back(entry->path());
  }
  std::sort(workspaces.begin(), workspaces.end());
  return workspaces;
}

// `top` and what lies below it, sorted; only folders that hold a library. Bazel's runfiles have no cycles of links.
void AddFoldersWithLibraries(const fs::path& top, std::vector<std::string>& folders) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(top, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().extension() == ".so") found.push_back(entry->path().parent_path().string());
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  folders.insert(folders.end(), found.begin(), found.end());
}

}  // namespace

std::string RuntimeLibraryFolder() {
  Dl_info info = {};
  // Any symbol of this library will do.
  static const char here = 0;
  if (dladdr(&here, &info) == 0 || info.dli_fname == nullptr) return "";
  std::error_code error;
  const fs::path library = fs::canonical(info.dli_fname, error);
  return error ? "" : library.parent_path().string();
}

PluginPlaces FindPluginPlaces(const ConfigSources& sources) {
  PluginPlaces places;
  std::vector<fs::path> probes;
  const std::string library_folder = RuntimeLibraryFolder();
  if (!library_folder.empty()) probes.push_back(fs::path(library_folder) / "manta/libexec/manta_probe");
  for (const fs::path& runfiles : Runfiles(sources)) {
    for (const fs::path& workspace : Workspaces(runfiles)) {
      AddFoldersWithLibraries(workspace / "plugins", places.trusted_folders);
      probes.push_back(workspace / "core/plugin/manta_probe");
    }
  }
  const fs::path installed = fs::path(library_folder) / "manta/plugins";
  if (!library_folder.empty() && IsFolder(installed)) places.trusted_folders.push_back(installed.string());
  for (const fs::path& probe : probes) {
    std::error_code error;
    if (!fs::is_regular_file(probe, error)) continue;
    places.probe_path = probe.string();
    break;
  }
  return places;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
