#include <cstddef>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/interface/scheduler.h"
#include "core/plugin/export.h"
#include "plugins/scheduler/work_stealing/work_stealing_scheduler.h"

namespace {

// There is nothing to configure: the manifest names no config type, so the kernel refuses any config before this.
absl::StatusOr<std::unique_ptr<manta::Scheduler>> MakeWorkStealingScheduler(const manta::Host& host,
                                                                            std::span<const std::byte>) {
  return std::make_unique<manta::WorkStealingScheduler>(host.random());
}

}  // namespace

MANTA_PLUGIN(manta::Scheduler, MakeWorkStealingScheduler, .name = "manta.scheduler.work_stealing",
             .summary = "Runs a worker's own tasks newest first, and takes others' oldest when it has none",
             .status = manta::abi::PluginStatus::kAlpha)

// SPDX-License-Identifier: Apache-2.0
