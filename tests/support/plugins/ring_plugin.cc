// A store whose inner role's default is the store itself: a configuration without end.
#include "core/plugin/export.h"
#include "tests/support/plugins/tiny_store.h"

namespace {

absl::StatusOr<std::unique_ptr<manta::ObjectStore>> MakeRing(const manta::Host& host, std::span<const std::byte>) {
  return std::make_unique<manta::TinyStore>(host);
}

constexpr manta::abi::InnerRole kRoles[] = {{"next", "object_store", 1, "test.object_store.ring"}};

}  // namespace

MANTA_PLUGIN(manta::ObjectStore, MakeRing, .name = "test.object_store.ring", .summary = "Holds itself",
             .inner_roles = kRoles)

// SPDX-License-Identifier: Apache-2.0
