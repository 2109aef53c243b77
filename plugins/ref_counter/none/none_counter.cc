#include "plugins/ref_counter/none/none_counter.h"

#include <algorithm>

#include "core/ownership/check.h"

namespace manta {

absl::Status NoneCounter::Start(uint64_t worker) { return CheckWorker(worker); }

absl::Status NoneCounter::Observe(std::span<const RefEvent> events) {
  if (absl::Status status = CheckComplete(events); !status.ok()) return status;
  for (const RefEvent& event : events) {
    const bool goes = event.kind == RefEventKind::kLocalGone;
    if (!goes && event.kind != RefEventKind::kLocalBack && event.kind != RefEventKind::kDied) continue;
    const auto known = std::find(decided_.begin(), decided_.end(), event.object);
    if (goes && known == decided_.end()) decided_.push_back(event.object);
    if (!goes && known != decided_.end()) decided_.erase(known);
  }
  return absl::OkStatus();
}

uint64_t NoneCounter::TakeDecisions(std::span<RefDecision> decisions) {
  const uint64_t count = std::min<uint64_t>(decisions.size(), decided_.size());
  for (uint64_t i = 0; i < count; ++i) {
    decisions[i] = {.event = {.kind = RefEventKind::kDied, .object = decided_[i]}};
  }
  decided_.erase(decided_.begin(), decided_.begin() + static_cast<int64_t>(count));
  return count;
}

RefCounterStats NoneCounter::Stats() const {
  return {.counted_count = decided_.size(), .decided_count = decided_.size()};
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
