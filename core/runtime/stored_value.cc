#include "core/runtime/stored_value.h"

#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/describe/encoded_value.h"
#include "core/describe/type_thrown.h"
#include "core/runtime/object_metadata.h"
#include "core/runtime/store_pin.h"

namespace manta {
namespace {

absl::Status About(ObjectId id, const absl::Status& status) { return Annotate(status, Concat("object ", id.ToHex())); }

// What the serializer says, and what the type's own code threw meanwhile.
template <typename Serialize>
absl::Status WithThrown(const Serialize& serialize) {
  (void)describe_internal::TakeThrown();
  const absl::Status status = serialize();
  if (status.ok()) return status;
  const std::string thrown = describe_internal::TakeThrown();
  return thrown.empty() ? status : MakeStatus(status.code(), ToStd(status.message()), ": ", thrown);
}

absl::Status CheckMetadata(const ObjectMetadata& metadata, const StoredValueParts& parts, const StoredType& type) {
  const std::string_view format = parts.serializer.format();
  if (metadata.format != format) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition, "the object is in the format ", Quoted(metadata.format),
                      ", and the serializer reads ", Quoted(format), ": configure the one that wrote it");
  }
  if (metadata.type_signature == type.signature && metadata.type_name == type.descriptor.name) return absl::OkStatus();
  return CheckSameType(metadata.type_name, metadata.type_signature, type.descriptor, parts.evolves);
}

absl::Status ReadPinned(const StoredValueParts& parts, StorePin& pin, const StoredType& type, const ReadLimits& limits,
                        void* binder, void* value) {
  std::vector<ObjectId> references;
  const absl::StatusOr<ObjectMetadata> metadata = ParseMetadata(pin.metadata(), references);
  if (!metadata.ok()) return metadata.status();
  if (absl::Status status = CheckMetadata(*metadata, parts, type); !status.ok()) return status;
  EncodedRun run;
  if (absl::Status status = run.Parse(pin.data()); !status.ok()) return status;
  return WithThrown([&] { return parts.serializer.Read(type.descriptor, run.source(&pin), limits, binder, value); });
}

}  // namespace

absl::Status WriteStoredValue(const StoredValueParts& parts, ObjectId id, const StoredType& type, const void* value,
                              WrittenValue* written) {
  EncodedValue encoded;
  absl::Status status = WithThrown([&] { return parts.serializer.Write(type.descriptor, value, encoded); });
  if (status.ok() && encoded.full()) status = absl::ResourceExhaustedError("there is no memory for its bytes");
  if (!status.ok()) return About(id, status);
  const std::vector<std::byte> metadata = EncodeMetadata({.format = parts.serializer.format(),
                                                          .type_name = type.descriptor.name,
                                                          .type_signature = type.signature,
                                                          .references = encoded.references()});
  const absl::StatusOr<std::span<std::byte>> room = parts.store->Create(id, encoded.run_bytes(), metadata);
  if (!room.ok()) return room.status();  // The store's messages name the object.
  encoded.WriteRun(*room);
  if (absl::Status sealed = parts.store->Seal(id); !sealed.ok()) {
    parts.store->Abort(id).IgnoreError();  // A store that refuses both broke its contract.
    return sealed;
  }
  if (written != nullptr) {
    written->size_bytes = encoded.run_bytes();
    written->references.assign(encoded.references().begin(), encoded.references().end());
  }
  return absl::OkStatus();
}

absl::Status ReadStoredValue(const StoredValueParts& parts, ObjectId id, const StoredType& type,
                             const ReadLimits& limits, void* binder, void* value) {
  const absl::StatusOr<StorePin::Handle> pin = StorePin::Get(parts.store, id);
  if (!pin.ok()) return pin.status();
  const absl::Status status = ReadPinned(parts, **pin, type, limits, binder, value);
  return status.ok() ? status : About(id, status);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
