#include <cstddef>
#include <cstdint>
#include <limits>
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
#include "plugins/object_store/tiered/spill_directory.h"
#include "plugins/object_store/tiered/tiered_config.pb.h"
#include "plugins/object_store/tiered/tiered_store.h"

namespace {

absl::StatusOr<std::unique_ptr<manta::ObjectStore>> MakeTieredStore(const manta::Host& host,
                                                                    std::span<const std::byte> config) {
  manta::plugins::object_store::tiered::v1::TieredStoreConfig parsed;
  if (!parsed.ParseFromArray(config.data(), static_cast<int>(config.size()))) {
    return absl::InvalidArgumentError("the config's bytes are no TieredStoreConfig");
  }
  if (parsed.directory().empty()) {
    return absl::InvalidArgumentError("directory is empty: name one on the disk that is to take what memory does not");
  }
  if (parsed.capacity_bytes() == 0) {
    return absl::InvalidArgumentError("capacity_bytes is 0, at least 1 is wanted: leave it out for 16 GiB");
  }
  if (parsed.file_bytes() == 0) {
    return absl::InvalidArgumentError("file_bytes is 0, at least 1 is wanted: leave it out for 64 MiB");
  }
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  uint64_t disk_bytes_max = parsed.disk_bytes_max();
  if (disk_bytes_max == 0) disk_bytes_max = parsed.capacity_bytes() > kMax / 2 ? kMax : 2 * parsed.capacity_bytes();
  const manta::TieredStoreOptions options = {.capacity_bytes = parsed.capacity_bytes(),
                                             .cache_bytes_max = parsed.cache_bytes_max(),
                                             .limits = {.disk_bytes_max = disk_bytes_max,
                                                        .file_bytes = parsed.file_bytes(),
                                                        .spill_at_percent = parsed.spill_at_percent()}};
  manta::TieredStoreParts parts;
  auto memory = host.TakeInner<manta::ObjectStore>("memory");
  if (!memory.ok()) return memory.status();
  parts.memory = *std::move(memory);
  auto eviction = host.TakeInner<manta::EvictionPolicy>("eviction");
  if (!eviction.ok()) return eviction.status();
  parts.eviction = *std::move(eviction);
  auto spilling = host.TakeInner<manta::EvictionPolicy>("spilling");
  if (!spilling.ok()) return spilling.status();
  parts.spilling = *std::move(spilling);
  auto directory = manta::SpillDirectory::Make(host, parsed.directory());
  if (!directory.ok()) return manta::Annotate(directory.status(), "directory for spilled objects");
  parts.directory = *std::move(directory);
  return std::make_unique<manta::TieredStore>(host, options, std::move(parts));
}

constexpr manta::abi::InnerRole kInnerRoles[] = {
    {.role = "memory",
     .interface_name = "object_store",
     .interface_version = 1,
     .default_plugin = "manta.object_store.heap"},
    {.role = "eviction", .interface_name = "eviction", .interface_version = 1, .default_plugin = "manta.eviction.lru"},
    {.role = "spilling", .interface_name = "eviction", .interface_version = 1, .default_plugin = "manta.eviction.lru"},
};

}  // namespace

MANTA_PLUGIN(manta::ObjectStore, MakeTieredStore, .name = "manta.object_store.tiered",
             .summary = "Keeps objects in another store's memory, and on disk when that is short",
             .config_type = "manta.plugins.object_store.tiered.v1.TieredStoreConfig",
             .capabilities = manta::ObjectStore::kCapabilityCache | manta::ObjectStore::kCapabilitySubscribe |
                             manta::ObjectStore::kCapabilitySpill,
             .status = manta::abi::PluginStatus::kAlpha, .inner_roles = kInnerRoles)

// SPDX-License-Identifier: Apache-2.0
