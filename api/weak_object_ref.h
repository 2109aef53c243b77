// api/weak_object_ref.h -- refers to an object without keeping it.
//
//   manta::WeakObjectRef<Index> last = index;            // Of an ObjectRef<Index>.
//   if (manta::ObjectRef<Index> again = last.Lock()) {   // Refers to it, or to nothing once it is gone.
//     Use(*manta::Get(again));
//   }
//
// For caches and lists of what exists: they may look at objects, and the objects end as if nobody looked.
//
// Shapes    A default one, and one made of a reference to nothing, refers to nothing.
// Threads   A value, as std::weak_ptr: different copies may be used on different threads.
// Memory    Keeps no native value. One that lies in the object store stays there as long as nobody needs the room
//           (docs/concepts/memory_limits.md). What a pending task will give is alive as long as the task is.
// Cost      A lock that few share, for each copy and each Lock.
#pragma once

#include <utility>

#include "api/object_ref.h"
#include "core/runtime/weak_cell.h"

namespace manta {

template <typename T>
class WeakObjectRef {
 public:
  using Value = T;

  constexpr WeakObjectRef() = default;
  WeakObjectRef(const ObjectRef<T>& ref)  // NOLINT: as std::weak_ptr.
      : cell_(ref.valid() ? WeakCell::Of(*ref.state()) : nullptr) {}
  WeakObjectRef(const WeakObjectRef& other) : cell_(other.cell_) {
    if (cell_ != nullptr) cell_->Retain();
  }
  WeakObjectRef(WeakObjectRef&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  WeakObjectRef& operator=(WeakObjectRef other) noexcept {
    std::swap(cell_, other.cell_);
    return *this;
  }
  ~WeakObjectRef() {
    if (cell_ != nullptr) cell_->Release();
  }

  // A reference to the object; one to nothing when the last other one is gone, and its value with it. Then for good.
  ObjectRef<T> Lock() const { return ObjectRef<T>::Adopt(cell_ != nullptr ? cell_->Lock() : nullptr); }

 private:
  WeakCell* cell_ = nullptr;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
