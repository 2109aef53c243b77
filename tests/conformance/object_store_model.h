// tests/conformance/object_store_model.h -- the contract of object_store.h as a program of some sixty lines.
//
// Knows what each call must return and what the store must hold afterwards. What it cannot know is which objects a
// policy chooses to evict: it is told which went, and says whether they may have gone.
//
// Threads   [one-at-a-time].
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "core/base/ids.h"
#include "core/interface/object_store.h"

namespace manta::conformance {

struct ModelObject {
  uint64_t size_bytes = 0;
  uint64_t metadata_bytes = 0;
  uint64_t tag = 0;  // What the data holds.
  uint64_t pins = 0;
  ObjectState state = ObjectState::kOpen;
  bool cached = false;

  uint64_t charge_bytes() const { return ObjectStore::ChargeBytes(size_bytes, metadata_bytes); }
  bool evictable() const { return cached && pins == 0; }
};

class ObjectStoreModel {
 public:
  explicit ObjectStoreModel(uint64_t capacity_bytes) : capacity_bytes_(capacity_bytes) {}

  // What Create must return; the object is there only after Created.
  absl::StatusCode Create(ObjectId id, uint64_t size_bytes, uint64_t metadata_bytes) const;

  // Create was ok, and `evicted` went. Returns what is wrong about them, or "".
  std::string Created(ObjectId id, uint64_t size_bytes, uint64_t metadata_bytes, uint64_t tag,
                      const std::set<ObjectId>& evicted);

  absl::StatusCode Seal(ObjectId id);
  absl::StatusCode Abort(ObjectId id);
  absl::StatusCode Get(ObjectId id);
  absl::StatusCode Release(ObjectId id);
  absl::StatusCode Delete(ObjectId id);
  absl::StatusCode SetCached(ObjectId id, bool cached);
  absl::StatusCode Subscribe(ObjectId id);
  absl::StatusCode Unsubscribe(ObjectId id);

  // How often listeners for the id have been called.
  uint64_t calls(ObjectId id) const;

  ObjectStoreStats Stats() const;
  const std::map<ObjectId, ModelObject>& objects() const { return objects_; }

 private:
  // The object, or null when it is absent or deleted.
  ModelObject* Find(ObjectId id);

  const uint64_t capacity_bytes_;
  uint64_t evicted_count_ = 0;
  std::map<ObjectId, uint64_t> waiting_;  // Subscriptions.
  std::map<ObjectId, uint64_t> calls_;
  std::map<ObjectId, ModelObject> objects_;
};

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
