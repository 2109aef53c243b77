// core/kernel/plugin_search.h -- finds the folders that hold plugins, and the probe that tries unknown ones.
//
// Searched, in this order; the first library that brings a name keeps it:
//
//   plugin_path              every layer of the configuration; its libraries are probed first
//   runfiles                 under Bazel: every folder below a workspace's plugins/ folder; trusted
//   manta/plugins            beside libmanta.so: the installed plugins; trusted
//
// Runfiles are those of RUNFILES_DIR, TEST_SRCDIR, or the folder <executable>.runfiles. The probe is sought as
// manta/libexec/manta_probe beside libmanta.so, then in the runfiles.
//
// Threads   [any-thread]; reads the disk. [blocks]
#pragma once

#include <string>
#include <vector>

#include "core/config/config_sources.h"

namespace manta {

struct PluginPlaces {
  std::vector<std::string> trusted_folders;
  std::string probe_path;  // "" when there is none.
};

PluginPlaces FindPluginPlaces(const ConfigSources& sources);

// The folder that holds libmanta.so, symbolic links resolved; "" if the system does not say.
std::string RuntimeLibraryFolder();

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
