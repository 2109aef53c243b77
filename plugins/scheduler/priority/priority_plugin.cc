#include <cstddef>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "core/interface/basic_scheduler.h"
#include "core/interface/host.h"
#include "core/interface/scheduler.h"
#include "core/plugin/export.h"
#include "plugins/scheduler/priority/priority_order.h"

namespace {

// There is nothing to configure: the manifest names no config type, so the kernel refuses any config before this.
absl::StatusOr<std::unique_ptr<manta::Scheduler>> MakePriorityScheduler(const manta::Host&,
                                                                        std::span<const std::byte>) {
  return std::make_unique<manta::BasicScheduler<manta::PriorityOrder>>();
}

}  // namespace

MANTA_PLUGIN(manta::Scheduler, MakePriorityScheduler, .name = "manta.scheduler.priority",
             .summary = "Runs the task with the highest priority first, and equal ones in their order",
             .capabilities = manta::Scheduler::kCapabilityPriorities | manta::Scheduler::kCapabilityFifo,
             .status = manta::abi::PluginStatus::kAlpha)

// SPDX-License-Identifier: Apache-2.0
