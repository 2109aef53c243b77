#include "core/kernel/try_config.h"

#include <filesystem>

#include "core/base/text.h"
#include "core/kernel/kernel_log.h"
#include "core/kernel/plugin_set.h"
#include "core/kernel/replace_file.h"
#include "core/kernel/system/dry_disk.h"
#include "core/kernel/world.h"

namespace manta {

std::string TimelinePath(const EffectiveConfig& config, const std::string& working_directory) {
  if (config.timeline.empty()) return "";
  return (std::filesystem::path(working_directory) / config.timeline).string();
}

absl::Status CheckTimeline(const EffectiveConfig& config, Disk& disk, const std::string& working_directory) {
  const std::string path = TimelinePath(config, working_directory);
  if (path.empty()) return absl::OkStatus();
  return Annotate(CheckReplaceable(disk, path), Concat(config.timeline_origin.ToString(), ": timeline"));
}

absl::Status TryConfig(const EffectiveConfig& config, const std::string& working_directory) {
  SetUpLogging();
  SystemWorld system(config.memory_bytes_max,
                     MemoryMarks{.high_percent = config.memory_high_percent, .low_percent = config.memory_low_percent});
  const World world = system.world();
  DryDisk disk(world.disk);
  if (absl::Status status = CheckTimeline(config, disk, working_directory); !status.ok()) return status;
  // Of plugins that log, too, the answer alone is wanted.
  return PluginSet({world.clock, world.random, world.executor, disk, world.metrics, world.memory}, config,
                   LogLevel::kError)
      .Make();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
