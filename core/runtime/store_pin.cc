#include "core/runtime/store_pin.h"

#include <utility>

namespace manta {

absl::StatusOr<StorePin::Handle> StorePin::Get(std::shared_ptr<ObjectStore> store, ObjectId id) {
  // Memory first: what is pinned is surely released.
  auto* const pin = new StorePin(std::move(store), id);
  absl::StatusOr<ObjectView> view = pin->store_->Get(id);
  if (!view.ok()) {
    delete pin;
    return view.status();
  }
  pin->view_ = *view;
  return Handle(pin);
}

void StorePin::Release() {
  // The last one sees all that the others did with the bytes.
  if (count_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  owner_ = nullptr;  // First: what is pinned when it is deleted is never written to a disk for nothing.
  // A store that refuses its own pin broke its contract, and its guard has said so.
  store_->Release(id_).IgnoreError();
  delete this;
}

StorePin* StorePin::Of(const Buffer& buffer) { return static_cast<StorePin*>(buffer.view_context(&ReleaseView)); }

void StorePin::ReleaseView(void* pin) { static_cast<StorePin*>(pin)->Release(); }

Buffer StorePin::View() {
  Retain();
  Handle retained(this);  // Released, if there is no memory.
  Buffer view = Buffer::View(data(), &ReleaseView, this);
  retained.release();
  return view;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
