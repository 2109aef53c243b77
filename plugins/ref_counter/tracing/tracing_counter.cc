#include "plugins/ref_counter/tracing/tracing_counter.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/ownership/check.h"
#include "core/ownership/facts.h"

namespace manta {

absl::Status TracingCounter::Start(uint64_t worker) {
  if (absl::Status status = CheckWorker(worker); !status.ok()) return status;
  participant_.emplace(worker, history_);
  return absl::OkStatus();
}

absl::Status TracingCounter::Observe(std::span<const RefEvent> events) {
  if (absl::Status status = CheckComplete(events); !status.ok()) return status;
  const int64_t now_ns = host_.clock().NowNs();
  for (const RefEvent& event : events) Hear(event, now_ns);
  for (const std::string& complaint : history_.TakeComplaints()) {
    host_.Log(LogLevel::kError, "ref_counter.contradiction", complaint);
  }
  if (traces_.passed_over_count() > 0 && !std::exchange(told_full_, true)) TellThatItIsFull();
  return absl::OkStatus();
}

void TracingCounter::Hear(const RefEvent& event, int64_t now_ns) {
  traces_.Hear(event, now_ns);
  participant_->Step(event);
  if (event.kind != RefEventKind::kEscaped) return;
  // What contained it before nobody tells again, and the protocol has not heard of it.
  for (const ObjectId outer : traces_.ContainersOf(event.object)) {
    participant_->Step({.kind = RefEventKind::kNested, .object = event.object, .other = outer});
  }
}

void TracingCounter::TellThatItIsFull() {
  host_.Log(LogLevel::kWarning, "ref_counter.trace_full",
            Concat("objects_max=", options_.limits.objects_max,
                   " hint=\"new objects are passed over: raise objects_max, or observe_one_in\""));
}

uint64_t TracingCounter::TakeDecisions(std::span<RefDecision> decisions) {
  const uint64_t count = participant_->TakeDecisions(decisions);
  for (const RefDecision& decision : decisions.first(count)) {
    if (decision.worker == 0 && decision.event.kind == RefEventKind::kDied) traces_.Forget(decision.event.object);
  }
  return count;
}

uint64_t TracingCounter::List(std::span<RefFact> facts) const {
  std::vector<RefFact> known;
  traces_.AppendFacts(known);
  std::erase_if(known, [this](const RefFact& fact) { return participant_->ledger().Decided(fact.event.object); });
  for (const RefFact& fact : FactsOf(participant_->ledger())) {
    const bool traced =
        fact.event.kind == RefEventKind::kNested && traces_.Contains(fact.event.other, fact.event.object);
    if (!traced) known.push_back(fact);
  }
  std::stable_sort(known.begin(), known.end(),
                   [](const RefFact& a, const RefFact& b) { return a.event.object < b.event.object; });
  std::copy_n(known.begin(), std::min(known.size(), facts.size()), facts.begin());
  return known.size();
}

RefCounterStats TracingCounter::Stats() const {
  RefCounterStats stats = participant_->Stats();
  stats.counted_count += traces_.unescaped_count();
  return stats;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
