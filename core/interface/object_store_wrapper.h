// core/interface/object_store_wrapper.h -- forwards every call to another store.
//
// Faults, metrics and traces go around any store by overriding the one method they are about.
//
// Threads   As the inner store.
// Memory    The inner store is not owned, and outlives the wrapper.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "core/interface/object_store.h"

namespace manta {

class ObjectStoreWrapper : public ObjectStore {
 public:
  explicit ObjectStoreWrapper(ObjectStore& inner) : inner_(inner) {}

  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    return inner_.Create(id, size_bytes, metadata);
  }
  absl::Status Seal(ObjectId id) override { return inner_.Seal(id); }
  absl::Status Abort(ObjectId id) override { return inner_.Abort(id); }
  absl::StatusOr<ObjectView> Get(ObjectId id) override { return inner_.Get(id); }
  absl::Status Release(ObjectId id) override { return inner_.Release(id); }
  absl::Status Delete(ObjectId id) override { return inner_.Delete(id); }
  bool Contains(ObjectId id) override { return inner_.Contains(id); }
  absl::Status Cache(ObjectId id) override { return inner_.Cache(id); }
  absl::Status Uncache(ObjectId id) override { return inner_.Uncache(id); }
  absl::Status Subscribe(ObjectId id, SealListener* listener) override { return inner_.Subscribe(id, listener); }
  absl::Status Unsubscribe(ObjectId id, SealListener* listener) override { return inner_.Unsubscribe(id, listener); }
  ObjectStoreStats Stats() override { return inner_.Stats(); }
  uint64_t List(std::span<ObjectInfo> out) override { return inner_.List(out); }

 protected:
  ObjectStore& inner() const { return inner_; }

 private:
  ObjectStore& inner_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
