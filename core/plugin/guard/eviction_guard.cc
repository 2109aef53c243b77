#include "core/plugin/guard/eviction_guard.h"

#include <utility>

namespace manta {
namespace {

using Code = absl::StatusCode;

// What core/interface/eviction.h names.
constexpr CodeSet kPresent = {Code::kAlreadyExists};
constexpr CodeSet kAbsent = {Code::kNotFound};
constexpr CodeSet kAbsentOrWrongState = {Code::kNotFound, Code::kFailedPrecondition};

}  // namespace

EvictionGuard::EvictionGuard(std::unique_ptr<EvictionPolicy> plugin, const PluginRecord& record, const Host& host)
    : plugin_(std::move(plugin)), guard_(record.name, host) {}

EvictionGuard::~EvictionGuard() {
  if (guard_.broken()) static_cast<void>(plugin_.release());  // Abandoned: plugin_guard.h says why.
}

absl::Status EvictionGuard::Insert(ObjectId id, uint64_t size_bytes) {
  return guard_.Call("Insert", kPresent, [&] { return plugin_->Insert(id, size_bytes); });
}

absl::Status EvictionGuard::Access(ObjectId id) {
  return guard_.Call("Access", kAbsent, [&] { return plugin_->Access(id); });
}

absl::Status EvictionGuard::Pin(ObjectId id) {
  return guard_.Call("Pin", kAbsentOrWrongState, [&] { return plugin_->Pin(id); });
}

absl::Status EvictionGuard::Unpin(ObjectId id) {
  return guard_.Call("Unpin", kAbsentOrWrongState, [&] { return plugin_->Unpin(id); });
}

absl::Status EvictionGuard::Erase(ObjectId id) {
  return guard_.Call("Erase", kAbsent, [&] { return plugin_->Erase(id); });
}

absl::StatusOr<Evicted> EvictionGuard::Evict() {
  return guard_.Call("Evict", kAbsent, [&] { return plugin_->Evict(); });
}

EvictionStats EvictionGuard::Stats() const {
  return guard_.CallOr("Stats", {}, [&] { return plugin_->Stats(); });
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
