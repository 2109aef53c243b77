#include <cstddef>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/interface/ref_counter.h"
#include "core/plugin/export.h"
#include "plugins/ref_counter/owner/owner_counter.h"

namespace {

// There is nothing to configure: the manifest names no config type, so the kernel refuses any config before this.
absl::StatusOr<std::unique_ptr<manta::RefCounter>> MakeOwnerCounter(const manta::Host& host,
                                                                    std::span<const std::byte>) {
  return std::make_unique<manta::OwnerCounter>(host);
}

}  // namespace

MANTA_PLUGIN(manta::RefCounter, MakeOwnerCounter, .name = "manta.ref_counter.owner",
             .summary = "Keeps an object until no process that is alive needs it, by the ownership protocol",
             .capabilities = manta::RefCounter::kCapabilityProtects | manta::RefCounter::kCapabilityTalks,
             .status = manta::abi::PluginStatus::kAlpha)

// SPDX-License-Identifier: Apache-2.0
