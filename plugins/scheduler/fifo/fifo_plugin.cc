#include <cstddef>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/interface/scheduler.h"
#include "core/plugin/export.h"
#include "plugins/scheduler/fifo/fifo_scheduler.h"

namespace {

// There is nothing to configure: the manifest names no config type, so the kernel refuses any config before this.
absl::StatusOr<std::unique_ptr<manta::Scheduler>> MakeFifoScheduler(const manta::Host&, std::span<const std::byte>) {
  return std::make_unique<manta::FifoScheduler>();
}

}  // namespace

MANTA_PLUGIN(manta::Scheduler, MakeFifoScheduler, .name = "manta.scheduler.fifo",
             .summary = "Runs tasks in the order in which they became ready",
             .capabilities = manta::Scheduler::kCapabilityFifo, .status = manta::abi::PluginStatus::kAlpha)

// SPDX-License-Identifier: Apache-2.0
