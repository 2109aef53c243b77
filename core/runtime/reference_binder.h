// core/runtime/reference_binder.h -- finds the objects behind the ids that lie in a value's bytes.
#pragma once

#include "core/base/ids.h"

namespace manta {

class SharedObject;

class ReferenceBinder {
 public:
  // The object with a new reference for the caller; null: `id` is not one that the value may hold.
  virtual SharedObject* Find(ObjectId id) = 0;

 protected:
  ~ReferenceBinder() = default;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
