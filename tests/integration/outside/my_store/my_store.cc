// my_store.cc -- an object store for Manta: a map and a lock. It caches nothing and tells nobody.
//
// docs/plugin_author/your_own_store.md explains it, and shows what stands between the markers.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/base/text.h"
#include "core/interface/host.h"
#include "core/interface/object_store.h"
#include "core/plugin/export.h"

//(begin store)
namespace {

using namespace manta;
using enum absl::StatusCode;
using enum ObjectState;

template <typename... Words>
absl::Status Refuse(absl::StatusCode code, ObjectId id, const Words&... words) {
  return MakeStatus(code, "object ", id.ToHex(), " ", words...);
}

class MyStore final : public ObjectStore {
 public:
  explicit MyStore(MemoryBudget& budget) : budget_(budget) {}
  ~MyStore() override { budget_.Release(used_bytes_); }

  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size,
                                              std::span<const std::byte> metadata) override {
    if (id.nil()) return Refuse(kInvalidArgument, id, "is the nil id: draw a real one");
    if (metadata.size() > kMetadataBytesMax) {
      return Refuse(kInvalidArgument, id, "has over ", kMetadataBytesMax, " bytes of metadata: put them into the data");
    }
    std::lock_guard lock(mutex_);
    if (objects_.contains(id)) return Refuse(kAlreadyExists, id, "exists: Delete it and release its pins first");
    const uint64_t charge = ChargeBytes(size, metadata.size());
    if (charge > kCapacityBytes - used_bytes_) {
      return Refuse(kResourceExhausted, id, "needs ", charge, " of ", kCapacityBytes, " bytes, and ", used_bytes_,
                    " are used: Delete others");
    }
    std::unique_ptr<Unit[]> units(new (std::nothrow) Unit[size / kAlignmentBytes + 1]);
    if (units == nullptr) return Refuse(kResourceExhausted, id, "found no memory: give the machine more");
    if (absl::Status full = budget_.Reserve(charge); !full.ok()) return Annotate(full, id.ToHex());
    const std::span<std::byte> data(units[0].bytes, size);
    objects_[id] = {{id, size, metadata.size()}, std::move(units), {metadata.begin(), metadata.end()}};
    used_bytes_ += charge;
    ++counts_[kOpen];
    return data;
  }
  absl::Status Seal(ObjectId id) override { return Move(id, kOpen, kSealed); }
  absl::Status Abort(ObjectId id) override { return Move(id, kOpen, kDeleted); }
  absl::Status Delete(ObjectId id) override { return Move(id, kSealed, kDeleted); }

  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    std::lock_guard lock(mutex_);
    const auto found = objects_.find(id);
    if (found == objects_.end() || found->second.info.state != kSealed) return Refuse(kNotFound, id, "is not sealed");
    auto& [info, units, metadata] = found->second;
    if (++info.pin_count == 1) ++pinned_count_;
    return ObjectView{{units[0].bytes, info.size_bytes}, metadata};
  }
  absl::Status Release(ObjectId id) override {
    std::lock_guard lock(mutex_);
    const auto found = objects_.find(id);
    if (found == objects_.end()) return Refuse(kNotFound, id, "is not here");
    ObjectInfo& info = found->second.info;
    if (info.pin_count == 0) return Refuse(kFailedPrecondition, id, "has no pin: Release once for each Get");
    if (--info.pin_count == 0) --pinned_count_;
    FreeIfDone(info);
    return absl::OkStatus();
  }
  bool Contains(ObjectId id) override {
    std::lock_guard lock(mutex_);
    const auto found = objects_.find(id);
    return found != objects_.end() && found->second.info.state == kSealed;
  }

  // What this store cannot do is refused, and left out of its capabilities below.
  absl::Status Cache(ObjectId id) override { return Refuse(kUnimplemented, id, "cannot be cached in this store"); }
  absl::Status Uncache(ObjectId id) override { return Cache(id); }
  absl::Status Subscribe(ObjectId id, SealListener*) override {
    return Refuse(kUnimplemented, id, "cannot be watched");
  }
  absl::Status Unsubscribe(ObjectId id, SealListener* listener) override { return Subscribe(id, listener); }

  ObjectStoreStats Stats() override {
    std::lock_guard lock(mutex_);
    return {kCapacityBytes, used_bytes_, counts_[kOpen], counts_[kSealed], pinned_count_};
  }
  uint64_t List(std::span<ObjectInfo> out) override {
    std::lock_guard lock(mutex_);
    std::vector<ObjectInfo> all;
    for (const auto& [id, object] : objects_) all.push_back(object.info);
    std::ranges::sort(all, {}, &ObjectInfo::id);
    std::ranges::copy_n(all.begin(), std::min(all.size(), out.size()), out.begin());
    return all.size();
  }

 private:
  struct alignas(kAlignmentBytes) Unit {
    std::byte bytes[kAlignmentBytes];
  };
  struct Object {
    ObjectInfo info;
    std::unique_ptr<Unit[]> units;
    std::vector<std::byte> metadata;
  };

  absl::Status Move(ObjectId id, ObjectState from, ObjectState to) {
    std::lock_guard lock(mutex_);
    const auto found = objects_.find(id);
    if (found == objects_.end() || found->second.info.state == kDeleted) return Refuse(kNotFound, id, "is not here");
    ObjectInfo& info = found->second.info;
    if (info.state != from) return Refuse(kFailedPrecondition, id, from == kOpen ? "is sealed" : "is open");
    --counts_[from], ++counts_[to];
    info.state = to;
    FreeIfDone(info);
    return absl::OkStatus();
  }
  void FreeIfDone(const ObjectInfo& info) {
    if (info.state != kDeleted || info.pin_count > 0) return;
    const uint64_t charge = ChargeBytes(info.size_bytes, info.metadata_bytes);
    budget_.Release(charge);
    used_bytes_ -= charge;
    objects_.erase(ObjectId(info.id));
  }

  static constexpr uint64_t kCapacityBytes = uint64_t{64} << 20;
  MemoryBudget& budget_;
  std::mutex mutex_;
  std::unordered_map<ObjectId, Object> objects_;
  std::map<ObjectState, uint64_t> counts_;
  uint64_t used_bytes_ = 0, pinned_count_ = 0;
};

absl::StatusOr<std::unique_ptr<ObjectStore>> MakeMyStore(const Host& host, std::span<const std::byte>) {
  return std::make_unique<MyStore>(host.memory());
}

}  // namespace

MANTA_PLUGIN(ObjectStore, MakeMyStore, .name = "example.object_store.mine", .summary = "Keeps objects in a map")
//(end store)

// SPDX-License-Identifier: Apache-2.0
