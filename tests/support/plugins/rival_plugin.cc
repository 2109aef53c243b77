// A store that claims the config type of test.object_store.outer, with another schema.
#include "core/plugin/export.h"
#include "tests/support/plugins/tiny_store.h"

namespace {

absl::StatusOr<std::unique_ptr<manta::ObjectStore>> MakeRival(const manta::Host& host, std::span<const std::byte>) {
  return std::make_unique<manta::TinyStore>(host);
}

}  // namespace

MANTA_PLUGIN(manta::ObjectStore, MakeRival, .name = "test.object_store.rival", .summary = "Claims a taken type",
             .config_type = "manta.test.outer.v1.OuterConfig")

// SPDX-License-Identifier: Apache-2.0
