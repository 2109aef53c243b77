// plugins/object_store/heap/heap_store.h -- keeps objects in this process's own memory.
//
// Objects are spread over shards by their id, each with a lock, a hash table, and some bytes of capacity taken in
// advance ("ready"). Most calls take that one lock and no shared atomic. Only when a shard cannot get the bytes it
// needs does Create lock all shards, gather what they hold ready, and evict; there the whole store stands still, so
// what is evicted is exact: just enough, or nothing.
//
// Threads   As the contract. Locks are taken in this order: shards by index, then EvictionOrder's.
// Memory    One block per object (heap_object.h, heap_blocks.h).
// Cost      Uncached objects: one lock per call. Cached ones: EvictionOrder's lock as well, when the pin count leaves
//           or reaches 0 and at each Get.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/base/large_blocks.h"
#include "core/base/mutex.h"
#include "core/interface/eviction.h"
#include "core/interface/eviction_order.h"
#include "core/interface/host.h"
#include "core/interface/object_store.h"
#include "plugins/object_store/heap/heap_account.h"
#include "plugins/object_store/heap/heap_blocks.h"
#include "plugins/object_store/heap/heap_object.h"

namespace manta {

struct HeapStoreOptions {
  uint64_t capacity_bytes = uint64_t{1} << 30;
  uint32_t shard_count = 32;  // Rounded up to a power of two.
  uint64_t kept_bytes_max = LargeBlocks::kKeptBytesMax;
  uint64_t cache_bytes_max = UINT64_MAX;  // Of cached, unpinned objects.
};

class HeapStore final : public ObjectStore {
 public:
  // Evictions, Stats and List lock all shards, and ThreadSanitizer follows 64 locks of a thread.
  static constexpr uint32_t kShardCountMax = 32;

  // REQUIRES: capacity_bytes > 0, 0 < shard_count <= kShardCountMax.
  HeapStore(const Host& host, const HeapStoreOptions& options, std::unique_ptr<EvictionPolicy> policy);
  ~HeapStore() override;

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
  using ObjectMap = absl::flat_hash_map<ObjectId, HeapObjectPtr, std::hash<ObjectId>>;

  // Two cache lines apart, so that neighbours' locks do not share one.
  struct alignas(128) Shard {
    Mutex mutex{"heap_store.shard"};
    ObjectMap objects ABSL_GUARDED_BY(mutex);
    absl::flat_hash_map<ObjectId, std::vector<SealListener*>, std::hash<ObjectId>> listeners ABSL_GUARDED_BY(mutex);
    uint64_t ready_bytes ABSL_GUARDED_BY(mutex) = 0;  // Taken from account_, in no object.
    uint64_t used_bytes ABSL_GUARDED_BY(mutex) = 0;
    uint64_t open_count ABSL_GUARDED_BY(mutex) = 0;
    uint64_t sealed_count ABSL_GUARDED_BY(mutex) = 0;
    uint64_t pinned_count ABSL_GUARDED_BY(mutex) = 0;
  };
  class AllShardsLock;

  Shard& ShardOf(ObjectId id);

  // The object, or null when it is absent or deleted.
  static HeapObject* Find(Shard& shard, ObjectId id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);

  // Takes a charge from what the shard holds ready, or gets more.
  bool TakeReady(Shard& shard, uint64_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);

  // Puts a charge back; what is more than the shard needs ready goes to the account.
  void GiveReady(Shard& shard, uint64_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);

  // Accounts for a new object and puts it in; its charge was taken.
  static std::span<std::byte> Insert(Shard& shard, ObjectId id, HeapObjectPtr object)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);

  // Takes an unpinned object out and gives its charge back. The caller frees it after unlocking.
  HeapObjectPtr Remove(Shard& shard, ObjectMap::iterator position) ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);

  // Create when the shard found no room: locks everything, and evicts if it must.
  absl::StatusOr<std::span<std::byte>> CreateByEvicting(Shard& shard, ObjectId id, uint64_t size_bytes,
                                                        std::span<const std::byte> metadata);

  // Evicts what is cached beyond its limit. No shard is locked.
  void TrimCache();

  // Evicts one object and returns its charge; 0 when the policy has none to give. REQUIRES: all shards are locked.
  uint64_t EvictOne(std::vector<HeapObjectPtr>& evicted);

  const uint64_t ready_step_bytes_;
  const uint64_t cache_bytes_max_;
  HeapAccount account_;
  EvictionOrder cache_;
  Counter& full_counter_;
  HeapBlocks blocks_;
  std::vector<Shard> shards_;  // A power of two.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
