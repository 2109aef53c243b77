// api/free.h -- lets go of values although references to them are left.
//
//   manta::Free(frames);         // Every holder of a reference now gets an OBJECT_FREED error.
//
// A value ends by itself with its last reference. Free is for those who know better: whoever still holds a reference
// will not read it, or had better not.
//
// Threads   [any-thread].
// Memory    What the value owns goes at once, or with the last pointer that Get has returned: until then Get returns it
//           to others, too. Its block goes with the last reference.
// Errors    None. A task that was submitted with a freed argument, and has not started, fails with OBJECT_FREED as its
//           cause.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "api/object_ref.h"

namespace manta {

// False: the object is not ready (Cancel is for those), is an error, or was freed before.
bool FreeObject(SharedObject* state);

template <typename T>
bool Free(const ObjectRef<T>& ref) {
  return FreeObject(ref.state());
}

// Returns how many were freed.
template <typename T>
size_t Free(std::span<const ObjectRef<T>> refs) {
  return api_internal::CountOf(refs, [](const ObjectRef<T>& ref) { return Free(ref); });
}
template <typename T>
size_t Free(const std::vector<ObjectRef<T>>& refs) {
  return Free(std::span<const ObjectRef<T>>(refs));
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
