#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/text.h"
#include "core/interface/eviction.h"
#include "core/interface/host.h"
#include "core/interface/object_store.h"
#include "core/plugin/export.h"
#include "plugins/object_store/heap/heap_config.pb.h"
#include "plugins/object_store/heap/heap_store.h"

namespace {

absl::StatusOr<std::unique_ptr<manta::ObjectStore>> MakeHeapStore(const manta::Host& host,
                                                                  std::span<const std::byte> config) {
  manta::plugins::object_store::heap::v1::HeapStoreConfig parsed;
  if (!parsed.ParseFromArray(config.data(), static_cast<int>(config.size()))) {
    return absl::InvalidArgumentError("the config's bytes are no HeapStoreConfig");
  }
  if (parsed.capacity_bytes() == 0) {
    return absl::InvalidArgumentError("capacity_bytes is 0, at least 1 is wanted: leave it out for 1 GiB");
  }
  if (parsed.shard_count() == 0 || parsed.shard_count() > manta::HeapStore::kShardCountMax) {
    return manta::MakeStatus(absl::StatusCode::kInvalidArgument, "shard_count is ", parsed.shard_count(),
                             ", wanted is 1 to ", manta::HeapStore::kShardCountMax, ": leave it out for 32");
  }
  absl::StatusOr<std::unique_ptr<manta::EvictionPolicy>> policy = host.TakeInner<manta::EvictionPolicy>("eviction");
  if (!policy.ok()) return policy.status();
  const manta::HeapStoreOptions options = {.capacity_bytes = parsed.capacity_bytes(),
                                           .shard_count = parsed.shard_count(),
                                           .kept_bytes_max = parsed.kept_bytes_max(),
                                           .cache_bytes_max = parsed.cache_bytes_max()};
  return std::make_unique<manta::HeapStore>(host, options, *std::move(policy));
}

constexpr manta::abi::InnerRole kInnerRoles[] = {
    {.role = "eviction", .interface_name = "eviction", .interface_version = 1, .default_plugin = "manta.eviction.lru"},
};

}  // namespace

MANTA_PLUGIN(manta::ObjectStore, MakeHeapStore, .name = "manta.object_store.heap",
             .summary = "Keeps objects in this process's memory",
             .config_type = "manta.plugins.object_store.heap.v1.HeapStoreConfig",
             .capabilities = manta::ObjectStore::kCapabilityCache | manta::ObjectStore::kCapabilitySubscribe,
             .status = manta::abi::PluginStatus::kAlpha, .inner_roles = kInnerRoles)

// SPDX-License-Identifier: Apache-2.0
