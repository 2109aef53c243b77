// tests/conformance/broken/reference_store.h -- the smallest store that keeps the whole contract, to be broken.
//
// One lock, one map, evicts by id. A broken store derives from it and overrides the one thing that it
// does wrong; what it may need is protected.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/text.h"
#include "core/interface/host.h"
#include "core/interface/object_store.h"

namespace manta::conformance {

class ReferenceStore : public ObjectStore {
 public:
  static constexpr uint64_t kCapacityBytes = uint64_t{20} << 20;

  explicit ReferenceStore(const Host& host) : budget_(host.memory()) {}
  ~ReferenceStore() override { budget_.Release(used_bytes_); }

  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    std::lock_guard lock(mutex_);
    if (id.nil() || metadata.size() > kMetadataBytesMax) {
      return Refuse(absl::StatusCode::kInvalidArgument, id,
                    Concat("has no id, or more metadata than ", kMetadataBytesMax));
    }
    if (objects_.contains(id)) return Refuse(absl::StatusCode::kAlreadyExists, id, "exists");
    const uint64_t charge_bytes = Charge(size_bytes, metadata.size());
    absl::Status status = MakeRoom(id, charge_bytes);
    if (!status.ok()) return status;
    Object& object = objects_[id];
    object.info = {.id = id, .size_bytes = size_bytes, .metadata_bytes = metadata.size()};
    object.units.reset(new Unit[size_bytes / kAlignmentBytes + 2]);
    object.metadata.assign(metadata.begin(), metadata.end());
    used_bytes_ += charge_bytes;
    return Data(object);
  }

  absl::Status Seal(ObjectId id) override {
    std::vector<SealListener*> listeners;
    {
      std::lock_guard lock(mutex_);
      Object* object = Find(id);
      if (object == nullptr) return Absent(id);
      if (object->info.state == ObjectState::kSealed) return Precondition(id, "is sealed");
      object->info.state = ObjectState::kSealed;
      listeners = std::exchange(listeners_[id], {});
    }
    for (SealListener* listener : listeners) listener->OnSealed(id);
    return absl::OkStatus();
  }

  absl::Status Abort(ObjectId id) override {
    std::lock_guard lock(mutex_);
    Object* object = Find(id);
    if (object == nullptr) return Absent(id);
    if (object->info.state == ObjectState::kSealed) return Precondition(id, "is sealed: delete it");
    Erase(id);
    return absl::OkStatus();
  }

  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    std::lock_guard lock(mutex_);
    Object* object = FindSealed(id);
    if (object == nullptr) return Absent(id);
    ++object->info.pin_count;
    return ObjectView{Data(*object), object->metadata};
  }

  absl::Status Release(ObjectId id) override {
    std::lock_guard lock(mutex_);
    const auto found = objects_.find(id);
    if (found == objects_.end()) return Absent(id);
    ObjectInfo& info = found->second.info;
    if (info.pin_count == 0) return Precondition(id, "has no pin");
    if (--info.pin_count == 0 && info.state == ObjectState::kDeleted) Erase(id);
    return absl::OkStatus();
  }

  absl::Status Delete(ObjectId id) override {
    std::lock_guard lock(mutex_);
    Object* object = Find(id);
    if (object == nullptr) return Absent(id);
    if (object->info.state == ObjectState::kOpen) return Precondition(id, "is open: abort it");
    object->info.state = ObjectState::kDeleted;
    object->info.cached = 0;
    if (object->info.pin_count == 0) Erase(id);
    return absl::OkStatus();
  }

  bool Contains(ObjectId id) override {
    std::lock_guard lock(mutex_);
    return FindSealed(id) != nullptr;
  }

  absl::Status Cache(ObjectId id) override { return SetCached(id, 1); }
  absl::Status Uncache(ObjectId id) override { return SetCached(id, 0); }

  absl::Status Subscribe(ObjectId id, SealListener* listener) override {
    if (id.nil() || listener == nullptr) return Refuse(absl::StatusCode::kInvalidArgument, id, "or listener is null");
    {
      std::lock_guard lock(mutex_);
      if (FindSealed(id) == nullptr) {
        listeners_[id].push_back(listener);
        return absl::OkStatus();
      }
    }
    listener->OnSealed(id);
    return absl::OkStatus();
  }

  absl::Status Unsubscribe(ObjectId id, SealListener* listener) override {
    std::lock_guard lock(mutex_);
    std::vector<SealListener*>& listeners = listeners_[id];
    const auto found = std::find(listeners.begin(), listeners.end(), listener);
    if (found == listeners.end()) return Absent(id);
    listeners.erase(found);
    return absl::OkStatus();
  }

  ObjectStoreStats Stats() override {
    std::lock_guard lock(mutex_);
    ObjectStoreStats stats{
        .capacity_bytes = kCapacityBytes, .used_bytes = used_bytes_, .evicted_count = evicted_count_};
    for (const auto& [id, object] : objects_) {
      stats.open_count += object.info.state == ObjectState::kOpen ? 1 : 0;
      stats.sealed_count += object.info.state == ObjectState::kSealed ? 1 : 0;
      stats.pinned_count += object.info.pin_count != 0 ? 1 : 0;
      stats.cached_count += object.info.cached;
      stats.cached_bytes += object.info.cached != 0 ? Charge(object) : 0;
    }
    return stats;
  }

  uint64_t List(std::span<ObjectInfo> out) override {
    std::lock_guard lock(mutex_);
    auto object = objects_.begin();
    for (uint64_t i = 0; i < std::min(out.size(), objects_.size()); ++i) out[i] = (object++)->second.info;
    return objects_.size();
  }

 protected:
  struct alignas(kAlignmentBytes) Unit {
    std::byte bytes[kAlignmentBytes];
  };
  struct Object {
    ObjectInfo info;
    std::unique_ptr<Unit[]> units;
    std::vector<std::byte> metadata;
  };

  // What broken stores override.
  virtual uint64_t Charge(uint64_t size_bytes, uint64_t metadata_bytes) const {
    return ChargeBytes(size_bytes, metadata_bytes);
  }
  virtual bool MayEvict(const Object& object) const { return object.info.cached != 0 && object.info.pin_count == 0; }
  virtual std::span<std::byte> Data(Object& object) { return {object.units[0].bytes, object.info.size_bytes}; }
  virtual absl::Status MakeRoom(ObjectId id, uint64_t charge_bytes) {
    uint64_t evictable_bytes = 0;
    for (const auto& [each, object] : objects_) evictable_bytes += MayEvict(object) ? Charge(object) : 0;
    if (charge_bytes > kCapacityBytes - used_bytes_ + evictable_bytes) return Full(id, charge_bytes);
    while (charge_bytes > kCapacityBytes - used_bytes_) EvictOne();
    return budget_.Reserve(charge_bytes).ok() ? absl::OkStatus() : Full(id, charge_bytes);
  }
  virtual void Erase(ObjectId id) {
    const uint64_t charge_bytes = Charge(objects_.at(id));
    used_bytes_ -= charge_bytes;
    budget_.Release(charge_bytes);
    objects_.erase(id);
  }

  static absl::Status Refuse(absl::StatusCode code, ObjectId id, std::string_view why) {
    return MakeStatus(code, "object ", id.ToHex(), " ", why);
  }
  static absl::Status Absent(ObjectId id) { return Refuse(absl::StatusCode::kNotFound, id, "is absent or open"); }
  static absl::Status Precondition(ObjectId id, std::string_view why) {
    return Refuse(absl::StatusCode::kFailedPrecondition, id, why);
  }
  static absl::Status Full(ObjectId id, uint64_t charge_bytes) {
    return Refuse(absl::StatusCode::kResourceExhausted, id,
                  Concat("needs ", charge_bytes, " of capacity ", kCapacityBytes));
  }
  uint64_t Charge(const Object& object) const { return Charge(object.info.size_bytes, object.info.metadata_bytes); }

  Object* Find(ObjectId id) {
    const auto found = objects_.find(id);
    return found == objects_.end() || found->second.info.state == ObjectState::kDeleted ? nullptr : &found->second;
  }
  Object* FindSealed(ObjectId id) {
    Object* object = Find(id);
    return object == nullptr || object->info.state == ObjectState::kOpen ? nullptr : object;
  }
  void EvictOne() {
    const auto chosen =
        std::find_if(objects_.begin(), objects_.end(), [this](const auto& each) { return MayEvict(each.second); });
    if (chosen == objects_.end()) return;
    ++evicted_count_;
    Erase(ObjectId(chosen->first));
  }

  MemoryBudget& budget_;
  std::mutex mutex_;
  std::map<ObjectId, Object> objects_;
  std::map<ObjectId, std::vector<SealListener*>> listeners_;
  uint64_t used_bytes_ = 0;
  uint64_t evicted_count_ = 0;

 private:
  absl::Status SetCached(ObjectId id, uint32_t cached) {
    std::lock_guard lock(mutex_);
    Object* object = FindSealed(id);
    if (object == nullptr) return Absent(id);
    object->info.cached = cached;
    return absl::OkStatus();
  }
};

// The function that MANTA_PLUGIN takes.
template <typename Store>
absl::StatusOr<std::unique_ptr<ObjectStore>> MakeStore(const Host& host, std::span<const std::byte>) {
  return std::make_unique<Store>(host);
}

inline constexpr uint64_t kAllCapabilities = ObjectStore::kCapabilityCache | ObjectStore::kCapabilitySubscribe;

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
