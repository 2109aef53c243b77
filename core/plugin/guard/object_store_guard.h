// core/plugin/guard/object_store_guard.h -- the kernel's guard around an object store.
//
// Checks, besides what every guard checks (plugin_guard.h): the span of Create has the size asked for, and data is
// aligned and not null. A store that lacks a capability may refuse its methods; one that declares it may not.
//
// Cost      At most 5 ns per call more than the store itself: object_store_guard_benchmark.cc.
#pragma once

#include <memory>

#include "core/interface/host.h"
#include "core/interface/object_store.h"
#include "core/plugin/guard/plugin_guard.h"
#include "core/plugin/plugin_record.h"

namespace manta {

class ObjectStoreGuard final : public ObjectStore {
 public:
  // REQUIRES: plugin is not null; host outlives the guard.
  ObjectStoreGuard(std::unique_ptr<ObjectStore> plugin, const PluginRecord& record, const Host& host);
  ~ObjectStoreGuard() override;

  absl::StatusOr<std::span<std::byte>> Create(ObjectId id, uint64_t size_bytes,
                                              std::span<const std::byte> metadata) override;
  absl::Status Seal(ObjectId id) override;
  absl::Status Abort(ObjectId id) override;
  absl::StatusOr<ObjectView> Get(ObjectId id) override;
  absl::Status Release(ObjectId id) override;
  absl::Status Delete(ObjectId id) override;
  bool Contains(ObjectId id) override;
  absl::Status Cache(ObjectId id) override;
  absl::Status Uncache(ObjectId id) override;
  absl::Status Subscribe(ObjectId id, SealListener* listener) override;
  absl::Status Unsubscribe(ObjectId id, SealListener* listener) override;
  ObjectStoreStats Stats() override;
  uint64_t List(std::span<ObjectInfo> out) override;

 private:
  std::unique_ptr<ObjectStore> plugin_;
  const CodeSet create_codes_;
  const CodeSet get_codes_;
  const CodeSet cache_codes_;
  const CodeSet subscribe_codes_;
  const CodeSet unsubscribe_codes_;
  PluginGuard guard_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
