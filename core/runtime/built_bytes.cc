#include "core/runtime/built_bytes.h"

#include <span>
#include <utility>

#include "absl/status/statusor.h"
#include "core/base/text.h"
#include "core/runtime/store_pin.h"

namespace manta {

struct BuiltBytes::Object {
  Object(std::shared_ptr<ObjectStore> store, ObjectId id) : store(std::move(store)), id(id) {}
  // A store that has lost a sealed object broke its contract, and its guard has said so.
  ~Object() { store->Delete(id).IgnoreError(); }

  const std::shared_ptr<ObjectStore> store;
  const ObjectId id;
};

void BuiltBytes::Own(const Buffer& buffer, std::shared_ptr<ObjectStore> store) {
  StorePin& pin = *StorePin::Of(buffer);
  pin.set_owner(std::make_shared<const Object>(std::move(store), pin.id()));
}

BuiltBytes BuiltBytes::Of(const Buffer& buffer) {
  BuiltBytes built;
  const StorePin* const pin = StorePin::Of(buffer);
  if (pin == nullptr || pin->owner() == nullptr) return built;
  const auto offset_bytes = static_cast<uint64_t>(buffer.data() - pin->data().data());
  if (offset_bytes % Buffer::kAlignmentBytes != 0) return built;
  built.object_ = std::static_pointer_cast<const Object>(pin->owner());  // Nobody else gives pins an owner.
  built.offset_bytes_ = offset_bytes;
  built.size_bytes_ = buffer.size();
  return built;
}

ObjectId BuiltBytes::id() const { return object_->id; }

absl::Status BuiltBytes::View(const BlobOps& blob, void* value) const {
  absl::StatusOr<StorePin::Handle> pin = StorePin::Get(object_->store, object_->id);
  if (!pin.ok()) return pin.status();
  (*pin)->set_owner(object_);
  const std::span<const std::byte> bytes = (*pin)->data().subspan(offset_bytes_, size_bytes_);
  if (!blob.adopt(value, bytes, &StorePin::ReleaseView, pin->get())) {
    return MakeStatus(absl::StatusCode::kResourceExhausted, "object ", object_->id.ToHex(),
                      ": there is no memory to look at it");
  }
  pin->release();  // Now the view's.
  return absl::OkStatus();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
