// core/runtime/reference_binder.h -- follows the references in a value to its bytes and back.
//
// Bytes hold ids. While a value is written, its references tell which objects they are; whoever reads it finds these
// again.
//
// Threads   [any-thread].
#pragma once

#include "core/base/ids.h"

namespace manta {

class SharedObject;

// Handed to Serializer::Read.
class ReferenceBinder {
 public:
  // The object with a new reference for the caller; null: `id` is not one that the value may hold.
  virtual SharedObject* Find(ObjectId id) = 0;

 protected:
  ~ReferenceBinder() = default;
};

// A serializer asks a reference to `object` for its id: tells whoever has this thread write the value.
void NoteReference(SharedObject* object);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
