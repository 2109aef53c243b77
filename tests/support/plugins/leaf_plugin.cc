// A store without config and without inner plugins.
#include "core/plugin/export.h"
#include "tests/support/plugins/tiny_store.h"

namespace {

absl::StatusOr<std::unique_ptr<manta::ObjectStore>> MakeLeaf(const manta::Host& host, std::span<const std::byte>) {
  return std::make_unique<manta::TinyStore>(host);
}

}  // namespace

MANTA_PLUGIN(manta::ObjectStore, MakeLeaf, .name = "test.object_store.leaf", .summary = "Holds nothing inside")

// SPDX-License-Identifier: Apache-2.0
