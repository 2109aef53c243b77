// A scheduler that forms a line: whoever came first is first.
#include "absl/status/statusor.h"
#include "core/interface/basic_scheduler.h"
#include "core/interface/fifo_order.h"
#include "core/interface/host.h"
#include "core/plugin/export.h"

namespace {

absl::StatusOr<std::unique_ptr<manta::Scheduler>> MakeLine(const manta::Host&, std::span<const std::byte>) {
  return std::make_unique<manta::BasicScheduler<manta::FifoOrder>>();
}

}  // namespace

MANTA_PLUGIN(manta::Scheduler, MakeLine, .name = "test.scheduler.line", .summary = "Whoever came first is first",
             .capabilities = manta::Scheduler::kCapabilityFifo)

// SPDX-License-Identifier: Apache-2.0
