#include "tests/conformance/object_store_model.h"

#include <algorithm>
#include <utility>

namespace manta::conformance {

using absl::StatusCode;

ModelObject* ObjectStoreModel::Find(ObjectId id) {
  const auto found = objects_.find(id);
  return found == objects_.end() || found->second.state == ObjectState::kDeleted ? nullptr : &found->second;
}

StatusCode ObjectStoreModel::Create(ObjectId id, uint64_t size_bytes, uint64_t metadata_bytes) const {
  if (id.nil() || metadata_bytes > ObjectStore::kMetadataBytesMax) return StatusCode::kInvalidArgument;
  if (objects_.contains(id)) return StatusCode::kAlreadyExists;
  uint64_t fixed_bytes = 0;
  for (const auto& [each, object] : objects_) fixed_bytes += object.evictable() ? 0 : object.charge_bytes();
  const bool fits = ObjectStore::ChargeBytes(size_bytes, metadata_bytes) <= capacity_bytes_ - fixed_bytes;
  return fits ? StatusCode::kOk : StatusCode::kResourceExhausted;
}

std::string ObjectStoreModel::Created(ObjectId id, uint64_t size_bytes, uint64_t metadata_bytes, uint64_t tag,
                                      const std::set<ObjectId>& evicted) {
  const ModelObject created{size_bytes, metadata_bytes, tag, 0, ObjectState::kOpen, false};
  const uint64_t free_before_bytes = capacity_bytes_ - Stats().used_bytes;
  uint64_t freed_bytes = 0, largest_bytes = 0;
  for (const ObjectId each : evicted) {
    const ModelObject& object = objects_.at(each);
    if (!object.evictable()) return "evicted " + each.ToHex() + ", which is pinned or not cached";
    freed_bytes += object.charge_bytes();
    largest_bytes = std::max(largest_bytes, object.charge_bytes());
    objects_.erase(each);
  }
  evicted_count_ += evicted.size();
  objects_[id] = created;
  if (created.charge_bytes() > free_before_bytes + freed_bytes) return "evicted too little";
  // In whatever order they went, before the last one there was not enough room.
  if (freed_bytes != 0 && free_before_bytes + freed_bytes - largest_bytes >= created.charge_bytes()) {
    return "evicted more than needed";
  }
  return "";
}

StatusCode ObjectStoreModel::Seal(ObjectId id) {
  ModelObject* object = Find(id);
  if (object == nullptr) return StatusCode::kNotFound;
  if (object->state == ObjectState::kSealed) return StatusCode::kFailedPrecondition;
  object->state = ObjectState::kSealed;
  calls_[id] += std::exchange(waiting_[id], 0);
  return StatusCode::kOk;
}

StatusCode ObjectStoreModel::Abort(ObjectId id) {
  ModelObject* object = Find(id);
  if (object == nullptr) return StatusCode::kNotFound;
  if (object->state == ObjectState::kSealed) return StatusCode::kFailedPrecondition;
  objects_.erase(id);
  return StatusCode::kOk;
}

StatusCode ObjectStoreModel::Get(ObjectId id) {
  ModelObject* object = Find(id);
  if (object == nullptr || object->state == ObjectState::kOpen) return StatusCode::kNotFound;
  ++object->pins;
  return StatusCode::kOk;
}

StatusCode ObjectStoreModel::Release(ObjectId id) {
  const auto found = objects_.find(id);
  if (found == objects_.end()) return StatusCode::kNotFound;
  if (found->second.pins == 0) return StatusCode::kFailedPrecondition;
  if (--found->second.pins == 0 && found->second.state == ObjectState::kDeleted) objects_.erase(found);
  return StatusCode::kOk;
}

StatusCode ObjectStoreModel::Delete(ObjectId id) {
  ModelObject* object = Find(id);
  if (object == nullptr) return StatusCode::kNotFound;
  if (object->state == ObjectState::kOpen) return StatusCode::kFailedPrecondition;
  object->state = ObjectState::kDeleted;
  object->cached = false;
  if (object->pins == 0) objects_.erase(id);
  return StatusCode::kOk;
}

StatusCode ObjectStoreModel::SetCached(ObjectId id, bool cached) {
  ModelObject* object = Find(id);
  if (object == nullptr || object->state == ObjectState::kOpen) return StatusCode::kNotFound;
  object->cached = cached;
  return StatusCode::kOk;
}

StatusCode ObjectStoreModel::Subscribe(ObjectId id) {
  if (id.nil()) return StatusCode::kInvalidArgument;
  const ModelObject* object = Find(id);
  ++(object != nullptr && object->state == ObjectState::kSealed ? calls_ : waiting_)[id];
  return StatusCode::kOk;
}

StatusCode ObjectStoreModel::Unsubscribe(ObjectId id) {
  uint64_t& waiting = waiting_[id];
  if (waiting == 0) return StatusCode::kNotFound;
  --waiting;
  return StatusCode::kOk;
}

uint64_t ObjectStoreModel::calls(ObjectId id) const {
  const auto found = calls_.find(id);
  return found == calls_.end() ? 0 : found->second;
}

ObjectStoreStats ObjectStoreModel::Stats() const {
  ObjectStoreStats stats{.capacity_bytes = capacity_bytes_, .evicted_count = evicted_count_};
  for (const auto& [id, object] : objects_) {
    stats.used_bytes += object.charge_bytes();
    stats.open_count += object.state == ObjectState::kOpen ? 1 : 0;
    stats.sealed_count += object.state == ObjectState::kSealed ? 1 : 0;
    stats.pinned_count += object.pins != 0 ? 1 : 0;
    stats.cached_count += object.cached ? 1 : 0;
    stats.cached_bytes += object.cached ? object.charge_bytes() : 0;
  }
  return stats;
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
