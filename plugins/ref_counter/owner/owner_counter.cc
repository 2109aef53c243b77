#include "plugins/ref_counter/owner/owner_counter.h"

#include <string>

#include "core/ownership/check.h"
#include "core/ownership/facts.h"

namespace manta {

absl::Status OwnerCounter::Start(uint64_t worker) {
  if (absl::Status status = CheckWorker(worker); !status.ok()) return status;
  participant_.emplace(worker, history_);
  return absl::OkStatus();
}

absl::Status OwnerCounter::Observe(std::span<const RefEvent> events) {
  if (absl::Status status = CheckComplete(events); !status.ok()) return status;
  for (const RefEvent& event : events) participant_->Step(event);
  for (const std::string& complaint : history_.TakeComplaints()) {
    host_.Log(LogLevel::kError, "ref_counter.contradiction", complaint);
  }
  return absl::OkStatus();
}

uint64_t OwnerCounter::TakeDecisions(std::span<RefDecision> decisions) {
  return participant_->TakeDecisions(decisions);
}

uint64_t OwnerCounter::List(std::span<RefFact> facts) const { return ListFacts(participant_->ledger(), facts); }

RefCounterStats OwnerCounter::Stats() const { return participant_->Stats(); }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
