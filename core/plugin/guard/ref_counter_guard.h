// core/plugin/guard/ref_counter_guard.h -- the kernel's guard around a ref counter.
//
// Checks, besides what every guard checks (plugin_guard.h): TakeDecisions says no more than there was room for, and
// what it gives is complete, as is what List shows. Whether a decision is right only the counter can know.
//
// A broken counter decides nothing: what has escaped lives until the process ends.
#pragma once

#include <memory>

#include "core/interface/host.h"
#include "core/interface/ref_counter.h"
#include "core/plugin/guard/plugin_guard.h"
#include "core/plugin/plugin_record.h"

namespace manta {

class RefCounterGuard final : public RefCounter {
 public:
  // REQUIRES: plugin is not null; host outlives the guard.
  RefCounterGuard(std::unique_ptr<RefCounter> plugin, const PluginRecord& record, const Host& host);
  ~RefCounterGuard() override;

  absl::Status Start(uint64_t worker) override;
  absl::Status Observe(std::span<const RefEvent> events) override;
  uint64_t ObserveOneIn() const override;
  uint64_t TakeDecisions(std::span<RefDecision> decisions) override;
  uint64_t List(std::span<RefFact> facts) const override;
  RefCounterStats Stats() const override;

 private:
  std::unique_ptr<RefCounter> plugin_;
  mutable PluginGuard guard_;  // Const methods may find the contract broken.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
