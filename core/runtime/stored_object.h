// core/runtime/stored_object.h -- is a value that lies in the object store, as bytes or as elements.
//
//   kept --Cache--> cached --Uncache--> kept            cached: the store may give the bytes up when it needs room
//                     \---evicted: Uncache is false
//
// Shapes    As bytes: what the serializer wrote. As elements: what was built there, and is read without a serializer
//           (built_bytes.h).
// Threads   [any-thread]; Cache and Uncache [one-at-a-time].
// Memory    Keeps the objects that the value refers to. Destroying it, or Free, deletes the object from the store;
//           pointers to the value that View has given stay, and keep what they look at.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/base/intrusive_list.h"
#include "core/base/mutex.h"
#include "core/runtime/built_bytes.h"
#include "core/runtime/reference_binder.h"
#include "core/runtime/reference_watch.h"

namespace manta {

class ValueRouter;
struct ValueType;

// The objects that a stored value refers to: keeps them, and finds them for whoever reads the value. The watch keeps
// them for it. Where there is none, and where some are another runtime's, it holds references itself.
class InnerObjects final : public ReferenceBinder {
 public:
  // Of the stored object `outer`. The objects are ordered by id, each once; the caller has references to them.
  InnerObjects(ReferenceWatch* watch, ObjectId outer, std::vector<ReferenceWatch::InnerObject> objects);
  InnerObjects(const InnerObjects&) = delete;
  InnerObjects& operator=(const InnerObjects&) = delete;
  ~InnerObjects();

  SharedObject* Find(ObjectId id) override;

 private:
  const std::vector<ReferenceWatch::InnerObject> objects_;
  const ObjectId outer_;
  ReferenceWatch* const watch_;  // Null: references are held.
};

// What a stored value is and where it came from, for people.
struct StoredOrigin {
  std::string_view type;    // Static text.
  uint32_t task_name = 0;   // Of the task that made it (NameTable); 0: it was put.
  SourceSite submitted_at;  // That task.
};

class StoredObject final : public ListLink {
 public:
  // `id` is sealed.
  StoredObject(std::shared_ptr<ValueRouter> router, ObjectId id, uint64_t size_bytes,
               std::shared_ptr<InnerObjects> inner, const StoredOrigin& origin);
  // The elements of a blob. REQUIRES: they are valid.
  StoredObject(std::shared_ptr<ValueRouter> router, BuiltBytes built, const StoredOrigin& origin);
  StoredObject(const StoredObject&) = delete;
  StoredObject& operator=(const StoredObject&) = delete;
  ~StoredObject();

  uint64_t size_bytes() const { return size_bytes_; }

  // The value, made of the bytes when no pointer to an earlier one lives. Null: see `error`.
  std::shared_ptr<const void> View(const ValueType& type, ErrorPtr* error);

  // Deletes the bytes, at the latest with the last pointer to a value that looks at them; View gives `error` from now
  // on. False: it did so before.
  bool Free(ErrorPtr error);

  // Nobody but weak references needs it any more. False: it is not kept for those: it was freed or built, refers to
  // other objects, which would be kept as well, or lies in a store that cannot tell who goes first.
  bool Cache();

  // It is needed again. False: the store has given it up. REQUIRES: Cache was ok.
  bool Uncache();

  ObjectId id() const { return id_; }
  const StoredOrigin& origin() const { return origin_; }
  uint32_t shard() const { return shard_; }  // Of the router's lists.

 private:
  std::shared_ptr<const void> Read(const ValueType& type, InnerObjects* inner, const BuiltBytes& built,
                                   ErrorPtr* error);
  void Enter();
  void Delete();

  const std::shared_ptr<ValueRouter> router_;
  const ObjectId id_;
  const uint64_t size_bytes_;
  const StoredOrigin origin_;
  const uint32_t shard_;
  const bool is_built_;
  Mutex mutex_{"stored_object"};
  std::shared_ptr<InnerObjects> inner_ ABSL_GUARDED_BY(mutex_);  // Null: there are none.
  BuiltBytes built_ ABSL_GUARDED_BY(mutex_);                     // Valid: is_built_, and not freed.
  std::weak_ptr<const void> view_ ABSL_GUARDED_BY(mutex_);
  ErrorPtr freed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
