// core/plugin/guard/eviction_guard.h -- the kernel's guard around an eviction policy.
//
// Checks what every guard checks (plugin_guard.h). Which entry Evict chooses is the policy's business; that it is one
// of the store's own is the store's to check, as only the store knows them.
#pragma once

#include <memory>

#include "core/interface/eviction.h"
#include "core/interface/host.h"
#include "core/plugin/guard/plugin_guard.h"
#include "core/plugin/plugin_record.h"

namespace manta {

class EvictionGuard final : public EvictionPolicy {
 public:
  // REQUIRES: plugin is not null; host outlives the guard.
  EvictionGuard(std::unique_ptr<EvictionPolicy> plugin, const PluginRecord& record, const Host& host);
  ~EvictionGuard() override;

  absl::Status Insert(ObjectId id, uint64_t size_bytes) override;
  absl::Status Access(ObjectId id) override;
  absl::Status Pin(ObjectId id) override;
  absl::Status Unpin(ObjectId id) override;
  absl::Status Erase(ObjectId id) override;
  absl::StatusOr<Evicted> Evict() override;
  EvictionStats Stats() const override;

 private:
  std::unique_ptr<EvictionPolicy> plugin_;
  mutable PluginGuard guard_;  // Stats() may find the contract broken.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
