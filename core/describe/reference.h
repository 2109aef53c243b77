// core/describe/reference.h -- marks the types that refer to objects.
//
// The API's ObjectRef<T> specializes ReferenceTraits; descriptors then know where references are, and a value that
// cannot contain any (kContainsRefs) is never searched for them.
#pragma once

#include "core/base/ids.h"

namespace manta {

// For a reference type R: static ObjectId Id(const R&); static bool Bind(R& reference, ObjectId id, void* binder).
template <typename R>
struct ReferenceTraits;

namespace describe_internal {

template <typename R>
concept IsReference = requires(const R& reference) {
  ReferenceTraits<R>::Id(reference);
};

}  // namespace describe_internal
}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
