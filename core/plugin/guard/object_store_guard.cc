#include "core/plugin/guard/object_store_guard.h"

#include <string>
#include <utility>

#include "core/base/text.h"

namespace manta {
namespace {

using Code = absl::StatusCode;

// What core/interface/object_store.h names.
constexpr CodeSet kCreateCodes = {Code::kAlreadyExists, Code::kInvalidArgument, Code::kResourceExhausted};
constexpr CodeSet kAbsentOrWrongState = {Code::kNotFound, Code::kFailedPrecondition};
constexpr CodeSet kAbsent = {Code::kNotFound};
constexpr CodeSet kInvalid = {Code::kInvalidArgument};
constexpr CodeSet kCreateOrDisk = kCreateCodes.With(Code::kUnavailable);
constexpr CodeSet kAbsentOrOnDisk = {Code::kNotFound, Code::kResourceExhausted, Code::kUnavailable, Code::kDataLoss};

CodeSet UnlessDeclared(CodeSet codes, const PluginRecord& record, uint64_t capability) {
  return (record.capabilities & capability) != 0 ? codes : codes.With(Code::kUnimplemented);
}

template <typename Byte>
bool Usable(std::span<Byte> bytes, uint64_t alignment_bytes) {
  return bytes.empty() || (bytes.data() != nullptr && reinterpret_cast<uintptr_t>(bytes.data()) % alignment_bytes == 0);
}

std::string DescribeUnusable(std::string_view what, const std::byte* data, uint64_t alignment_bytes) {
  if (data == nullptr) return Concat("returned null as ", what);
  return Concat("returned ", what, " ", reinterpret_cast<uintptr_t>(data) % alignment_bytes,
                " bytes off a multiple of ", alignment_bytes);
}

}  // namespace

ObjectStoreGuard::ObjectStoreGuard(std::unique_ptr<ObjectStore> plugin, const PluginRecord& record, const Host& host)
    : plugin_(std::move(plugin)),
      create_codes_((record.capabilities & kCapabilitySpill) != 0 ? kCreateOrDisk : kCreateCodes),
      get_codes_((record.capabilities & kCapabilitySpill) != 0 ? kAbsentOrOnDisk : kAbsent),
      cache_codes_(UnlessDeclared(kAbsent, record, kCapabilityCache)),
      subscribe_codes_(UnlessDeclared(kInvalid, record, kCapabilitySubscribe)),
      unsubscribe_codes_(UnlessDeclared(kAbsent, record, kCapabilitySubscribe)),
      guard_(record.name, host) {}

ObjectStoreGuard::~ObjectStoreGuard() {
  if (guard_.broken()) static_cast<void>(plugin_.release());  // Abandoned: plugin_guard.h says why.
}

absl::StatusOr<std::span<std::byte>> ObjectStoreGuard::Create(ObjectId id, uint64_t size_bytes,
                                                              std::span<const std::byte> metadata) {
  // `metadata` came on the stack in two halves; copied as a whole, it would wait for both to reach the cache (5 ns).
  const std::byte* const metadata_data = metadata.data();
  const size_t metadata_bytes = metadata.size();
  auto made = guard_.Call("Create", create_codes_,
                          [&] { return plugin_->Create(id, size_bytes, std::span(metadata_data, metadata_bytes)); });
  if (made.ok()) {  // One return, so that `made` is made in the caller's hands.
    if (made->size() != size_bytes) [[unlikely]] {
      made = guard_.Broke("Create", Concat("returned ", made->size(), " bytes, asked for ", size_bytes));
    } else if (!Usable(*made, kAlignmentBytes)) [[unlikely]] {
      made = guard_.Broke("Create", DescribeUnusable("data", made->data(), kAlignmentBytes));
    }
  }
  return made;
}

absl::Status ObjectStoreGuard::Seal(ObjectId id) {
  return guard_.Call("Seal", kAbsentOrWrongState, [&] { return plugin_->Seal(id); });
}

absl::Status ObjectStoreGuard::Abort(ObjectId id) {
  return guard_.Call("Abort", kAbsentOrWrongState, [&] { return plugin_->Abort(id); });
}

absl::StatusOr<ObjectView> ObjectStoreGuard::Get(ObjectId id) {
  auto view = guard_.Call("Get", get_codes_, [&] { return plugin_->Get(id); });
  if (view.ok()) {
    if (!Usable(view->data, kAlignmentBytes)) [[unlikely]] {
      view = guard_.Broke("Get", DescribeUnusable("data", view->data.data(), kAlignmentBytes));
    } else if (!Usable(view->metadata, 1)) [[unlikely]] {
      view = guard_.Broke("Get", "returned null as metadata");
    } else if (view->metadata.size() > kMetadataBytesMax) [[unlikely]] {
      view = guard_.Broke("Get", Concat("returned ", view->metadata.size(), " bytes of metadata, more than the ",
                                        kMetadataBytesMax, " that Create takes"));
    }
  }
  return view;
}

absl::Status ObjectStoreGuard::Release(ObjectId id) {
  return guard_.Call("Release", kAbsentOrWrongState, [&] { return plugin_->Release(id); });
}

absl::Status ObjectStoreGuard::Delete(ObjectId id) {
  return guard_.Call("Delete", kAbsentOrWrongState, [&] { return plugin_->Delete(id); });
}

bool ObjectStoreGuard::Contains(ObjectId id) {
  return guard_.CallOr("Contains", false, [&] { return plugin_->Contains(id); });
}

absl::Status ObjectStoreGuard::Cache(ObjectId id) {
  return guard_.Call("Cache", cache_codes_, [&] { return plugin_->Cache(id); });
}

absl::Status ObjectStoreGuard::Uncache(ObjectId id) {
  return guard_.Call("Uncache", cache_codes_, [&] { return plugin_->Uncache(id); });
}

absl::Status ObjectStoreGuard::Subscribe(ObjectId id, SealListener* listener) {
  return guard_.Call("Subscribe", subscribe_codes_, [&] { return plugin_->Subscribe(id, listener); });
}

absl::Status ObjectStoreGuard::Unsubscribe(ObjectId id, SealListener* listener) {
  return guard_.Call("Unsubscribe", unsubscribe_codes_, [&] { return plugin_->Unsubscribe(id, listener); });
}

ObjectStoreStats ObjectStoreGuard::Stats() {
  return guard_.CallOr("Stats", {}, [&] { return plugin_->Stats(); });
}

uint64_t ObjectStoreGuard::List(std::span<ObjectInfo> out) {
  return guard_.CallOr("List", 0, [&] { return plugin_->List(out); });
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
