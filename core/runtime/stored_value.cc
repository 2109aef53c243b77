#include "core/runtime/stored_value.h"

#include <atomic>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/describe/encoded_value.h"
#include "core/runtime/object_metadata.h"

namespace manta {
namespace {

// Gives one pin back when the last who looks at the object is gone.
class Pin final : public PayloadKeeper {
 public:
  Pin(ObjectStore& store, ObjectId id) : store_(store), id_(id) {}

  void Retain() override { count_.fetch_add(1, std::memory_order_relaxed); }
  void Release() override {
    if (count_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    store_.Release(id_).IgnoreError();  // Fails only for a store that broke its contract; that was said then.
    delete this;
  }

 private:
  ObjectStore& store_;
  const ObjectId id_;
  std::atomic<uint64_t> count_ = 1;
};

absl::Status About(ObjectId id, const absl::Status& status) { return Annotate(status, Concat("object ", id.ToHex())); }

absl::Status CheckMetadata(const ObjectMetadata& metadata, const StoredValueParts& parts, const StoredType& type) {
  const std::string_view format = parts.serializer.format();
  if (metadata.format != format) {
    return MakeStatus(absl::StatusCode::kFailedPrecondition, "the object is in the format ", Quoted(metadata.format),
                      ", and the serializer reads ", Quoted(format), ": configure the one that wrote it");
  }
  if (metadata.type_signature == type.signature && metadata.type_name == type.descriptor.name) return absl::OkStatus();
  return CheckSameType(metadata.type_name, metadata.type_signature, type.descriptor, parts.evolves);
}

absl::Status ReadView(const StoredValueParts& parts, const ObjectView& view, const StoredType& type,
                      const ReadLimits& limits, PayloadKeeper* keeper, void* binder, void* value) {
  std::vector<ObjectId> references;
  const absl::StatusOr<ObjectMetadata> metadata = ParseMetadata(view.metadata, references);
  if (!metadata.ok()) return metadata.status();
  if (absl::Status status = CheckMetadata(*metadata, parts, type); !status.ok()) return status;
  EncodedRun run;
  if (absl::Status status = run.Parse(view.data); !status.ok()) return status;
  return parts.serializer.Read(type.descriptor, run.source(keeper), limits, binder, value);
}

}  // namespace

absl::Status WriteStoredValue(const StoredValueParts& parts, ObjectId id, const StoredType& type, const void* value) {
  EncodedValue encoded;
  absl::Status status = parts.serializer.Write(type.descriptor, value, encoded);
  if (status.ok() && encoded.full()) status = absl::ResourceExhaustedError("there is no memory for its bytes");
  if (!status.ok()) return About(id, status);
  const std::vector<std::byte> metadata = EncodeMetadata({.format = parts.serializer.format(),
                                                          .type_name = type.descriptor.name,
                                                          .type_signature = type.signature,
                                                          .references = encoded.references()});
  const absl::StatusOr<std::span<std::byte>> room = parts.store.Create(id, encoded.run_bytes(), metadata);
  if (!room.ok()) return room.status();  // The store's messages name the object.
  encoded.WriteRun(*room);
  return parts.store.Seal(id);
}

absl::Status ReadStoredValue(const StoredValueParts& parts, ObjectId id, const StoredType& type,
                             const ReadLimits& limits, void* binder, void* value) {
  const absl::StatusOr<ObjectView> view = parts.store.Get(id);
  if (!view.ok()) return view.status();
  auto* const pin = new (std::nothrow) Pin(parts.store, id);
  if (pin == nullptr) {
    parts.store.Release(id).IgnoreError();
    return MakeStatus(absl::StatusCode::kResourceExhausted, "object ", id.ToHex(), ": there is no memory to pin it");
  }
  const absl::Status status = ReadView(parts, *view, type, limits, pin, binder, value);
  pin->Release();
  return status.ok() ? status : About(id, status);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
