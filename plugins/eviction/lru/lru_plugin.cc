#include <cstddef>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "core/interface/eviction.h"
#include "core/interface/host.h"
#include "core/plugin/export.h"
#include "plugins/eviction/lru/lru_policy.h"

namespace {

// There is nothing to configure: the manifest names no config type, so the kernel refuses any config before this.
absl::StatusOr<std::unique_ptr<manta::EvictionPolicy>> MakeLruPolicy(const manta::Host&, std::span<const std::byte>) {
  return std::make_unique<manta::LruPolicy>();
}

}  // namespace

MANTA_PLUGIN(manta::EvictionPolicy, MakeLruPolicy, .name = "manta.eviction.lru",
             .summary = "Evicts the entry that was used longest ago", .status = manta::abi::PluginStatus::kAlpha)

// SPDX-License-Identifier: Apache-2.0
