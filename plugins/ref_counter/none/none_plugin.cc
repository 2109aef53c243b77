#include <cstddef>
#include <memory>
#include <span>

#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/interface/ref_counter.h"
#include "core/plugin/export.h"
#include "plugins/ref_counter/none/none_counter.h"

namespace {

// There is nothing to configure: the manifest names no config type, so the kernel refuses any config before this.
absl::StatusOr<std::unique_ptr<manta::RefCounter>> MakeNoneCounter(const manta::Host&, std::span<const std::byte>) {
  return std::make_unique<manta::NoneCounter>();
}

}  // namespace

MANTA_PLUGIN(manta::RefCounter, MakeNoneCounter, .name = "manta.ref_counter.none",
             .summary = "Lets an object die with this process's last reference to it",
             .status = manta::abi::PluginStatus::kWip)

// SPDX-License-Identifier: Apache-2.0
