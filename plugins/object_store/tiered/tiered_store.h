// plugins/object_store/tiered/tiered_store.h -- keeps objects in an inner store's memory, and on disk when that is
// short.
//
// Sealed objects without pins are written to files when memory is needed, in the order of a policy, and read back by
// Get. Small ones share a file. Cached objects are spilled like all others, and evicted, by a policy of their own, only
// when all objects together reach capacity_bytes, or the disk takes no more.
//
// Threads   As the contract. Create, Get, Release and Delete may wait for the disk; Get also for another thread that
//           reads the same object back, and Create for one that makes an object of the same id.
// Memory    That of the inner store, its buffers (tiers.h), and about 400 bytes for each object.
// Errors    As the contract with kCapabilitySpill.
// Cost      One lock for the whole store, and the inner store's below it.
//
// Source    docs/adr/0023-tiered-store.md. Places and steps of an object: tiered_object.h. Between the tiers: tiers.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/base/mutex.h"
#include "core/interface/eviction.h"
#include "core/interface/eviction_order.h"
#include "core/interface/host.h"
#include "core/interface/object_store.h"
#include "plugins/object_store/tiered/spill_directory.h"
#include "plugins/object_store/tiered/tiered_object.h"
#include "plugins/object_store/tiered/tiers.h"

namespace manta {

struct TieredStoreOptions {
  uint64_t capacity_bytes = uint64_t{16} << 30;  // Charges of all objects, wherever they are.
  uint64_t cache_bytes_max = UINT64_MAX;         // Of cached, unpinned objects.
  TierLimits limits = {};
};

struct TieredStoreParts {
  std::unique_ptr<ObjectStore> memory;
  std::unique_ptr<EvictionPolicy> eviction;  // Which cached object is given up.
  std::unique_ptr<EvictionPolicy> spilling;  // Which object goes to disk.
  std::unique_ptr<SpillDirectory> directory;
};

class TieredStore final : public ObjectStore, private Tiers::Owner {
 public:
  // REQUIRES: all parts are there; capacity_bytes, disk_bytes_max and file_bytes are not 0.
  TieredStore(const Host& host, const TieredStoreOptions& options, TieredStoreParts parts);
  ~TieredStore() override;

  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override;
  absl::Status Seal(ObjectId id) override;
  absl::Status Abort(ObjectId id) override;
  absl::StatusOr<ObjectView> Get(ObjectId id) override;
  absl::Status Release(ObjectId id) override;
  absl::Status Delete(ObjectId id) override;
  bool Contains(ObjectId id) override;
  absl::Status Cache(ObjectId id) override;
  absl::Status Uncache(ObjectId id) override;
  absl::Status Subscribe(ObjectId id, SealListener* listener) override;
  absl::Status Unsubscribe(ObjectId id, SealListener* listener) override;
  ObjectStoreStats Stats() override;
  uint64_t List(std::span<ObjectInfo> out) override;

 private:
  class Sweeper;

  // Under the lock, though the base cannot say so.
  TieredObjectPtr FindInTable(ObjectId id) override ABSL_EXCLUSIVE_LOCKS_REQUIRED(tiers_.mutex);
  bool EvictOne() override ABSL_EXCLUSIVE_LOCKS_REQUIRED(tiers_.mutex);

  // The object, or null when it is absent or deleted.
  TieredObject* Find(ObjectId id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(tiers_.mutex);
  absl::StatusOr<TieredObject*> FindSealed(ObjectId id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(tiers_.mutex);

  // Takes a charge from the capacity for an object that is being made; evicts for it, or changes nothing.
  bool TakeCapacity(uint64_t charge_bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(tiers_.mutex);
  uint64_t free_bytes() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(tiers_.mutex) {
    return capacity_bytes_ - used_bytes_ - reserved_bytes_;
  }

  // Evicts what is cached beyond its limit.
  void TrimCache() ABSL_EXCLUSIVE_LOCKS_REQUIRED(tiers_.mutex);

  // Reads an object back and pins it, for the caller and for all who wait. Unlocks meanwhile. REQUIRES: it is kDisk.
  absl::Status Restore(const TieredObjectPtr& object) ABSL_EXCLUSIVE_LOCKS_REQUIRED(tiers_.mutex);

  void Pin(TieredObject& object) ABSL_EXCLUSIVE_LOCKS_REQUIRED(tiers_.mutex);

  // Takes an object from both policies.
  void Forget(TieredObject& object) ABSL_EXCLUSIVE_LOCKS_REQUIRED(tiers_.mutex);

  // Takes an unpinned object out of the table, and frees it unless a thread works on it.
  void Retire(TieredObjectPtr object) ABSL_EXCLUSIVE_LOCKS_REQUIRED(tiers_.mutex);

  const uint64_t capacity_bytes_;
  const uint64_t cache_bytes_max_;
  Tiers tiers_;  // Has the lock.
  EvictionOrder cached_;

  using ListenerMap = absl::flat_hash_map<ObjectId, std::vector<SealListener*>, std::hash<ObjectId>>;
  using WaiterMap = absl::flat_hash_map<ObjectId, std::vector<StoreWaiter*>, std::hash<ObjectId>>;
  using ObjectMap = absl::flat_hash_map<ObjectId, TieredObjectPtr, std::hash<ObjectId>>;

  ObjectMap objects_ ABSL_GUARDED_BY(tiers_.mutex);
  ListenerMap listeners_ ABSL_GUARDED_BY(tiers_.mutex);
  WaiterMap creating_
      ABSL_GUARDED_BY(tiers_.mutex);  // Ids whose Create waits for room, and Creates that wait for those.
  uint64_t used_bytes_ ABSL_GUARDED_BY(tiers_.mutex) = 0;
  uint64_t reserved_bytes_ ABSL_GUARDED_BY(tiers_.mutex) = 0;  // Of the capacity, for objects that are being made.
  uint64_t open_count_ ABSL_GUARDED_BY(tiers_.mutex) = 0;
  uint64_t sealed_count_ ABSL_GUARDED_BY(tiers_.mutex) = 0;
  uint64_t pinned_count_ ABSL_GUARDED_BY(tiers_.mutex) = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
