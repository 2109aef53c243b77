// core/runtime/patient_store.h -- goes around the object store of a runtime, and waits where that is full.
//
// A store never waits for room that others have (object_store.h): it does not know them. The runtime does. So all that
// the runtime does with its store goes through here: what finds no room waits, what gives room back tells.
//
// Threads   [any-thread], as the store's; Create and Get may wait up to put_timeout.
// Memory    Keeps the store, and all that it needs.
// Errors    As room.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interface/object_store_wrapper.h"
#include "core/runtime/room.h"

namespace manta {

class PatientStore final : public ObjectStoreWrapper {
 public:
  PatientStore(std::shared_ptr<ObjectStore> store, std::shared_ptr<Room> room)
      : ObjectStoreWrapper(*store), store_(std::move(store)), room_(std::move(room)) {}

  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override {
    absl::StatusOr<std::span<std::byte>> made = inner().Create(id, size_bytes, metadata);
    if (!Room::IsMissing(made.status())) [[likely]]
      return made;
    const absl::Status status =
        room_->Wait(ChargeBytes(size_bytes, metadata.size()) <= inner().Stats().capacity_bytes, [&] {
          made = inner().Create(id, size_bytes, metadata);
          return made.status();
        });
    return status.ok() ? std::move(made) : status;
  }

  absl::StatusOr<ObjectView> Get(ObjectId id) override {
    absl::StatusOr<ObjectView> got = inner().Get(id);
    if (!Room::IsMissing(got.status())) [[likely]]
      return got;
    const absl::Status status = room_->Wait(/*may_fit=*/true, [&] {
      got = inner().Get(id);
      return got.status();
    });
    return status.ok() ? std::move(got) : status;
  }

  absl::Status Abort(ObjectId id) override { return Told(inner().Abort(id)); }
  absl::Status Release(ObjectId id) override { return Told(inner().Release(id)); }
  absl::Status Delete(ObjectId id) override { return Told(inner().Delete(id)); }
  absl::Status Cache(ObjectId id) override { return Told(inner().Cache(id)); }

 private:
  absl::Status Told(absl::Status status) {
    room_->Made();
    return status;
  }

  const std::shared_ptr<ObjectStore> store_;
  const std::shared_ptr<Room> room_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
