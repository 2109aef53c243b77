#include "plugins/object_store/tiered/tiered_store.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/text.h"
#include "glog/logging.h"

namespace manta {
namespace {

absl::Status Refuse(absl::StatusCode code, ObjectId id, std::string_view why) {
  return MakeStatus(code, "object ", id.ToHex(), " ", why);
}

absl::Status Absent(ObjectId id) {
  return Refuse(absl::StatusCode::kNotFound, id, "is absent: it was never made, or was deleted, aborted or evicted");
}

absl::Status SealedAlready(ObjectId id, std::string_view what_to_do) {
  return Refuse(absl::StatusCode::kFailedPrecondition, id, what_to_do);
}

}  // namespace

// Declared before the lock, so that files are removed after it.
class TieredStore::Sweeper {
 public:
  explicit Sweeper(Tiers& tiers) : tiers_(tiers) {}
  ~Sweeper() { tiers_.Sweep(); }
  Sweeper(const Sweeper&) = delete;
  Sweeper& operator=(const Sweeper&) = delete;

 private:
  Tiers& tiers_;
};

TieredStore::TieredStore(const Host& host, const TieredStoreOptions& options, TieredStoreParts parts)
    : capacity_bytes_(options.capacity_bytes),
      cache_bytes_max_(options.cache_bytes_max),
      tiers_(host, options.limits, std::move(parts.memory), std::move(parts.spilling), std::move(parts.directory),
             *this),
      cached_(host, tiers_.metrics().evicted, std::move(parts.eviction)) {
  CHECK_GT(capacity_bytes_, 0u);
  CHECK_GT(options.limits.disk_bytes_max, 0u);
  CHECK_GT(options.limits.file_bytes, 0u);
  tiers_.Start();
}

TieredStore::~TieredStore() {
  tiers_.Stop();
  MutexLock lock(tiers_.mutex);
  CHECK_EQ(pinned_count_, 0u) << "tiered store destroyed while objects are pinned: release them first";
  for (auto& [id, object] : objects_) {
    tiers_.FreeMemory(*object);
    tiers_.LeaveFile(*object);
  }
}

TieredObjectPtr TieredStore::FindInTable(ObjectId id) {
  const auto found = objects_.find(id);
  return found == objects_.end() ? nullptr : found->second;
}

TieredObject* TieredStore::Find(ObjectId id) {
  const auto found = objects_.find(id);
  return found == objects_.end() || found->second->state == ObjectState::kDeleted ? nullptr : found->second.get();
}

absl::StatusOr<TieredObject*> TieredStore::FindSealed(ObjectId id) {
  TieredObject* object = Find(id);
  if (object == nullptr) return Absent(id);
  if (object->state == ObjectState::kOpen) {
    return Refuse(absl::StatusCode::kNotFound, id, "is still open: seal it first");
  }
  return object;
}

// --- Making objects ---

absl::StatusOr<std::span<std::byte>> TieredStore::Create(ObjectId id, uint64_t size_bytes,
                                                         std::span<const std::byte> metadata) {
  if (id.nil()) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "the nil id names no object: give the object an id");
  }
  if (metadata.size() > kMetadataBytesMax) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "object ", id.ToHex(), " has ", metadata.size(),
                      " bytes of metadata, at most ", kMetadataBytesMax, " are allowed: put them into the data");
  }
  const uint64_t charge_bytes = ChargeBytes(size_bytes, metadata.size());
  Sweeper sweeper(tiers_);
  MutexLock lock(tiers_.mutex);
  // Whether an id is taken is not known before the Create that waits for its room has ended.
  for (auto other = creating_.find(id); other != creating_.end(); other = creating_.find(id)) {
    StoreWaiter waiter = tiers_.NewWaiter();
    other->second.push_back(&waiter);
    tiers_.Wait(waiter);
  }
  if (objects_.contains(id)) {
    return Refuse(absl::StatusCode::kAlreadyExists, id, "exists already: delete it, or release its last pin");
  }
  if (!TakeCapacity(charge_bytes)) {
    tiers_.metrics().refused.Add(1);
    return MakeStatus(absl::StatusCode::kResourceExhausted, "object ", id.ToHex(), " needs ", charge_bytes, " bytes, ",
                      free_bytes(), " are free of capacity_bytes ", capacity_bytes_, " (",
                      cached_.Stats().evictable_bytes, " more are evictable): raise it, or delete or cache objects");
  }
  absl::StatusOr<Room> room = tiers_.TryRoom(id, size_bytes, metadata);
  if (absl::IsResourceExhausted(room.status())) {
    creating_[id];
    room = tiers_.WaitForRoom(id, size_bytes, metadata);
    const auto mine = creating_.find(id);
    for (StoreWaiter* other : mine->second) tiers_.Wake(*other);
    creating_.erase(mine);
  }
  reserved_bytes_ -= charge_bytes;
  if (!room.ok()) {
    tiers_.metrics().refused.Add(1);
    return room.status();
  }
  auto object = std::make_shared<TieredObject>(id, size_bytes, metadata.size());
  object->inner_id = room->inner_id;
  objects_.emplace(id, std::move(object));
  used_bytes_ += charge_bytes;
  ++open_count_;
  return room->data;
}

bool TieredStore::TakeCapacity(uint64_t charge_bytes) {
  if (charge_bytes > free_bytes() && charge_bytes - free_bytes() > cached_.Stats().evictable_bytes) return false;
  while (charge_bytes > free_bytes()) {
    if (!EvictOne()) return false;  // The policy broke its contract.
  }
  reserved_bytes_ += charge_bytes;
  return true;
}

bool TieredStore::EvictOne() {
  while (const std::optional<ObjectId> chosen = cached_.Choose()) {
    const auto found = objects_.find(*chosen);
    if (found == objects_.end() || !found->second->cached || found->second->held()) {
      cached_.Distrust(*chosen);
      return false;
    }
    const TieredObjectPtr object = found->second;
    object->cached = false;  // The policy has forgotten it.
    cached_.Evicted(object->charge_bytes());
    Forget(*object);
    object->state = ObjectState::kDeleted;
    --sealed_count_;
    Retire(object);
    if (object->charge_bytes() != 0) return true;
  }
  return false;
}

void TieredStore::TrimCache() {
  while (cached_.Stats().evictable_bytes > cache_bytes_max_) {
    if (!EvictOne()) return;  // The policy broke its contract.
  }
}

absl::Status TieredStore::Seal(ObjectId id) {
  std::vector<SealListener*> listeners;
  {
    MutexLock lock(tiers_.mutex);
    TieredObject* object = Find(id);
    if (object == nullptr) return Absent(id);
    if (object->state == ObjectState::kSealed) return SealedAlready(id, "is sealed already");
    if (absl::Status sealed = tiers_.Seal(*object); !sealed.ok()) return sealed;
    object->state = ObjectState::kSealed;
    --open_count_;
    ++sealed_count_;
    tiers_.MakeSpillable(*object);
    tiers_.WakeSpiller();
    if (const auto found = listeners_.find(id); found != listeners_.end()) {
      listeners = std::move(found->second);
      listeners_.erase(found);
    }
  }
  for (SealListener* listener : listeners) listener->OnSealed(id);
  return absl::OkStatus();
}

absl::Status TieredStore::Abort(ObjectId id) {
  MutexLock lock(tiers_.mutex);
  TieredObject* object = Find(id);
  if (object == nullptr) return Absent(id);
  if (object->state == ObjectState::kSealed) return SealedAlready(id, "is sealed already: delete it");
  --open_count_;
  Retire(objects_.at(id));
  return absl::OkStatus();
}

// --- Reading them ---

absl::StatusOr<ObjectView> TieredStore::Get(ObjectId id) {
  Sweeper sweeper(tiers_);
  MutexLock lock(tiers_.mutex);
  const absl::StatusOr<TieredObject*> found = FindSealed(id);
  if (!found.ok()) return found.status();
  if ((*found)->place != Place::kDisk && (*found)->place != Place::kRestoring) {
    Pin(**found);
    return (*found)->view;
  }
  const TieredObjectPtr object = objects_.at(id);  // May leave the table meanwhile.
  if (object->place == Place::kDisk) {
    if (absl::Status restored = Restore(object); !restored.ok()) return restored;
  } else {
    StoreWaiter waiter = tiers_.NewWaiter();
    object->waiters.push_back(&waiter);
    tiers_.Wait(waiter);
    if (!waiter.status.ok()) return waiter.status;
  }
  return object->view;
}

absl::Status TieredStore::Restore(const TieredObjectPtr& object) {
  const uint64_t charge_bytes = object->charge_bytes();
  object->place = Place::kRestoring;
  if (object->cached) cached_.Use(object->id, charge_bytes, /*first_pin=*/true);
  absl::Status status = tiers_.ReadBack(object);
  std::vector<StoreWaiter*> waiters = std::move(object->waiters);
  object->waiters.clear();
  if (object->gone) {
    // Deleted meanwhile: as if the Gets had come after that.
    if (!object->inner_id.nil()) tiers_.AddDying(-1);
    tiers_.FreeMemory(*object);
    tiers_.LeaveFile(*object);
    status = Absent(object->id);
  } else if (!status.ok()) {
    tiers_.FreeMemory(*object);
    object->place = Place::kDisk;
    if (object->cached) cached_.Unpin(object->id, charge_bytes);
    tiers_.metrics().read_failures.Add(1);
  } else {
    object->place = Place::kBoth;
    object->pin_count = 1 + waiters.size();
    ++pinned_count_;
    tiers_.MakeSpillable(*object);
    tiers_.metrics().read_objects.Add(1);
    tiers_.metrics().read_bytes.Add(charge_bytes);
  }
  for (StoreWaiter* waiter : waiters) {
    waiter->status = status;
    tiers_.Wake(*waiter);
  }
  return status;
}

absl::Status TieredStore::Release(ObjectId id) {
  Sweeper sweeper(tiers_);
  MutexLock lock(tiers_.mutex);
  const auto found = objects_.find(id);
  if (found == objects_.end()) return Absent(id);
  TieredObject& object = *found->second;
  if (object.pin_count == 0) {
    return Refuse(absl::StatusCode::kFailedPrecondition, id, "has no pin: release once for each get");
  }
  if (--object.pin_count != 0) return absl::OkStatus();
  --pinned_count_;
  if (object.state == ObjectState::kDeleted) {
    Retire(found->second);
    return absl::OkStatus();
  }
  if (object.spillable) tiers_.spillable().Unpin(id, object.charge_bytes());
  if (object.cached) {
    cached_.Unpin(id, object.charge_bytes());
    TrimCache();
  }
  tiers_.WakeSpiller();
  return absl::OkStatus();
}

absl::Status TieredStore::Delete(ObjectId id) {
  Sweeper sweeper(tiers_);
  MutexLock lock(tiers_.mutex);
  TieredObject* object = Find(id);
  if (object == nullptr) return Absent(id);
  if (object->state == ObjectState::kOpen) {
    return Refuse(absl::StatusCode::kFailedPrecondition, id, "is still open: abort it");
  }
  Forget(*object);
  object->state = ObjectState::kDeleted;
  --sealed_count_;
  if (object->pin_count == 0) {
    Retire(objects_.at(id));
  } else if (object->place == Place::kBoth) {
    tiers_.LeaveFile(*object);
    object->place = Place::kMemory;
  }
  return absl::OkStatus();
}

bool TieredStore::Contains(ObjectId id) {
  MutexLock lock(tiers_.mutex);
  const TieredObject* object = Find(id);
  return object != nullptr && object->state == ObjectState::kSealed;
}

absl::Status TieredStore::Cache(ObjectId id) {
  Sweeper sweeper(tiers_);
  MutexLock lock(tiers_.mutex);
  const absl::StatusOr<TieredObject*> object = FindSealed(id);
  if (!object.ok()) return object.status();
  if (!std::exchange((*object)->cached, true)) cached_.Insert(id, (*object)->charge_bytes(), (*object)->held());
  TrimCache();
  return absl::OkStatus();
}

absl::Status TieredStore::Uncache(ObjectId id) {
  MutexLock lock(tiers_.mutex);
  const absl::StatusOr<TieredObject*> object = FindSealed(id);
  if (!object.ok()) return object.status();
  if (std::exchange((*object)->cached, false)) cached_.Erase(id, (*object)->charge_bytes(), (*object)->held());
  return absl::OkStatus();
}

absl::Status TieredStore::Subscribe(ObjectId id, SealListener* listener) {
  if (id.nil() || listener == nullptr) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "wanted are an object's id and a listener: ",
                      id.nil() ? "the id is nil" : "the listener is null");
  }
  {
    MutexLock lock(tiers_.mutex);
    const TieredObject* object = Find(id);
    if (object == nullptr || object->state == ObjectState::kOpen) {
      listeners_[id].push_back(listener);
      return absl::OkStatus();
    }
  }
  listener->OnSealed(id);
  return absl::OkStatus();
}

absl::Status TieredStore::Unsubscribe(ObjectId id, SealListener* listener) {
  MutexLock lock(tiers_.mutex);
  if (const auto found = listeners_.find(id); found != listeners_.end()) {
    std::vector<SealListener*>& listeners = found->second;
    if (const auto one = std::find(listeners.begin(), listeners.end(), listener); one != listeners.end()) {
      listeners.erase(one);
      if (listeners.empty()) listeners_.erase(found);
      return absl::OkStatus();
    }
  }
  return Refuse(absl::StatusCode::kNotFound, id, "has no such subscription: never made, or called already");
}

// --- What all of them share ---

void TieredStore::Pin(TieredObject& object) {
  const bool first_pin = object.pin_count++ == 0;
  if (first_pin) ++pinned_count_;
  if (object.cached) cached_.Use(object.id, object.charge_bytes(), first_pin);
  if (object.spillable) tiers_.spillable().Use(object.id, object.charge_bytes(), first_pin);
}

void TieredStore::Forget(TieredObject& object) {
  if (std::exchange(object.cached, false)) cached_.Erase(object.id, object.charge_bytes(), object.held());
  tiers_.KeepFromSpilling(object);
}

void TieredStore::Retire(TieredObjectPtr object) {
  used_bytes_ -= object->charge_bytes();
  objects_.erase(object->id);
  if (object->place == Place::kSpilling || object->place == Place::kRestoring) {
    object->gone = true;
    if (object->place == Place::kRestoring && !object->inner_id.nil()) tiers_.AddDying(1);
    return;
  }
  tiers_.FreeMemory(*object);
  tiers_.LeaveFile(*object);
}

ObjectStoreStats TieredStore::Stats() {
  MutexLock lock(tiers_.mutex);
  const EvictionOrderStats cached = cached_.Stats();
  return {.capacity_bytes = capacity_bytes_,
          .used_bytes = used_bytes_,
          .open_count = open_count_,
          .sealed_count = sealed_count_,
          .pinned_count = pinned_count_,
          .cached_count = cached.entry_count,
          .cached_bytes = cached.entry_bytes,
          .evicted_count = cached.evicted_count};
}

uint64_t TieredStore::List(std::span<ObjectInfo> out) {
  std::vector<ObjectInfo> infos;
  {
    MutexLock lock(tiers_.mutex);
    if (out.empty()) return objects_.size();
    infos.reserve(objects_.size());
    for (const auto& [id, object] : objects_) {
      infos.push_back({.id = id,
                       .size_bytes = object->size_bytes,
                       .metadata_bytes = object->metadata_bytes,
                       .pin_count = object->pin_count,
                       .state = object->state,
                       .cached = object->cached ? 1u : 0u});
    }
  }
  std::sort(infos.begin(), infos.end(), [](const ObjectInfo& a, const ObjectInfo& b) { return a.id < b.id; });
  std::copy_n(infos.begin(), std::min(infos.size(), out.size()), out.begin());
  return infos.size();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
