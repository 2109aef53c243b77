#include "core/runtime/stored_object.h"

#include <algorithm>
#include <cstdint>

#include "core/base/text.h"
#include "core/interface/described_value.h"
#include "core/interface/serializer.h"
#include "core/runtime/native_charge.h"
#include "core/runtime/shared_object.h"
#include "core/runtime/thread_state.h"
#include "core/runtime/value_router.h"

namespace manta {
namespace {

// Everything that was decoded is in memory already, and this process has written it: the store's capacity is limit
// enough.
constexpr ReadLimits kLimits = {.decode_bytes_max = UINT64_MAX};

// A value that was made of its bytes, and its charge.
struct RestoredValue {
  RestoredValue(std::shared_ptr<ValueRouter> router, const TypeDescriptor& type)
      : router(std::move(router)), value(type) {}
  ~RestoredValue() {
    value.Destroy();
    router->GiveBack(charged_bytes);
  }

  const std::shared_ptr<ValueRouter> router;
  TemporaryValue value;
  uint64_t charged_bytes = 0;
};

std::shared_ptr<const void> Fail(ErrorPtr* error, const absl::Status& status) {
  *error = ValueRouter::ErrorFor(status);
  return nullptr;
}

}  // namespace

InnerObjects::InnerObjects(ReferenceWatch* watch, ObjectId outer, std::vector<ReferenceWatch::InnerObject> objects)
    : objects_(std::move(objects)),
      outer_(outer),
      watch_(watch != nullptr && watch->protects() &&
                     std::all_of(objects_.begin(), objects_.end(),
                                 [watch](const auto& inner) { return inner.second->shell().watch() == watch; })
                 ? watch
                 : nullptr) {
  if (watch_ != nullptr) {
    watch_->Keep(outer_, objects_);
  } else {
    for (const auto& [id, object] : objects_) object->Retain();
  }
}

InnerObjects::~InnerObjects() {
  if (watch_ != nullptr) {
    watch_->LetGo(outer_, objects_);
  } else {
    for (const auto& [id, object] : objects_) object->Release();
  }
}

SharedObject* InnerObjects::Find(ObjectId id) {
  const auto found = std::lower_bound(objects_.begin(), objects_.end(), id,
                                      [](const auto& inner, ObjectId wanted) { return inner.first < wanted; });
  if (found == objects_.end() || found->first != id) return nullptr;
  if (watch_ != nullptr) {
    watch_->Read(outer_, *found->second);
  } else {
    found->second->Retain();
  }
  return found->second;
}

StoredObject::StoredObject(std::shared_ptr<ValueRouter> router, ObjectId id, uint64_t size_bytes,
                           std::shared_ptr<InnerObjects> inner, const StoredOrigin& origin)
    : router_(std::move(router)),
      id_(id),
      size_bytes_(size_bytes),
      origin_(origin),
      shard_(CurrentThread().shard % RuntimeShell::kShardCount),
      is_built_(false),
      inner_(std::move(inner)) {
  Enter();
}

StoredObject::StoredObject(std::shared_ptr<ValueRouter> router, BuiltBytes built, const StoredOrigin& origin)
    : router_(std::move(router)),
      id_(built.id()),
      size_bytes_(built.size_bytes()),
      origin_(origin),
      shard_(CurrentThread().shard % RuntimeShell::kShardCount),
      is_built_(true),
      built_(std::move(built)) {
  Enter();
}

void StoredObject::Enter() {
  router_->CountStored(1, static_cast<int64_t>(size_bytes_));
  router_->AddStored(*this);
}

StoredObject::~StoredObject() {
  router_->RemoveStored(*this);
  bool freed = false;
  {
    MutexLock lock(mutex_);
    freed = freed_ != nullptr;
  }
  if (!freed) Delete();
}

void StoredObject::Delete() {
  // It is absent if it was cached and evicted. A store that has lost another one broke its contract. What was built
  // goes with the last that looks at it.
  if (!is_built_) router_->stored().store->Delete(id_).IgnoreError();
  router_->CountStored(-1, -static_cast<int64_t>(size_bytes_));
}

bool StoredObject::Free(ErrorPtr error) {
  std::shared_ptr<InnerObjects> inner;  // Released without the lock.
  BuiltBytes built;
  {
    MutexLock lock(mutex_);
    if (freed_ != nullptr) return false;
    freed_ = std::move(error);
    inner = std::move(inner_);
    built = std::move(built_);
  }
  Delete();
  return true;
}

bool StoredObject::Cache() {
  {
    MutexLock lock(mutex_);
    if (freed_ != nullptr || inner_ != nullptr || is_built_) return false;
  }
  return router_->stored().store->Cache(id_).ok();
}

bool StoredObject::Uncache() { return router_->stored().store->Uncache(id_).ok(); }

std::shared_ptr<const void> StoredObject::View(const ValueType& type, ErrorPtr* error) {
  std::shared_ptr<InnerObjects> inner;
  BuiltBytes built;
  {
    MutexLock lock(mutex_);
    if (std::shared_ptr<const void> view = view_.lock(); view != nullptr) return view;
    if (freed_ != nullptr) {
      *error = freed_;
      return nullptr;
    }
    inner = inner_;
    built = built_;
  }
  // Without the lock: the value's own code runs.
  std::shared_ptr<const void> view = Read(type, inner.get(), built, error);
  MutexLock lock(mutex_);
  if (std::shared_ptr<const void> first = view_.lock(); first != nullptr) {  // Another thread's.
    *error = nullptr;
    return first;
  }
  if (freed_ != nullptr) {  // Meanwhile, and perhaps before it was read.
    *error = freed_;
    return nullptr;
  }
  if (view == nullptr) return nullptr;
  view_ = view;
  return view;
}

std::shared_ptr<const void> StoredObject::Read(const ValueType& type, InnerObjects* inner, const BuiltBytes& built,
                                               ErrorPtr* error) {
  const StoredType& stored = type.stored();
  const TypeDescriptor& descriptor = stored.descriptor;
  const auto restored = std::make_shared<RestoredValue>(router_, descriptor);
  void* const memory = restored->value.memory();
  if (memory == nullptr || (descriptor.construct != nullptr && !descriptor.construct(memory))) {
    return Fail(error, MakeStatus(absl::StatusCode::kResourceExhausted, "object ", id_.ToHex(), ": no memory for its ",
                                  descriptor.size_bytes, " bytes"));
  }
  if (descriptor.construct == nullptr) {
    return Fail(error, MakeStatus(absl::StatusCode::kUnimplemented, "object ", id_.ToHex(), ": a ", descriptor.name,
                                  " cannot be made of bytes, since it has no default value and does not move"));
  }
  restored->value.set_made();
  const absl::Status read = built.valid() ? built.View(*descriptor.blob, memory)
                                          : ReadStoredValue(router_->stored(), id_, stored, kLimits,
                                                            static_cast<ReferenceBinder*>(inner), memory);
  if (!read.ok()) return Fail(error, read);
  const void* const value = type.use_boxed != nullptr ? descriptor.choice->get(memory) : memory;
  if (value == nullptr) {
    return Fail(error, MakeStatus(absl::StatusCode::kInternal, "object ", id_.ToHex(), " holds no value"));
  }
  if (type.owned_bytes != nullptr) {
    if (const uint64_t bytes = type.owned_bytes(value); bytes >= NativeCharge::kBytesMin) {
      restored->charged_bytes = router_->Reserve(bytes).value_or(0);
    }
  }
  if (!built.valid()) router_->CountRestored();
  return std::shared_ptr<const void>(restored, value);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
