// tests/plugins_bad/idle_store.h -- a store that says yes to everything and keeps nothing.
//
// No call breaks a type or a code, so a guard finds nothing wrong; only a test of the contract's meaning does. Bad
// stores override one method.
#pragma once

#include <array>
#include <memory>

#include "core/interface/object_store.h"

namespace bad {

class IdleStore : public manta::ObjectStore {
 public:
  static constexpr size_t kCapacityBytes = 1 << 20;  // As little as the suite tries.

  absl::StatusOr<std::span<std::byte>> Create(manta::ObjectId, uint64_t size_bytes,
                                              std::span<const std::byte>) override {
    if (size_bytes > buffer_.size()) return absl::ResourceExhaustedError("the idle store has 1048576 bytes");
    return std::span(buffer_).first(static_cast<size_t>(size_bytes));
  }
  absl::Status Seal(manta::ObjectId) override { return absl::OkStatus(); }
  absl::Status Abort(manta::ObjectId) override { return absl::OkStatus(); }
  absl::StatusOr<manta::ObjectView> Get(manta::ObjectId) override { return absl::NotFoundError("nothing is kept"); }
  absl::Status Release(manta::ObjectId) override { return absl::OkStatus(); }
  absl::Status Delete(manta::ObjectId) override { return absl::OkStatus(); }
  bool Contains(manta::ObjectId) override { return false; }
  absl::Status Cache(manta::ObjectId) override { return absl::UnimplementedError("no cache"); }
  absl::Status Uncache(manta::ObjectId) override { return absl::UnimplementedError("no cache"); }
  absl::Status Subscribe(manta::ObjectId, manta::SealListener*) override {
    return absl::UnimplementedError("no subscriptions");
  }
  absl::Status Unsubscribe(manta::ObjectId, manta::SealListener*) override {
    return absl::UnimplementedError("no subscriptions");
  }
  manta::ObjectStoreStats Stats() override { return {.capacity_bytes = buffer_.size()}; }
  uint64_t List(std::span<manta::ObjectInfo>) override { return 0; }

 protected:
  std::span<std::byte> buffer() { return buffer_; }

 private:
  alignas(64) std::array<std::byte, kCapacityBytes> buffer_{};
};

}  // namespace bad

// SPDX-License-Identifier: Apache-2.0
