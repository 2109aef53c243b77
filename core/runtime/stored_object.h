// core/runtime/stored_object.h -- is a value that lies in the object store as bytes.
//
// Threads   [any-thread].
// Memory    Keeps the objects that the value refers to. Destroying it, or Free, deletes the object from the store;
//           pointers to the value that View has given stay, and keep what they look at.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/base/mutex.h"
#include "core/runtime/reference_binder.h"

namespace manta {

class ValueRouter;
struct ValueType;

// The objects that a stored value refers to: keeps them, and finds them for whoever reads the value.
class InnerObjects final : public ReferenceBinder {
 public:
  InnerObjects() = default;
  InnerObjects(const InnerObjects&) = delete;
  InnerObjects& operator=(const InnerObjects&) = delete;
  ~InnerObjects();

  // All at once, ordered by id, each with a reference that passes to this.
  void Keep(std::vector<std::pair<ObjectId, SharedObject*>> objects);

  SharedObject* Find(ObjectId id) override;

 private:
  std::vector<std::pair<ObjectId, SharedObject*>> objects_;  // By id.
};

class StoredObject final {
 public:
  // `id` is sealed.
  StoredObject(std::shared_ptr<ValueRouter> router, ObjectId id, uint64_t size_bytes,
               std::shared_ptr<InnerObjects> inner);
  StoredObject(const StoredObject&) = delete;
  StoredObject& operator=(const StoredObject&) = delete;
  ~StoredObject();

  // The value, made of the bytes when no pointer to an earlier one lives. Null: see `error`.
  std::shared_ptr<const void> View(const ValueType& type, ErrorPtr* error);

  // Deletes the bytes, at the latest with the last pointer to a value that looks at them; View gives `error` from now
  // on. False: it did so before.
  bool Free(ErrorPtr error);

 private:
  std::shared_ptr<const void> Read(const ValueType& type, InnerObjects* inner, ErrorPtr* error);
  void Delete();

  const std::shared_ptr<ValueRouter> router_;
  const ObjectId id_;
  const uint64_t size_bytes_;
  Mutex mutex_{"stored_object"};
  std::shared_ptr<InnerObjects> inner_ ABSL_GUARDED_BY(mutex_);  // Null: there are none.
  std::weak_ptr<const void> view_ ABSL_GUARDED_BY(mutex_);
  ErrorPtr freed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
