#include "plugins/ref_counter/owner/owner_counter.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/ownership/facts.h"

namespace manta {

absl::Status OwnerCounter::Start(uint64_t worker) {
  if (worker == 0) {
    return absl::InvalidArgumentError("worker is 0, which is no process: give this process's number");
  }
  participant_.emplace(worker, history_);
  return absl::OkStatus();
}

absl::Status OwnerCounter::Observe(std::span<const RefEvent> events) {
  const auto wrong = std::find_if_not(events.begin(), events.end(), Complete);
  if (wrong != events.end()) {
    return MakeStatus(absl::StatusCode::kInvalidArgument, "event ", wrong - events.begin(), " of ", events.size(),
                      ", of kind ", static_cast<uint32_t>(wrong->kind),
                      ", lacks what its kind needs: none of them was observed");
  }
  for (const RefEvent& event : events) participant_->Step(event);
  for (const std::string& complaint : history_.TakeComplaints()) {
    host_.Log(LogLevel::kError, "ref_counter.contradiction", complaint);
  }
  return absl::OkStatus();
}

uint64_t OwnerCounter::TakeDecisions(std::span<RefDecision> decisions) {
  return participant_->TakeDecisions(decisions);
}

uint64_t OwnerCounter::List(std::span<RefFact> facts) const {
  const std::vector<RefFact> known = FactsOf(participant_->ledger());
  std::copy_n(known.begin(), std::min(known.size(), facts.size()), facts.begin());
  return known.size();
}

RefCounterStats OwnerCounter::Stats() const { return participant_->Stats(); }

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
