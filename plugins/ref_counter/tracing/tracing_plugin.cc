#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/text.h"
#include "core/interface/host.h"
#include "core/interface/ref_counter.h"
#include "core/plugin/export.h"
#include "plugins/ref_counter/tracing/tracing_config.pb.h"
#include "plugins/ref_counter/tracing/tracing_counter.h"

namespace {

using manta::plugins::ref_counter::tracing::v1::TracingCounterConfig;

absl::Status CheckRange(std::string_view field, uint64_t value, uint64_t value_max) {
  if (value >= 1 && value <= value_max) return absl::OkStatus();
  return manta::MakeStatus(absl::StatusCode::kInvalidArgument, "TracingCounterConfig.", field, " is ", value,
                           ": set it to 1 to ", value_max);
}

absl::StatusOr<std::unique_ptr<manta::RefCounter>> MakeTracingCounter(const manta::Host& host,
                                                                      std::span<const std::byte> config_bytes) {
  TracingCounterConfig config;
  if (config_bytes.size() > std::numeric_limits<int>::max() ||
      !config.ParseFromArray(config_bytes.data(), static_cast<int>(config_bytes.size()))) {
    return manta::MakeStatus(absl::StatusCode::kInvalidArgument, "the config's ", config_bytes.size(),
                             " bytes are no TracingCounterConfig: give one");
  }
  absl::Status status = CheckRange("observe_one_in", config.observe_one_in(), 1'000'000'000);
  status.Update(CheckRange("objects_max", config.objects_max(), 100'000'000));
  status.Update(CheckRange("holders_max", config.holders_max(), 1'000));
  if (!status.ok()) return status;
  return std::make_unique<manta::TracingCounter>(
      host,
      manta::TracingOptions{.observe_one_in = config.observe_one_in(),
                            .limits = {.objects_max = config.objects_max(), .holders_max = config.holders_max()}});
}

}  // namespace

MANTA_PLUGIN(manta::RefCounter, MakeTracingCounter, .name = "manta.ref_counter.tracing",
             .summary = "Decides as owner does, and remembers who made each object and who holds it since when",
             .config_type = "manta.plugins.ref_counter.tracing.v1.TracingCounterConfig",
             .capabilities = manta::RefCounter::kCapabilityObservesAll | manta::RefCounter::kCapabilityProtects |
                             manta::RefCounter::kCapabilityTalks,
             .status = manta::abi::PluginStatus::kAlpha)

// SPDX-License-Identifier: Apache-2.0
