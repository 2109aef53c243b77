// core/config/config_sources.h -- all that a configuration is made from.
//
// Each source makes a layer; a later one wins:
//
//   defaults < file < environment < options < --manta_FIELD=VALUE < --manta_set=TEXT
//
// Shapes    The file is one: --manta_config, else options.config_file, else MANTA_CONFIG. Environment: MANTA_FIELD for
//           each field of KernelConfig (folders of MANTA_PLUGIN_PATH are separated by ":"), then MANTA_SET, a fragment
//           of config text. An empty variable counts as none. A slot's VALUE is a plugin's name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace manta {

// What a program sets in its source.
struct ConfigOptions {
  std::optional<std::string> config_file = std::nullopt;
  std::vector<std::string> plugin_path = {};  // Folders.
  std::vector<std::string> set = {};          // Fragments of config text, in order.
};

// One --manta_NAME=VALUE.
struct CommandLineSetting {
  std::string name;                  // Without "--manta_".
  std::optional<std::string> value;  // Nothing without "=".
};

struct ConfigSources {
  std::string executable;                          // The running program's file; "" if unknown.
  std::string working_directory;                   // Absolute: where the user's relative paths start.
  std::map<std::string, std::string> environment;  // Variables that are read: MANTA_*, RUNFILES_DIR, TEST_SRCDIR.
  ConfigOptions options;
  std::vector<CommandLineSetting> command_line;  // In order.
  uint64_t memory_bytes_max_default = 0;
};

// Takes executable, working directory (BUILD_WORKING_DIRECTORY under `bazel run`), environment and memory from this
// process.
ConfigSources ProcessSources(ConfigOptions options);

// Moves the --manta_* arguments from argv into the sources. "--" ends them, and stays.
void TakeCommandLine(int* argc, char** argv, ConfigSources& sources);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
