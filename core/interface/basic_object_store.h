// core/interface/basic_object_store.h -- keeps the books of an object store, for authors who only say where bytes live.
//
// Life cycle, pins, metadata, charges, capacity and the host's memory budget are the same in every simple store. Here
// they are done; an author gives an ObjectMemory, and has a store that passes the conformance suite.
//
//   return std::make_unique<manta::BasicObjectStore>(host, capacity_bytes, std::make_unique<MyMemory>());
//
// Shapes    As object_store.h, without capabilities: nothing is cached, and nobody is told of a Seal.
// Units     Bytes.
// Threads   As object_store.h. The memory is called [one-at-a-time], under the store's lock.
// Cost      One lock for the whole store: right for large objects and few threads. plugins/object_store/heap is the
//           store to look at for more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/base/mutex.h"
#include "core/interface/host.h"
#include "core/interface/object_store.h"

namespace manta {

// Where the bytes of objects live.
class ObjectMemory {
 public:
  virtual ~ObjectMemory() = default;

  // Memory for an object of `size_bytes` > 0, at a multiple of ObjectStore::kAlignmentBytes; null: there is none.
  virtual std::byte* Allocate(uint64_t size_bytes) = 0;

  // Takes back what Allocate gave for the same size.
  virtual void Free(std::byte* memory, uint64_t size_bytes) = 0;
};

class BasicObjectStore final : public ObjectStore {
 public:
  // REQUIRES: memory is not null; host outlives the store.
  BasicObjectStore(const Host& host, uint64_t capacity_bytes, std::unique_ptr<ObjectMemory> memory);
  ~BasicObjectStore() override;

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
  struct Object {
    ObjectInfo info;
    std::byte* data = nullptr;
    std::vector<std::byte> metadata;
  };
  using Objects = std::unordered_map<ObjectId, Object>;

  // One step of the life cycle. Absent is kNotFound, the wrong state is kFailedPrecondition.
  absl::Status Move(ObjectId id, ObjectState from, ObjectState to);

  void Erase(Objects::iterator position) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const uint64_t capacity_bytes_;
  MemoryBudget& budget_;
  Mutex mutex_{"basic_object_store"};
  const std::unique_ptr<ObjectMemory> memory_ ABSL_PT_GUARDED_BY(mutex_);
  Objects objects_ ABSL_GUARDED_BY(mutex_);
  uint64_t used_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t open_count_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t sealed_count_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t pinned_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
