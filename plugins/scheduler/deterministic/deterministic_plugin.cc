#include <cstddef>
#include <limits>
#include <memory>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/text.h"
#include "core/interface/basic_scheduler.h"
#include "core/interface/host.h"
#include "core/interface/scheduler.h"
#include "core/plugin/export.h"
#include "plugins/scheduler/deterministic/deterministic_config.pb.h"
#include "plugins/scheduler/deterministic/random_order.h"

namespace {

using manta::plugins::scheduler::deterministic::v1::DeterministicConfig;

absl::StatusOr<std::unique_ptr<manta::Scheduler>> MakeDeterministicScheduler(const manta::Host& host,
                                                                             std::span<const std::byte> config_bytes) {
  DeterministicConfig config;
  if (config_bytes.size() > std::numeric_limits<int>::max() ||
      !config.ParseFromArray(config_bytes.data(), static_cast<int>(config_bytes.size()))) {
    return manta::MakeStatus(absl::StatusCode::kInvalidArgument, "the config's ", config_bytes.size(),
                             " bytes are no DeterministicConfig: give one");
  }
  const uint64_t seed = config.has_seed() ? config.seed() : host.random().Next();
  return std::make_unique<manta::BasicScheduler<manta::RandomOrder>>(manta::RandomOrder(seed));
}

}  // namespace

MANTA_PLUGIN(manta::Scheduler, MakeDeterministicScheduler, .name = "manta.scheduler.deterministic",
             .summary = "Runs tasks in an order that a seed decides",
             .config_type = "manta.plugins.scheduler.deterministic.v1.DeterministicConfig",
             .status = manta::abi::PluginStatus::kAlpha)

// SPDX-License-Identifier: Apache-2.0
