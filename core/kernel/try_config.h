// core/kernel/try_config.h -- says whether a program would start with a configuration, without starting one.
//
// Limits of a plugin's values are the plugin's alone: only its create knows them. So all plugins are made as a kernel
// makes them, without a runtime, and destroyed. They see the disk as it is, and what they change there never gets to it
// (dry_disk.h): so rights to write, and free room, are not found out.
//
// Threads   [any-thread]; starts the threads that plugins start. [blocks]
// Errors    Those of plugin_set.h and replace_file.h, with the origin of what is wrong.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "core/config/effective_config.h"
#include "core/interface/disk.h"

namespace manta {

absl::Status TryConfig(const EffectiveConfig& config, const std::string& working_directory);

// Where the timeline goes, absolute; "" if nowhere.
std::string TimelinePath(const EffectiveConfig& config, const std::string& working_directory);

// Whether the timeline could be written now, and not only when all is done.
absl::Status CheckTimeline(const EffectiveConfig& config, Disk& disk, const std::string& working_directory);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
