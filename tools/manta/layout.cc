#include "tools/manta/layout.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace manta::tool {
namespace {

namespace fs = std::filesystem;

bool IsFolder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

// The folders in a folder, sorted.
std::vector<std::string> FoldersIn(const fs::path& folder) {
  std::vector<std::string> folders;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (IsFolder(entry->path())) folders.push_back(entry->path().string());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::string Existing(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) ? path.string() : std::string();
}

std::string FindProgram(const Layout& layout, const std::string& installed, const std::string& built) {
  if (!layout.libexec.empty()) {
    if (std::string path = Existing(fs::path(layout.libexec) / installed); !path.empty()) return path;
  }
  return layout.runfiles.empty() ? std::string() : Existing(fs::path(layout.runfiles) / built);
}

}  // namespace

Layout FindLayoutOf(const std::string& program) {
  Layout layout;
  const fs::path installed = fs::path(program).parent_path().parent_path() / "lib" / "manta";
  if (IsFolder(installed / "plugins")) layout.plugin_folders.push_back((installed / "plugins").string());
  if (IsFolder(installed / "libexec")) layout.libexec = (installed / "libexec").string();
  const fs::path runfiles = fs::path(program + ".runfiles") / "manta";
  if (IsFolder(runfiles)) {
    layout.runfiles = runfiles.string();
    for (const std::string& interface_folder : FoldersIn(runfiles / "plugins")) {
      for (const std::string& plugin_folder : FoldersIn(interface_folder))
        layout.plugin_folders.push_back(plugin_folder);
    }
  }
  return layout;
}

Layout FindLayout() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? Layout() : FindLayoutOf(program.string());
}

std::string FindProbe(const Layout& layout) { return FindProgram(layout, "manta_probe", "core/plugin/manta_probe"); }

std::string FindConformanceSuite(const Layout& layout, std::string_view interface_name) {
  const std::string name(interface_name);
  return FindProgram(layout, "conformance_" + name, "tests/conformance/" + name);
}

}  // namespace manta::tool

// SPDX-License-Identifier: Apache-2.0
