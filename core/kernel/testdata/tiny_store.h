// core/kernel/testdata/tiny_store.h -- a correct object store in few lines, for tests of the kernel around it.
//
// One lock, one map, no cache and no subscriptions. It logs its birth and death through its host.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/host.h"
#include "core/interface/object_store.h"

namespace manta {

class TinyStore final : public ObjectStore {
 public:
  explicit TinyStore(const Host& host) : host_(host) { host_.Log(LogLevel::kWarning, "test.made", ""); }
  ~TinyStore() override { host_.Log(LogLevel::kWarning, "test.destroyed", ""); }

  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    std::lock_guard lock(mutex_);
    if (id.nil()) return absl::InvalidArgumentError("nil id");
    if (objects_.contains(id)) return absl::AlreadyExistsError(id.ToHex());
    Object& object = objects_[id];
    object.size_bytes = size_bytes;
    object.units.resize((size_bytes + sizeof(Unit) - 1) / sizeof(Unit));
    object.metadata.assign(metadata.begin(), metadata.end());
    return Data(object);
  }

  absl::Status Seal(ObjectId id) override {
    std::lock_guard lock(mutex_);
    const auto found = objects_.find(id);
    if (found == objects_.end()) return absl::NotFoundError(id.ToHex());
    if (found->second.sealed) return absl::FailedPreconditionError(id.ToHex());
    found->second.sealed = true;
    return absl::OkStatus();
  }

  absl::Status Abort(ObjectId id) override { return Remove(id, /*sealed=*/false); }
  absl::Status Delete(ObjectId id) override { return Remove(id, /*sealed=*/true); }

  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    std::lock_guard lock(mutex_);
    const auto found = objects_.find(id);
    if (found == objects_.end() || !found->second.sealed) return absl::NotFoundError(id.ToHex());
    return ObjectView{Data(found->second), found->second.metadata};
  }

  absl::Status Release(ObjectId) override { return absl::OkStatus(); }
  bool Contains(ObjectId id) override { return Get(id).ok(); }
  absl::Status Cache(ObjectId) override { return absl::UnimplementedError("no cache"); }
  absl::Status Uncache(ObjectId) override { return absl::UnimplementedError("no cache"); }
  absl::Status Subscribe(ObjectId, SealListener*) override { return absl::UnimplementedError("no subscriptions"); }
  absl::Status Unsubscribe(ObjectId, SealListener*) override { return absl::UnimplementedError("no subscriptions"); }
  ObjectStoreStats Stats() override { return {}; }
  uint64_t List(std::span<ObjectInfo>) override { return 0; }

 private:
  struct alignas(kAlignmentBytes) Unit {
    std::byte bytes[kAlignmentBytes];
  };
  struct Object {
    uint64_t size_bytes = 0;
    std::vector<Unit> units;
    std::vector<std::byte> metadata;
    bool sealed = false;
  };

  static std::span<std::byte> Data(Object& object) {
    return {reinterpret_cast<std::byte*>(object.units.data()), object.size_bytes};
  }

  absl::Status Remove(ObjectId id, bool sealed) {
    std::lock_guard lock(mutex_);
    const auto found = objects_.find(id);
    if (found == objects_.end()) return absl::NotFoundError(id.ToHex());
    if (found->second.sealed != sealed) return absl::FailedPreconditionError(id.ToHex());
    objects_.erase(found);
    return absl::OkStatus();
  }

  const Host& host_;
  std::mutex mutex_;
  std::map<ObjectId, Object> objects_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
