// api/object_ref.h -- refers to an object: a value that is there, or will be.
//
//   manta::ObjectRef<int> nine = manta::Task<Square>().Remote(3);
//   manta::ObjectRef<int> same = nine;       // Copying costs one atomic addition.
//   std::cout << *manta::Get(nine);
//
// Shapes    A default reference refers to nothing. Any describable type can be a value; ObjectRef<void> stands for the
//           end of a task that returns nothing.
// Threads   A value, as std::shared_ptr: different copies may be used on different threads.
// Memory    The object lives as long as a reference, or a pointer that Get returned, does. References may outlive the
//           runtime.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <utility>

#include "core/base/ids.h"
#include "core/describe/reference.h"
#include "core/runtime/argument.h"
#include "core/runtime/reference_binder.h"
#include "core/runtime/shared_object.h"

namespace manta {

template <typename T>
class ObjectRef {
 public:
  using Value = T;

  constexpr ObjectRef() = default;
  ObjectRef(const ObjectRef& other, SourceSite site = SourceSite::Here()) : state_(other.state_) {
    if (state_ != nullptr) state_->Retain(site);
  }
  ObjectRef(ObjectRef&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  ObjectRef& operator=(ObjectRef other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~ObjectRef() {
    if (state_ != nullptr) state_->Release();
  }

  // Whether it refers to an object.
  bool valid() const { return state_ != nullptr; }
  explicit operator bool() const { return valid(); }

  // Whether Get would return, or throw the object's error, at once. REQUIRES: valid().
  bool ready() const { return state_->ready(); }

  // Names the object, for people and logs; nil when !valid().
  ObjectId id() const { return state_ != nullptr ? state_->id() : ObjectId(); }

  friend bool operator==(const ObjectRef&, const ObjectRef&) = default;

  // Takes over a reference to `state`, whose value is a T. For Manta's own headers.
  static ObjectRef Adopt(SharedObject* state) {
    ObjectRef ref;
    ref.state_ = state;
    return ref;
  }
  SharedObject* state() const { return state_; }

 private:
  SharedObject* state_ = nullptr;
};

namespace api_internal {

// For how many of the references, each of which it is asked about in turn, `act` says yes.
template <typename T, typename Act>
size_t CountOf(std::span<const ObjectRef<T>> refs, Act act) {
  size_t count = 0;
  for (const ObjectRef<T>& ref : refs) count += act(ref) ? 1 : 0;
  return count;
}

}  // namespace api_internal

template <typename T>
struct ReferenceAccess<ObjectRef<T>> {
  using Value = T;
  static SharedObject* State(const ObjectRef<T>& ref) { return ref.state(); }
};

// How serializers see it: an id, bound to the object again when it is read.
template <typename T>
struct ReferenceTraits<ObjectRef<T>> {
  static ObjectId Id(const ObjectRef<T>& ref) {
    if (ref.valid()) NoteReference(ref.state());
    return ref.id();
  }
  static bool Bind(ObjectRef<T>& ref, ObjectId id, void* binder) {
    if (id.nil()) {
      ref = ObjectRef<T>();
      return true;
    }
    // Without a binder nobody knows the object: the bytes came from elsewhere.
    SharedObject* const state = binder != nullptr ? static_cast<ReferenceBinder*>(binder)->Find(id) : nullptr;
    if (state == nullptr) return false;
    ref = ObjectRef<T>::Adopt(state);
    return true;
  }
};

}  // namespace manta

template <typename T>
struct std::hash<manta::ObjectRef<T>> {
  size_t operator()(const manta::ObjectRef<T>& ref) const noexcept { return std::hash<const void*>()(ref.state()); }
};

// SPDX-License-Identifier: Apache-2.0
