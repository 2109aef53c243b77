// core/runtime/stored_object.h -- is a value that lies in the object store as bytes.
//
// Threads   [any-thread].
// Memory    Destroying it deletes the object from the store.
#pragma once

#include <memory>

#include "core/base/error.h"

namespace manta {

struct ValueType;

class StoredObject {
 public:
  virtual ~StoredObject() = default;

  // The value, made of the bytes when no pointer to an earlier one lives. Null: see `error`.
  virtual std::shared_ptr<const void> View(const ValueType& type, ErrorPtr* error) = 0;

  // Deletes the bytes, at the latest with the last pointer to a value that looks at them; View gives `error` from now
  // on. False: it did so before.
  virtual bool Free(ErrorPtr error) = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
