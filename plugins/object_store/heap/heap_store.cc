#include "plugins/object_store/heap/heap_store.h"

#include <algorithm>
#include <bit>
#include <string_view>
#include <utility>

#include "core/base/text.h"
#include "glog/logging.h"

namespace manta {
namespace {

// What a shard holds ready beyond its need: enough for some hundred small objects, and little against the capacity: all
// shards together at most a thirty-second part of it.
constexpr uint64_t kReadyStepBytesMax = 32 << 10;
constexpr uint64_t kCapacityPartMin = 64;

// What is kept of freed medium blocks is at most this part of the capacity: memory that nobody uses.
constexpr uint64_t kMediumKeptPartMin = 8;

// Neighbouring ids that share a shard.
constexpr uint64_t kIdsPerBlock = 64;

absl::Status Refuse(absl::StatusCode code, ObjectId id, std::string_view why) {
  return MakeStatus(code, "object ", id.ToHex(), " ", why);
}

absl::Status Absent(ObjectId id) {
  return Refuse(absl::StatusCode::kNotFound, id, "is absent: it was never made, or was deleted, aborted or evicted");
}

absl::Status StillOpen(ObjectId id) { return Refuse(absl::StatusCode::kNotFound, id, "is still open: seal it first"); }

absl::Status SealedAlready(ObjectId id, std::string_view what_to_do) {
  return Refuse(absl::StatusCode::kFailedPrecondition, id, what_to_do);
}

}  // namespace

// Locks the shards by index.
class HeapStore::AllShardsLock {
 public:
  explicit AllShardsLock(std::vector<Shard>& shards) ABSL_NO_THREAD_SAFETY_ANALYSIS : shards_(shards) {
    for (Shard& shard : shards_) shard.mutex.Lock();
  }
  ~AllShardsLock() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    for (Shard& shard : shards_) shard.mutex.Unlock();
  }
  AllShardsLock(const AllShardsLock&) = delete;
  AllShardsLock& operator=(const AllShardsLock&) = delete;

 private:
  std::vector<Shard>& shards_;
};

HeapStore::HeapStore(const Host& host, const HeapStoreOptions& options, std::unique_ptr<EvictionPolicy> policy)
    : ready_step_bytes_(
          std::min(kReadyStepBytesMax, options.capacity_bytes / kCapacityPartMin / std::max(1u, options.shard_count))),
      cache_bytes_max_(options.cache_bytes_max),
      account_(host, options.capacity_bytes),
      cache_(host,
             host.metrics().GetCounter(
                 {.name = "store.evicted", .help = "Cached objects that stores gave up for room", .unit = "1"}),
             std::move(policy)),
      full_counter_(host.metrics().GetCounter(
          {.name = "store.full", .help = "Objects that heap stores refused for lack of room", .unit = "1"})),
      blocks_(options.kept_bytes_max, std::min(options.kept_bytes_max, options.capacity_bytes / kMediumKeptPartMin)),
      shards_(std::bit_ceil(options.shard_count)) {
  CHECK_GT(options.capacity_bytes, 0u);
  CHECK_GT(options.shard_count, 0u);
  CHECK_LE(options.shard_count, kShardCountMax);
}

HeapStore::~HeapStore() {
  for (Shard& shard : shards_) {
    MutexLock lock(shard.mutex);
    CHECK_EQ(shard.pinned_count, 0u) << "heap store destroyed while objects are pinned: release them first";
    account_.Give(shard.used_bytes + shard.ready_bytes);
  }
}

HeapStore::Shard& HeapStore::ShardOf(ObjectId id) {
  // Threads draw ids in blocks, so neighbours come from one thread: together in a shard they leave its lines in that
  // thread's cache. The hash tables use the id as a whole.
  const uint64_t block = id.worker() * 0xff51afd7ed558ccdu ^ id.sequence() / kIdsPerBlock;
  return shards_[(block * 0x9e3779b97f4a7c15u >> 48) & (shards_.size() - 1)];
}

HeapObject* HeapStore::Find(Shard& shard, ObjectId id) {
  const auto found = shard.objects.find(id);
  return found == shard.objects.end() || found->second->state == ObjectState::kDeleted ? nullptr : found->second.get();
}

bool HeapStore::TakeReady(Shard& shard, uint64_t bytes) {
  if (bytes <= shard.ready_bytes) {
    shard.ready_bytes -= bytes;
    return true;
  }
  // A large object is no reason to hold more ready.
  const uint64_t ready_after_bytes = bytes < ready_step_bytes_ ? ready_step_bytes_ : 0;
  if (account_.Take(bytes - shard.ready_bytes + ready_after_bytes) != Taken::kOk) return false;
  shard.ready_bytes = ready_after_bytes;
  return true;
}

void HeapStore::GiveReady(Shard& shard, uint64_t bytes) {
  shard.ready_bytes += bytes;
  const uint64_t keep_bytes = shard.objects.empty() ? 0 : ready_step_bytes_;
  if (shard.ready_bytes <= 2 * keep_bytes) return;
  account_.Give(shard.ready_bytes - keep_bytes);
  shard.ready_bytes = keep_bytes;
}

std::span<std::byte> HeapStore::Insert(Shard& shard, ObjectId id, HeapObjectPtr object) {
  shard.used_bytes += object->charge_bytes();
  ++shard.open_count;
  const std::span<std::byte> data = object->data();
  shard.objects[id] = std::move(object);
  return data;
}

HeapObjectPtr HeapStore::Remove(Shard& shard, ObjectMap::iterator position) {
  HeapObjectPtr object = std::move(position->second);
  shard.objects.erase(position);
  shard.used_bytes -= object->charge_bytes();
  GiveReady(shard, object->charge_bytes());
  return object;
}

absl::StatusOr<std::span<std::byte>> HeapStore::Create(ObjectId id, uint64_t size_bytes,
                                                       std::span<const std::byte> metadata) {
  if (id.nil()) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "the nil id names no object: give the object an id");
  }
  if (metadata.size() > kMetadataBytesMax) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "object ", id.ToHex(), " has ", metadata.size(),
                      " bytes of metadata, at most ", kMetadataBytesMax, " are allowed: put them into the data");
  }
  Shard& shard = ShardOf(id);
  {
    MutexLock lock(shard.mutex);
    if (shard.objects.contains(id)) {
      return Refuse(absl::StatusCode::kAlreadyExists, id, "exists already: delete it, or release its last pin");
    }
    const uint64_t charge_bytes = ChargeBytes(size_bytes, metadata.size());
    if (TakeReady(shard, charge_bytes)) {
      HeapObjectPtr object(HeapObject::Allocate(size_bytes, metadata, blocks_));
      if (object != nullptr) return Insert(shard, id, std::move(object));
      GiveReady(shard, charge_bytes);
    }
  }
  return CreateByEvicting(shard, id, size_bytes, metadata);
}

// All locks are held, which the analysis cannot see.
absl::StatusOr<std::span<std::byte>> HeapStore::CreateByEvicting(Shard& shard, ObjectId id, uint64_t size_bytes,
                                                                 std::span<const std::byte> metadata)
    ABSL_NO_THREAD_SAFETY_ANALYSIS {
  const uint64_t needed_bytes = ChargeBytes(size_bytes, metadata.size());
  std::vector<HeapObjectPtr> evicted;  // Freed after the locks.
  AllShardsLock lock(shards_);
  if (shard.objects.contains(id)) {
    return Refuse(absl::StatusCode::kAlreadyExists, id, "exists already: delete it, or release its last pin");
  }
  // What shards hold ready counts as free.
  for (Shard& each : shards_) {
    account_.Give(each.ready_bytes);
    each.ready_bytes = 0;
  }
  // Whatever evicting everything would not give must come from the account: taken first, so that afterwards evicting
  // is sure to be enough, whoever else draws on the budget.
  Taken taken = account_.Take(needed_bytes);
  uint64_t held_bytes = taken == Taken::kOk ? needed_bytes : 0;
  if (taken != Taken::kOk) {
    const uint64_t evictable_bytes = cache_.Stats().evictable_bytes;
    held_bytes = needed_bytes - std::min(evictable_bytes, needed_bytes);
    taken = account_.Take(held_bytes);
  }
  HeapObjectPtr object(taken == Taken::kOk ? HeapObject::Allocate(size_bytes, metadata, blocks_) : nullptr);
  if (object == nullptr) {
    full_counter_.Add(1);
    const uint64_t evictable_bytes = cache_.Stats().evictable_bytes;
    if (taken == Taken::kOk) account_.Give(held_bytes);
    return MakeStatus(absl::StatusCode::kResourceExhausted, "object ", id.ToHex(), " needs ", needed_bytes, " bytes, ",
                      taken == Taken::kOk ? "the system gives none: free some" : account_.Explain(taken), " (",
                      evictable_bytes, " more are evictable)");
  }
  while (held_bytes < needed_bytes) {
    const uint64_t gained_bytes = EvictOne(evicted);
    held_bytes += gained_bytes;
    if (held_bytes < needed_bytes && account_.Take(needed_bytes - held_bytes) == Taken::kOk) held_bytes = needed_bytes;
    if (gained_bytes == 0 && held_bytes < needed_bytes) break;  // The policy broke its contract.
  }
  if (held_bytes < needed_bytes) {
    account_.Give(held_bytes);
    return MakeStatus(absl::StatusCode::kResourceExhausted, "object ", id.ToHex(), " needs ", needed_bytes,
                      " bytes, and the eviction policy failed to choose what goes: use another one");
  }
  account_.Give(held_bytes - needed_bytes);
  return Insert(shard, id, std::move(object));
}

uint64_t HeapStore::EvictOne(std::vector<HeapObjectPtr>& evicted) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  while (const std::optional<ObjectId> chosen = cache_.Choose()) {
    Shard& shard = ShardOf(*chosen);
    const auto found = shard.objects.find(*chosen);
    if (found == shard.objects.end() || !found->second->cached || found->second->pin_count != 0) {
      cache_.Distrust(*chosen);
      return 0;
    }
    evicted.push_back(std::move(found->second));
    shard.objects.erase(found);
    const uint64_t charge_bytes = evicted.back()->charge_bytes();
    shard.used_bytes -= charge_bytes;
    --shard.sealed_count;
    cache_.Evicted(charge_bytes);
    if (charge_bytes != 0) return charge_bytes;
  }
  return 0;
}

void HeapStore::TrimCache() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  if (cache_.Stats().evictable_bytes <= cache_bytes_max_) return;
  std::vector<HeapObjectPtr> evicted;  // Freed after the locks.
  AllShardsLock lock(shards_);
  while (cache_.Stats().evictable_bytes > cache_bytes_max_) {
    const uint64_t gained_bytes = EvictOne(evicted);
    if (gained_bytes == 0) return;
    account_.Give(gained_bytes);
  }
}

absl::Status HeapStore::Seal(ObjectId id) {
  std::vector<SealListener*> listeners;
  Shard& shard = ShardOf(id);
  {
    MutexLock lock(shard.mutex);
    HeapObject* object = Find(shard, id);
    if (object == nullptr) return Absent(id);
    if (object->state == ObjectState::kSealed) return SealedAlready(id, "is sealed already");
    object->state = ObjectState::kSealed;
    --shard.open_count;
    ++shard.sealed_count;
    if (!shard.listeners.empty()) {
      if (const auto found = shard.listeners.find(id); found != shard.listeners.end()) {
        listeners = std::move(found->second);
        shard.listeners.erase(found);
      }
    }
  }
  for (SealListener* listener : listeners) listener->OnSealed(id);
  return absl::OkStatus();
}

absl::Status HeapStore::Abort(ObjectId id) {
  HeapObjectPtr gone;  // Freed after the lock.
  Shard& shard = ShardOf(id);
  MutexLock lock(shard.mutex);
  HeapObject* object = Find(shard, id);
  if (object == nullptr) return Absent(id);
  if (object->state == ObjectState::kSealed) return SealedAlready(id, "is sealed already: delete it");
  --shard.open_count;
  gone = Remove(shard, shard.objects.find(id));
  return absl::OkStatus();
}

absl::StatusOr<ObjectView> HeapStore::Get(ObjectId id) {
  Shard& shard = ShardOf(id);
  MutexLock lock(shard.mutex);
  HeapObject* object = Find(shard, id);
  if (object == nullptr) return Absent(id);
  if (object->state == ObjectState::kOpen) return StillOpen(id);
  const bool first_pin = object->pin_count++ == 0;
  if (first_pin) ++shard.pinned_count;
  if (object->cached) cache_.Use(id, object->charge_bytes(), first_pin);
  return ObjectView{.data = object->data(), .metadata = object->metadata()};
}

absl::Status HeapStore::Release(ObjectId id) {
  HeapObjectPtr gone;  // Freed after the lock.
  Shard& shard = ShardOf(id);
  {
    MutexLock lock(shard.mutex);
    const auto found = shard.objects.find(id);
    if (found == shard.objects.end()) return Absent(id);
    HeapObject& object = *found->second;
    if (object.pin_count == 0) {
      return Refuse(absl::StatusCode::kFailedPrecondition, id, "has no pin: release once for each get");
    }
    if (--object.pin_count != 0) return absl::OkStatus();
    --shard.pinned_count;
    if (object.state == ObjectState::kDeleted) gone = Remove(shard, found);
    if (gone != nullptr || !object.cached) return absl::OkStatus();
    cache_.Unpin(id, object.charge_bytes());
  }
  TrimCache();
  return absl::OkStatus();
}

absl::Status HeapStore::Delete(ObjectId id) {
  HeapObjectPtr gone;  // Freed after the lock.
  Shard& shard = ShardOf(id);
  MutexLock lock(shard.mutex);
  HeapObject* object = Find(shard, id);
  if (object == nullptr) return Absent(id);
  if (object->state == ObjectState::kOpen) {
    return Refuse(absl::StatusCode::kFailedPrecondition, id, "is still open: abort it");
  }
  --shard.sealed_count;
  if (std::exchange(object->cached, false)) cache_.Erase(id, object->charge_bytes(), object->pin_count != 0);
  object->state = ObjectState::kDeleted;
  if (object->pin_count == 0) gone = Remove(shard, shard.objects.find(id));
  return absl::OkStatus();
}

bool HeapStore::Contains(ObjectId id) {
  Shard& shard = ShardOf(id);
  MutexLock lock(shard.mutex);
  const HeapObject* object = Find(shard, id);
  return object != nullptr && object->state == ObjectState::kSealed;
}

absl::Status HeapStore::Cache(ObjectId id) {
  Shard& shard = ShardOf(id);
  {
    MutexLock lock(shard.mutex);
    HeapObject* object = Find(shard, id);
    if (object == nullptr) return Absent(id);
    if (object->state == ObjectState::kOpen) return StillOpen(id);
    if (!std::exchange(object->cached, true)) cache_.Insert(id, object->charge_bytes(), object->pin_count != 0);
  }
  TrimCache();
  return absl::OkStatus();
}

absl::Status HeapStore::Uncache(ObjectId id) {
  Shard& shard = ShardOf(id);
  MutexLock lock(shard.mutex);
  HeapObject* object = Find(shard, id);
  if (object == nullptr) return Absent(id);
  if (object->state == ObjectState::kOpen) return StillOpen(id);
  if (std::exchange(object->cached, false)) cache_.Erase(id, object->charge_bytes(), object->pin_count != 0);
  return absl::OkStatus();
}

absl::Status HeapStore::Subscribe(ObjectId id, SealListener* listener) {
  if (id.nil() || listener == nullptr) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "wanted are an object's id and a listener: ",
                      id.nil() ? "the id is nil" : "the listener is null");
  }
  Shard& shard = ShardOf(id);
  {
    MutexLock lock(shard.mutex);
    const HeapObject* object = Find(shard, id);
    if (object == nullptr || object->state == ObjectState::kOpen) {
      shard.listeners[id].push_back(listener);
      return absl::OkStatus();
    }
  }
  listener->OnSealed(id);
  return absl::OkStatus();
}

absl::Status HeapStore::Unsubscribe(ObjectId id, SealListener* listener) {
  Shard& shard = ShardOf(id);
  MutexLock lock(shard.mutex);
  const auto found = shard.listeners.find(id);
  if (found != shard.listeners.end()) {
    std::vector<SealListener*>& listeners = found->second;
    if (const auto one = std::find(listeners.begin(), listeners.end(), listener); one != listeners.end()) {
      listeners.erase(one);
      if (listeners.empty()) shard.listeners.erase(found);
      return absl::OkStatus();
    }
  }
  return Refuse(absl::StatusCode::kNotFound, id, "has no such subscription: never made, or called already");
}

ObjectStoreStats HeapStore::Stats() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  AllShardsLock lock(shards_);
  ObjectStoreStats stats{.capacity_bytes = account_.capacity_bytes()};
  for (const Shard& shard : shards_) {
    stats.used_bytes += shard.used_bytes;
    stats.open_count += shard.open_count;
    stats.sealed_count += shard.sealed_count;
    stats.pinned_count += shard.pinned_count;
  }
  const EvictionOrderStats cache = cache_.Stats();
  stats.cached_count = cache.entry_count;
  stats.cached_bytes = cache.entry_bytes;
  stats.evicted_count = cache.evicted_count;
  return stats;
}

uint64_t HeapStore::List(std::span<ObjectInfo> out) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  std::vector<ObjectInfo> infos;
  {
    AllShardsLock lock(shards_);
    uint64_t object_count = 0;
    for (const Shard& shard : shards_) object_count += shard.objects.size();
    if (out.empty()) return object_count;
    infos.reserve(object_count);
    for (const Shard& shard : shards_) {
      for (const auto& [id, object] : shard.objects) {
        infos.push_back({.id = id,
                         .size_bytes = object->size_bytes,
                         .metadata_bytes = object->metadata_bytes,
                         .pin_count = object->pin_count,
                         .state = object->state,
                         .cached = object->cached ? 1u : 0u});
      }
    }
  }
  std::sort(infos.begin(), infos.end(), [](const ObjectInfo& a, const ObjectInfo& b) { return a.id < b.id; });
  std::copy_n(infos.begin(), std::min(infos.size(), out.size()), out.begin());
  return infos.size();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
