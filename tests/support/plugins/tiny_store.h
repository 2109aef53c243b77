// tests/support/plugins/tiny_store.h -- an object store in few lines, for tests of the kernel around it.
//
// One lock, one map, a fixed capacity; no cache and no subscriptions. It logs its making and its end through its host.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/mutex.h"
#include "core/interface/host.h"
#include "core/interface/object_store.h"

namespace manta {

class TinyStore final : public ObjectStore {
 public:
  static constexpr uint64_t kCapacityBytes = uint64_t{64} << 20;

  explicit TinyStore(const Host& host) : host_(host) { host_.Log(LogLevel::kWarning, "test.made", ""); }
  ~TinyStore() override { host_.Log(LogLevel::kWarning, "test.destroyed", ""); }

  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    MutexLock lock(mutex_);
    if (id.nil()) return absl::InvalidArgumentError("the id is nil");
    if (metadata.size() > kMetadataBytesMax) {
      return absl::InvalidArgumentError(id.ToHex() + " has " + std::to_string(metadata.size()) +
                                        " bytes of metadata, at most " + std::to_string(kMetadataBytesMax) +
                                        " are allowed");
    }
    if (objects_.contains(id)) return absl::AlreadyExistsError(id.ToHex() + " is there already");
    const uint64_t charge = ChargeBytes(size_bytes, metadata.size());
    if (charge > kCapacityBytes - used_bytes_) {
      return absl::ResourceExhaustedError(id.ToHex() + " needs " + std::to_string(charge) + " bytes, " +
                                          std::to_string(kCapacityBytes - used_bytes_) + " are free: delete objects");
    }
    used_bytes_ += charge;
    Object& object = objects_[id];
    object.size_bytes = size_bytes;
    object.units.resize((size_bytes + sizeof(Unit) - 1) / sizeof(Unit));
    object.metadata.assign(metadata.begin(), metadata.end());
    return Data(object);
  }

  absl::Status Seal(ObjectId id) override {
    MutexLock lock(mutex_);
    Object* object = Find(id);
    if (object == nullptr) return Absent(id);
    if (object->state != ObjectState::kOpen) return absl::FailedPreconditionError(id.ToHex() + " is sealed already");
    object->state = ObjectState::kSealed;
    return absl::OkStatus();
  }

  absl::Status Abort(ObjectId id) override {
    MutexLock lock(mutex_);
    Object* object = Find(id);
    if (object == nullptr) return Absent(id);
    if (object->state != ObjectState::kOpen)
      return absl::FailedPreconditionError(id.ToHex() + " is sealed: use Delete");
    Erase(id);
    return absl::OkStatus();
  }

  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    MutexLock lock(mutex_);
    Object* object = Find(id);
    if (object == nullptr || object->state != ObjectState::kSealed) return Absent(id);
    ++object->pin_count;
    return ObjectView{Data(*object), object->metadata};
  }

  absl::Status Release(ObjectId id) override {
    MutexLock lock(mutex_);
    const auto found = objects_.find(id);
    if (found == objects_.end()) return Absent(id);
    Object& object = found->second;
    if (object.pin_count == 0) return absl::FailedPreconditionError(id.ToHex() + " has no pin");
    if (--object.pin_count == 0 && object.state == ObjectState::kDeleted) Erase(id);
    return absl::OkStatus();
  }

  absl::Status Delete(ObjectId id) override {
    MutexLock lock(mutex_);
    Object* object = Find(id);
    if (object == nullptr) return Absent(id);
    if (object->state == ObjectState::kOpen) return absl::FailedPreconditionError(id.ToHex() + " is open: use Abort");
    object->state = ObjectState::kDeleted;
    if (object->pin_count == 0) Erase(id);
    return absl::OkStatus();
  }

  bool Contains(ObjectId id) override {
    MutexLock lock(mutex_);
    Object* object = Find(id);
    return object != nullptr && object->state == ObjectState::kSealed;
  }

  absl::Status Cache(ObjectId) override { return absl::UnimplementedError("no cache"); }
  absl::Status Uncache(ObjectId) override { return absl::UnimplementedError("no cache"); }
  absl::Status Subscribe(ObjectId, SealListener*) override { return absl::UnimplementedError("no subscriptions"); }
  absl::Status Unsubscribe(ObjectId, SealListener*) override { return absl::UnimplementedError("no subscriptions"); }

  ObjectStoreStats Stats() override {
    MutexLock lock(mutex_);
    ObjectStoreStats stats{.capacity_bytes = kCapacityBytes, .used_bytes = used_bytes_};
    for (const auto& [id, object] : objects_) {
      stats.open_count += object.state == ObjectState::kOpen;
      stats.sealed_count += object.state == ObjectState::kSealed;
      stats.pinned_count += object.pin_count > 0;
    }
    return stats;
  }

  uint64_t List(std::span<ObjectInfo> out) override {
    MutexLock lock(mutex_);
    uint64_t index = 0;
    for (const auto& [id, object] : objects_) {
      if (index < out.size()) {
        out[index] = {id, object.size_bytes, object.metadata.size(), object.pin_count, object.state, 0};
      }
      ++index;
    }
    return index;
  }

 private:
  struct alignas(kAlignmentBytes) Unit {
    std::byte bytes[kAlignmentBytes];
  };
  struct Object {
    uint64_t size_bytes = 0;
    std::vector<Unit> units;
    std::vector<std::byte> metadata;
    uint64_t pin_count = 0;
    ObjectState state = ObjectState::kOpen;
  };

  static std::span<std::byte> Data(Object& object) {
    return {reinterpret_cast<std::byte*>(object.units.data()), object.size_bytes};
  }
  static absl::Status Absent(ObjectId id) { return absl::NotFoundError(id.ToHex() + " is not there"); }

  // One that is open or sealed, or null.
  Object* Find(ObjectId id) {
    const auto found = objects_.find(id);
    return found == objects_.end() || found->second.state == ObjectState::kDeleted ? nullptr : &found->second;
  }

  void Erase(ObjectId id) {
    const auto found = objects_.find(id);
    used_bytes_ -= ChargeBytes(found->second.size_bytes, found->second.metadata.size());
    objects_.erase(found);
  }

  const Host& host_;
  Mutex mutex_{"tiny_store"};
  std::map<ObjectId, Object> objects_;
  uint64_t used_bytes_ = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
