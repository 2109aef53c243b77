#include "tests/conformance/ref_counter_model.h"

#include <algorithm>

namespace manta::conformance {

void RefCounterModel::Observe(const RefEvent& event) {
  if (event.kind == RefEventKind::kDied) {
    objects_.erase(event.object);
    return;
  }
  if (event.kind != RefEventKind::kEscaped && !Counts(event.object)) return;
  Entry& entry = objects_[event.object];
  switch (event.kind) {
    case RefEventKind::kLocalGone:
      entry.local = false;
      break;
    case RefEventKind::kLocalBack:
      entry.local = true;
      break;
    case RefEventKind::kNested:
    case RefEventKind::kSubmitted:
      entry.needs.insert({event.kind, event.other, 0});
      break;
    case RefEventKind::kUnnested:
      entry.needs.erase({RefEventKind::kNested, event.other, 0});
      break;
    case RefEventKind::kTaskEnded:
      entry.needs.erase({RefEventKind::kSubmitted, event.other, 0});
      break;
    case RefEventKind::kBorrowed:
      entry.needs.insert({event.kind, {}, event.worker});
      break;
    case RefEventKind::kReturned:
      entry.needs.erase({RefEventKind::kBorrowed, {}, event.worker});
      break;
    default:
      break;
  }
  const bool needed = entry.local || (protects_ && !entry.needs.empty());
  if (needed) {
    entry.decided_at = 0;
  } else if (entry.decided_at == 0) {
    entry.decided_at = ++moment_;
  }
}

std::vector<ObjectId> RefCounterModel::Decided() const {
  std::vector<std::pair<uint64_t, ObjectId>> order;
  for (const auto& [object, entry] : objects_) {
    if (entry.decided_at != 0) order.emplace_back(entry.decided_at, object);
  }
  std::sort(order.begin(), order.end());
  std::vector<ObjectId> decided;
  for (const auto& [moment, object] : order) decided.push_back(object);
  return decided;
}

std::vector<ObjectId> RefCounterModel::Counted() const {
  std::vector<ObjectId> counted;
  for (const auto& [object, entry] : objects_) counted.push_back(object);
  return counted;
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
