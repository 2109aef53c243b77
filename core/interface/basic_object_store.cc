#include "core/interface/basic_object_store.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/base/text.h"
#include "core/interface/memory_budget.h"

namespace manta {
namespace {

template <typename... Words>
absl::Status Refuse(absl::StatusCode code, ObjectId id, const Words&... words) {
  return MakeStatus(code, "object ", id.ToHex(), " ", words...);
}
absl::Status Lacks(ObjectId id, std::string_view what) {
  return Refuse(absl::StatusCode::kUnimplemented, id, what, " in this store: use manta.object_store.heap");
}

}  // namespace

BasicObjectStore::BasicObjectStore(const Host& host, uint64_t capacity_bytes, std::unique_ptr<ObjectMemory> memory)
    : capacity_bytes_(capacity_bytes), budget_(host.memory()), memory_(std::move(memory)) {}

BasicObjectStore::~BasicObjectStore() {
  MutexLock lock(mutex_);
  while (!objects_.empty()) Erase(objects_.begin());
}

absl::StatusOr<std::span<std::byte>> BasicObjectStore::Create(ObjectId id, uint64_t size_bytes,
                                                              std::span<const std::byte> metadata) {
  if (id.nil()) return Refuse(absl::StatusCode::kInvalidArgument, id, "is the nil id: draw a real one");
  if (metadata.size() > kMetadataBytesMax) {
    return Refuse(absl::StatusCode::kInvalidArgument, id, "has ", metadata.size(), " bytes of metadata, at most ",
                  kMetadataBytesMax, " are allowed: put them into the data");
  }
  MutexLock lock(mutex_);
  if (objects_.contains(id)) {
    return Refuse(absl::StatusCode::kAlreadyExists, id, "exists: delete it, or release its last pin");
  }
  const uint64_t charge_bytes = ChargeBytes(size_bytes, metadata.size());
  if (charge_bytes > capacity_bytes_ - used_bytes_) {
    return Refuse(absl::StatusCode::kResourceExhausted, id, "needs ", charge_bytes, " bytes, ",
                  capacity_bytes_ - used_bytes_, " of ", capacity_bytes_, " are free: delete others");
  }
  if (absl::Status full = budget_.Reserve(charge_bytes); !full.ok()) return Annotate(full, id.ToHex());
  std::byte* data = size_bytes == 0 ? nullptr : memory_->Allocate(size_bytes);
  if (data == nullptr && size_bytes != 0) {
    budget_.Release(charge_bytes);
    return Refuse(absl::StatusCode::kResourceExhausted, id, "found no memory: free some");
  }
  Object& object = objects_[id];
  object.info = {.id = id, .size_bytes = size_bytes, .metadata_bytes = metadata.size()};
  object.data = data;
  object.metadata.assign(metadata.begin(), metadata.end());
  used_bytes_ += charge_bytes;
  ++open_count_;
  return std::span(data, size_bytes);
}

absl::Status BasicObjectStore::Seal(ObjectId id) { return Move(id, ObjectState::kOpen, ObjectState::kSealed); }
absl::Status BasicObjectStore::Abort(ObjectId id) { return Move(id, ObjectState::kOpen, ObjectState::kDeleted); }
absl::Status BasicObjectStore::Delete(ObjectId id) { return Move(id, ObjectState::kSealed, ObjectState::kDeleted); }

absl::StatusOr<ObjectView> BasicObjectStore::Get(ObjectId id) {
  MutexLock lock(mutex_);
  const auto found = objects_.find(id);
  if (found == objects_.end() || found->second.info.state != ObjectState::kSealed) {
    return Refuse(absl::StatusCode::kNotFound, id, "is not sealed here");
  }
  Object& object = found->second;
  if (++object.info.pin_count == 1) ++pinned_count_;
  return ObjectView{.data = {object.data, object.info.size_bytes}, .metadata = object.metadata};
}

absl::Status BasicObjectStore::Release(ObjectId id) {
  MutexLock lock(mutex_);
  const auto found = objects_.find(id);
  if (found == objects_.end()) return Refuse(absl::StatusCode::kNotFound, id, "is not here");
  ObjectInfo& info = found->second.info;
  if (info.pin_count == 0) {
    return Refuse(absl::StatusCode::kFailedPrecondition, id, "has no pin: release once for each get");
  }
  if (--info.pin_count == 0) --pinned_count_;
  if (info.pin_count == 0 && info.state == ObjectState::kDeleted) Erase(found);
  return absl::OkStatus();
}

bool BasicObjectStore::Contains(ObjectId id) {
  MutexLock lock(mutex_);
  const auto found = objects_.find(id);
  return found != objects_.end() && found->second.info.state == ObjectState::kSealed;
}

absl::Status BasicObjectStore::Cache(ObjectId id) { return Lacks(id, "cannot be cached"); }
absl::Status BasicObjectStore::Uncache(ObjectId id) { return Lacks(id, "cannot be cached"); }
absl::Status BasicObjectStore::Subscribe(ObjectId id, SealListener*) { return Lacks(id, "cannot be watched"); }
absl::Status BasicObjectStore::Unsubscribe(ObjectId id, SealListener*) { return Lacks(id, "cannot be watched"); }

ObjectStoreStats BasicObjectStore::Stats() {
  MutexLock lock(mutex_);
  return {.capacity_bytes = capacity_bytes_,
          .used_bytes = used_bytes_,
          .open_count = open_count_,
          .sealed_count = sealed_count_,
          .pinned_count = pinned_count_};
}

uint64_t BasicObjectStore::List(std::span<ObjectInfo> out) {
  std::vector<ObjectInfo> all;
  {
    MutexLock lock(mutex_);
    all.reserve(objects_.size());
    for (const auto& [id, object] : objects_) all.push_back(object.info);
  }
  std::ranges::sort(all, {}, &ObjectInfo::id);
  std::ranges::copy_n(all.begin(), static_cast<std::ptrdiff_t>(std::min(all.size(), out.size())), out.begin());
  return all.size();
}

absl::Status BasicObjectStore::Move(ObjectId id, ObjectState from, ObjectState to) {
  MutexLock lock(mutex_);
  const auto found = objects_.find(id);
  if (found == objects_.end() || found->second.info.state == ObjectState::kDeleted) {
    return Refuse(absl::StatusCode::kNotFound, id, "is not here");
  }
  ObjectInfo& info = found->second.info;
  if (info.state != from) {
    return Refuse(absl::StatusCode::kFailedPrecondition, id,
                  from == ObjectState::kOpen ? "is sealed already" : "is still open: abort it");
  }
  --(from == ObjectState::kOpen ? open_count_ : sealed_count_);
  if (to == ObjectState::kSealed) ++sealed_count_;
  info.state = to;
  if (to == ObjectState::kDeleted && info.pin_count == 0) Erase(found);
  return absl::OkStatus();
}

void BasicObjectStore::Erase(Objects::iterator position) {
  const Object& object = position->second;
  const uint64_t charge_bytes = ChargeBytes(object.info.size_bytes, object.info.metadata_bytes);
  if (object.data != nullptr) memory_->Free(object.data, object.info.size_bytes);
  budget_.Release(charge_bytes);
  used_bytes_ -= charge_bytes;
  objects_.erase(position);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
