#include "plugins/ref_counter/tracing/trace_table.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace manta {
namespace {

template <typename Held>
auto FindBy(std::vector<Held>& all, ObjectId by, bool runtime = false) {
  return std::find_if(all.begin(), all.end(),
                      [&](const Held& held) { return held.by == by && held.runtime == runtime; });
}

// Whether it is no place in the program: the runtime's code tells none, and what its headers copy is an argument.
bool OfTheRuntime(const RefEvent& event) {
  return event.site_file == nullptr ||
         std::string_view(event.site_file).find("core/runtime/") != std::string_view::npos;
}

template <typename Held>
RefFact FactOf(RefEventKind kind, ObjectId object, const Held& held) {
  return {.event = {.kind = kind,
                    .site_line = held.site_line,
                    .object = object,
                    .other = held.by,
                    .site_file = held.site_file},
          .since_ns = held.since_ns,
          .count = held.count};
}

}  // namespace

void TraceTable::Hear(const RefEvent& event, int64_t now_ns) {
  if (event.kind == RefEventKind::kMade) return Make(event, now_ns);
  if (event.kind == RefEventKind::kDied) return Forget(event.object);
  const auto found = traces_.find(event.object);
  if (found == traces_.end()) return;
  Trace& trace = found->second;
  switch (event.kind) {
    case RefEventKind::kLocalAdded:
      return Add(trace, event, now_ns);
    case RefEventKind::kLocalDropped:
      return Drop(trace, event.other);
    case RefEventKind::kValued:
      trace.size_bytes = event.size_bytes;
      return;
    case RefEventKind::kNested:
      return Nest(trace, event, now_ns);
    case RefEventKind::kUnnested:
      std::erase_if(trace.containers, [&](const Held& held) { return held.by == event.other; });
      return;
    case RefEventKind::kEscaped:
      if (!std::exchange(trace.escaped, true)) ++escaped_count_;
      return;
    default:
      return;
  }
}

void TraceTable::Make(const RefEvent& event, int64_t now_ns) {
  if (traces_.contains(event.object)) return;
  if (traces_.size() >= limits_.objects_max) {
    ++passed_over_count_;
    return;
  }
  Trace& trace = traces_[event.object];
  trace.made = {.by = event.other, .site_file = event.site_file, .site_line = event.site_line, .since_ns = now_ns};
  trace.size_bytes = event.size_bytes;
  trace.holders.push_back(trace.made);
  if (OfTheRuntime(event) && event.other.nil()) trace.holders.back().runtime = true;
}

void TraceTable::Add(Trace& trace, const RefEvent& event, int64_t now_ns) const {
  Held got = {.by = event.other, .site_file = event.site_file, .site_line = event.site_line, .since_ns = now_ns};
  auto known = FindBy(trace.holders, got.by);
  if (OfTheRuntime(event) || (known == trace.holders.end() && trace.holders.size() >= limits_.holders_max)) {
    got = {.runtime = true, .since_ns = now_ns};
    known = FindBy(trace.holders, got.by, got.runtime);
  }
  if (known != trace.holders.end()) {
    got.since_ns = known->since_ns;
    got.count = known->count + 1;
    trace.holders.erase(known);
  }
  trace.holders.push_back(got);
}

void TraceTable::Drop(Trace& trace, ObjectId by) {
  const auto end = trace.holders.end();
  auto holder = FindBy(trace.holders, {}, /*runtime=*/true);
  if (holder == end) holder = FindBy(trace.holders, by);
  if (holder == end) {
    holder = std::find_if(trace.holders.begin(), end, [](const Held& held) { return !held.by.nil(); });
  }
  if (holder == end) holder = trace.holders.begin();
  if (holder != end && --holder->count == 0) trace.holders.erase(holder);
}

void TraceTable::Nest(Trace& trace, const RefEvent& event, int64_t now_ns) const {
  if (trace.containers.size() >= limits_.holders_max) return;
  if (FindBy(trace.containers, event.other) != trace.containers.end()) return;
  trace.containers.push_back(
      {.by = event.other, .site_file = event.site_file, .site_line = event.site_line, .since_ns = now_ns});
}

void TraceTable::Forget(ObjectId object) {
  const auto found = traces_.find(object);
  if (found == traces_.end()) return;
  if (found->second.escaped) --escaped_count_;
  traces_.erase(found);
}

void TraceTable::AppendFacts(std::vector<RefFact>& facts) const {
  for (const auto& [object, trace] : traces_) {
    facts.push_back(FactOf(RefEventKind::kMade, object, trace.made));
    facts.back().event.size_bytes = trace.size_bytes;
    for (const Held& holder : trace.holders) facts.push_back(FactOf(RefEventKind::kLocalAdded, object, holder));
    for (const Held& outer : trace.containers) facts.push_back(FactOf(RefEventKind::kNested, object, outer));
  }
}

bool TraceTable::Contains(ObjectId outer, ObjectId object) const {
  const auto found = traces_.find(object);
  return found != traces_.end() && std::any_of(found->second.containers.begin(), found->second.containers.end(),
                                               [outer](const Held& held) { return held.by == outer; });
}

std::vector<ObjectId> TraceTable::ContainersOf(ObjectId object) const {
  std::vector<ObjectId> containers;
  const auto found = traces_.find(object);
  if (found == traces_.end()) return containers;
  for (const Held& outer : found->second.containers) containers.push_back(outer.by);
  return containers;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
