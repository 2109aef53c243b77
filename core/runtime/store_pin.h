// core/runtime/store_pin.h -- keeps an object in the store while anyone looks at its bytes.
//
// A view of an object may live longer than the reference it came from, and longer than the runtime. The pin counts
// its views; the last one gives the object back to the store, and then lets go of the store itself.
//
//   absl::StatusOr<StorePin::Handle> pin = StorePin::Get(store, id);
//   Buffer buffer = (*pin)->View();                          // Stays valid without the handle.
//   serializer.Read(type, run.source(pin->get()), ...);      // So do the blobs in what is read.
//
// Threads   [any-thread]. The last Release calls the store, and may destroy it, on its thread.
// Memory    One allocation a pin, and one a view.
// Errors    As ObjectStore::Get.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "absl/status/statusor.h"
#include "core/base/buffer.h"
#include "core/base/ids.h"
#include "core/interface/object_store.h"
#include "core/interface/serializer.h"

namespace manta {

class StorePin final : public PayloadKeeper {
 public:
  struct Releaser {
    void operator()(StorePin* pin) const { pin->Release(); }
  };
  using Handle = std::unique_ptr<StorePin, Releaser>;

  // Pins a sealed object. `store` keeps alive all that the store needs, its host above all: give it an alias of
  // whatever owns both.
  static absl::StatusOr<Handle> Get(std::shared_ptr<ObjectStore> store, ObjectId id);

  void Retain() override { count_.fetch_add(1, std::memory_order_relaxed); }
  void Release() override;

  ObjectId id() const { return id_; }
  std::span<const std::byte> data() const { return view_.data; }
  std::span<const std::byte> metadata() const { return view_.metadata; }

  // All of the data.
  Buffer View();

  // The pin of `buffer`, if that is what View returned, or a part of it; else null. It goes by the address of
  // ReleaseView: so neither is inline, since a program and libmanta.so would each have one of their own.
  static StorePin* Of(const Buffer& buffer);

  // For whoever makes the view itself, with the pin as context.
  static void ReleaseView(void* pin);

  // What deletes the object and lives as long as the pin; null unless set. Set before others know of the pin.
  const std::shared_ptr<const void>& owner() const { return owner_; }
  void set_owner(std::shared_ptr<const void> owner) { owner_ = std::move(owner); }

 private:
  StorePin(std::shared_ptr<ObjectStore> store, ObjectId id) : store_(std::move(store)), id_(id) {}
  ~StorePin() = default;

  const std::shared_ptr<ObjectStore> store_;
  const ObjectId id_;
  ObjectView view_;  // Set by Get.
  std::shared_ptr<const void> owner_;
  std::atomic<uint64_t> count_{1};  // The handle that Get returned, and what was retained since.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
