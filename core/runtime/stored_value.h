// core/runtime/stored_value.h -- puts a value into the store as bytes, and reads it back.
//
// This is the one way from a value to an object and back: whatever leaves its native form passes here, through the
// configured serializer and the configured store.
//
//   value --serializer--> stream + payloads --one run--> the object's data; format, type, references --> its metadata
//
// Threads   [any-thread].
// Memory    What is read may look into the object (Array, Buffer): then it is pinned, and the store kept, until the
//           last look is gone.
// Errors    Those of the serializer and the store, and those named below; messages name the object.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "core/base/ids.h"
#include "core/describe/describe.h"
#include "core/describe/signature.h"
#include "core/interface/object_store.h"
#include "core/interface/serializer.h"

namespace manta {

// A type, and the signature that its bytes are known by.
struct StoredType {
  const TypeDescriptor& descriptor;
  uint64_t signature;
};

template <typename T>
const StoredType& StoredTypeOf() {
  static const StoredType type = {Describe<T>(), TypeSignature(Describe<T>())};
  return type;
}

struct StoredValueParts {
  std::shared_ptr<ObjectStore> store;  // As in store_pin.h: it keeps what the store needs.
  Serializer& serializer;
  bool evolves = false;  // Serializer::kCapabilityEvolves.
};

// What an object is that was written.
struct WrittenValue {
  uint64_t size_bytes = 0;           // Of its data.
  std::vector<ObjectId> references;  // Objects that the value refers to, in order; some may be nil, or come twice.
};

// Makes `value` the sealed object `id`. After an error there is no such object, unless there was one before.
absl::Status WriteStoredValue(const StoredValueParts& parts, ObjectId id, const StoredType& type, const void* value,
                              WrittenValue* written = nullptr);

// Fills `value`, a default value of the type, from the object `id`. `binder` is handed to the references inside.
//   kNotFound            the store has no such object.
//   kFailedPrecondition  it was written in another format than the serializer's.
//   kInvalidArgument     it holds a value of another type; the message names both. Or it holds no value at all.
absl::Status ReadStoredValue(const StoredValueParts& parts, ObjectId id, const StoredType& type,
                             const ReadLimits& limits, void* binder, void* value);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
