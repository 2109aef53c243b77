#include "core/ownership/facts.h"

#include <algorithm>

namespace manta {
namespace {

RefEventKind KindOf(NeedKind kind) {
  switch (kind) {
    case NeedKind::kNested:
      return RefEventKind::kNested;
    case NeedKind::kSubmitted:
      return RefEventKind::kSubmitted;
    case NeedKind::kLineage:
      return RefEventKind::kLineage;
    case NeedKind::kReading:
      return RefEventKind::kLocalBack;
    case NeedKind::kTransit:
      return RefEventKind::kSent;
    case NeedKind::kBorrow:
      return RefEventKind::kBorrowed;
  }
  return {};
}

}  // namespace

std::vector<RefFact> FactsOf(const Ledger& ledger) {
  std::vector<RefFact> facts;
  for (const ObjectRecord& record : ledger.Objects()) {
    if (record.outcome == Outcome::kDead) continue;
    const auto add = [&](RefEvent event) {
      event.object = record.object;
      facts.push_back({.event = event});
    };
    if (record.local) add({.kind = RefEventKind::kEscaped});
    if (record.weak) add({.kind = RefEventKind::kWeak});
    for (const Need& need : record.needs) {
      add({.kind = KindOf(need.kind), .other = need.other, .worker = need.worker, .transfer = need.transfer});
    }
  }
  return facts;
}

uint64_t ListFacts(const Ledger& ledger, std::span<RefFact> facts) {
  const std::vector<RefFact> known = FactsOf(ledger);
  std::copy_n(known.begin(), std::min(known.size(), facts.size()), facts.begin());
  return known.size();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
