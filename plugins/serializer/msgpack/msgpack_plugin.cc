#include <cstddef>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/interface/serializer.h"
#include "core/plugin/export.h"
#include "plugins/serializer/msgpack/msgpack_serializer.h"

namespace {

// There is nothing to configure: the manifest names no config type, so the kernel refuses any config before this.
absl::StatusOr<std::unique_ptr<manta::Serializer>> MakeMsgpackSerializer(const manta::Host&,
                                                                         std::span<const std::byte>) {
  return std::make_unique<manta::MsgpackSerializer>();
}

}  // namespace

MANTA_PLUGIN(manta::Serializer, MakeMsgpackSerializer, .name = "manta.serializer.msgpack",
             .summary = "Writes values as MessagePack: small, self-describing, readable from other languages",
             .capabilities = manta::Serializer::kCapabilityEvolves | manta::Serializer::kCapabilitySelfDescribing,
             .status = manta::abi::PluginStatus::kAlpha)

// SPDX-License-Identifier: Apache-2.0
