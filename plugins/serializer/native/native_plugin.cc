#include <cstddef>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/interface/serializer.h"
#include "core/plugin/export.h"
#include "plugins/serializer/native/native_serializer.h"

namespace {

// There is nothing to configure: the manifest names no config type, so the kernel refuses any config before this.
absl::StatusOr<std::unique_ptr<manta::Serializer>> MakeNativeSerializer(const manta::Host&,
                                                                        std::span<const std::byte>) {
  return std::make_unique<manta::NativeSerializer>();
}

}  // namespace

MANTA_PLUGIN(manta::Serializer, MakeNativeSerializer, .name = "manta.serializer.native",
             .summary = "Writes values as their bytes in memory, for the same architecture",
             .status = manta::abi::PluginStatus::kAlpha)

// SPDX-License-Identifier: Apache-2.0
