#include <cstddef>
#include <limits>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "core/base/text.h"
#include "core/interface/host.h"
#include "core/interface/serializer.h"
#include "core/plugin/export.h"
#include "plugins/serializer/json/json_config.pb.h"
#include "plugins/serializer/json/json_serializer.h"

namespace {

using manta::plugins::serializer::json::v1::JsonConfig;

absl::StatusOr<std::unique_ptr<manta::Serializer>> MakeJsonSerializer(const manta::Host&,
                                                                      std::span<const std::byte> config_bytes) {
  JsonConfig config;
  if (config_bytes.size() > std::numeric_limits<int>::max() ||
      !config.ParseFromArray(config_bytes.data(), static_cast<int>(config_bytes.size()))) {
    return manta::MakeStatus(absl::StatusCode::kInvalidArgument, "the config's ", config_bytes.size(),
                             " bytes are no JsonConfig: give one");
  }
  if (config.indent() > manta::JsonSerializer::kIndentMax) {
    return manta::MakeStatus(absl::StatusCode::kInvalidArgument, "JsonConfig.indent is ", config.indent(),
                             ": set it to 0 to ", manta::JsonSerializer::kIndentMax);
  }
  return std::make_unique<manta::JsonSerializer>(config.indent());
}

}  // namespace

MANTA_PLUGIN(manta::Serializer, MakeJsonSerializer, .name = "manta.serializer.json",
             .summary = "Writes values as JSON: readable, lossless, for eyes and debugging",
             .config_type = "manta.plugins.serializer.json.v1.JsonConfig",
             .capabilities = manta::Serializer::kCapabilityEvolves | manta::Serializer::kCapabilitySelfDescribing,
             .status = manta::abi::PluginStatus::kAlpha)

// SPDX-License-Identifier: Apache-2.0
