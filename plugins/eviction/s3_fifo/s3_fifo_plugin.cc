#include <cstddef>
#include <limits>
#include <memory>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/text.h"
#include "core/interface/eviction.h"
#include "core/interface/host.h"
#include "core/plugin/export.h"
#include "plugins/eviction/s3_fifo/s3_fifo_config.pb.h"
#include "plugins/eviction/s3_fifo/s3_fifo_policy.h"

namespace {

using manta::plugins::eviction::s3_fifo::v1::S3FifoConfig;

absl::Status CheckPercent(std::string_view field, uint64_t percent, uint64_t percent_min, uint64_t percent_max) {
  if (percent >= percent_min && percent <= percent_max) return absl::OkStatus();
  return manta::MakeStatus(absl::StatusCode::kInvalidArgument, "S3FifoConfig.", field, " is ", percent, ": set it to ",
                           percent_min, " to ", percent_max);
}

absl::StatusOr<std::unique_ptr<manta::EvictionPolicy>> MakeS3FifoPolicy(const manta::Host&,
                                                                        std::span<const std::byte> config_bytes) {
  S3FifoConfig config;
  if (config_bytes.size() > std::numeric_limits<int>::max() ||
      !config.ParseFromArray(config_bytes.data(), static_cast<int>(config_bytes.size()))) {
    return manta::MakeStatus(absl::StatusCode::kInvalidArgument, "the config's ", config_bytes.size(),
                             " bytes are no S3FifoConfig: give one");
  }
  absl::Status status = CheckPercent("small_percent", config.small_percent(), 1, 99);
  status.Update(CheckPercent("ghost_percent", config.ghost_percent(), 0, 100));
  if (!status.ok()) return status;
  return std::make_unique<manta::S3FifoPolicy>(
      manta::S3FifoOptions{.small_percent = config.small_percent(), .ghost_percent = config.ghost_percent()});
}

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, MakeS3FifoPolicy, .name = "manta.eviction.s3_fifo",
             .summary = "Evicts first what was not used again soon after it came",
             .config_type = "manta.plugins.eviction.s3_fifo.v1.S3FifoConfig",
             .status = manta::abi::PluginStatus::kAlpha)

// SPDX-License-Identifier: Apache-2.0
