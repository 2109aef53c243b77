// core/runtime/built_bytes.h -- are elements that were built in a store that can give memory up.
//
// A view of an object pins it in memory. An object whose value is a view would do so as long as it lives, and nothing
// that was built could ever be spilled. So in such a store an object holds these: they keep the bytes wherever they
// are, and give a view whenever somebody asks.
//
//   Buffer --Of--> BuiltBytes --View--> a blob that looks at them, pinned as long as it does
//
// Threads   [any-thread], with the synchronisation of a value.
// Memory    The last of the views and BuiltBytes of an object deletes it from the store, and lets go of the store.
// Errors    As ObjectStore::Get.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "core/base/buffer.h"
#include "core/base/ids.h"
#include "core/interface/object_store.h"
#include "core/interface/type_descriptor.h"

namespace manta {

class BuiltBytes {
 public:
  BuiltBytes() = default;

  // From now on what `buffer` looks at is its views' and BuiltBytes', and goes with the last of them. REQUIRES: a
  // StoreBuilder for `store` has just made `buffer`, and nobody else deletes the object.
  static void Own(const Buffer& buffer, std::shared_ptr<ObjectStore> store);

  // What `buffer` looks at, or a part of it. Not valid: nothing that is owned; or a part that begins where no blob may,
  // within an alignment unit.
  static BuiltBytes Of(const Buffer& buffer);

  bool valid() const { return object_ != nullptr; }
  ObjectId id() const;  // Of what was built, in the store. REQUIRES: valid.
  uint64_t size_bytes() const { return size_bytes_; }

  // Makes `value`, which is a `blob`, look at the bytes. REQUIRES: valid.
  absl::Status View(const BlobOps& blob, void* value) const;

 private:
  struct Object;

  std::shared_ptr<const Object> object_;
  uint64_t offset_bytes_ = 0;
  uint64_t size_bytes_ = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
