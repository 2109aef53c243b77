#include "core/kernel/observe/memory_reply.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "core/base/text.h"

namespace manta {
namespace {

constexpr uint64_t kLeakLinesMax = 10;
constexpr uint64_t kHoldersShown = 3;
constexpr std::string_view kUnknown = "(not known)";

std::string Text(uint64_t number) { return std::to_string(number); }
std::string Text(int64_t number) { return std::to_string(std::max<int64_t>(number, 0)); }

std::string AgeText(int64_t since_ns, const MemoryMoment& moment) {
  return since_ns == 0 ? "" : Text((moment.now_ns - since_ns) / 1'000'000);
}

std::string_view Place(std::string_view place) { return place.empty() ? kUnknown : place; }

// "64 by main (a.cc:3), 128 by tasks (a.cc:9), and 2 more"
std::string HoldersText(const std::vector<HeldBy>& holders, uint64_t one_in) {
  std::string text;
  const uint64_t shown_count = std::min<uint64_t>(holders.size(), kHoldersShown);
  for (uint64_t i = 0; i < shown_count; ++i) {
    text += Concat(i == 0 ? "" : ", ", holders[i].object_count * one_in, " by ", holders[i].name);
  }
  if (shown_count < holders.size()) text += Concat(", and ", holders.size() - shown_count, " more");
  return text;
}

std::string MakerOf(const HeldObject& object) {
  if (!object.observed) return std::string(kUnknown);
  return object.made_by.nil() ? "main" : Concat("task ", object.made_by.ToHex());
}

void AddTotals(const ObjectsView& view, ReplyTable& table) {
  table.facts.insert(table.facts.begin(), {{"living#", Text(view.counts.object_count)},
                                           {"native_bytes#", Text(view.counts.native_bytes)},
                                           {"stored_bytes#", Text(view.counts.stored_bytes)}});
}

ReplyTable ErrorTable(std::string message) {
  ReplyTable table;
  table.facts = {{"error", std::move(message)}};
  return table;
}

}  // namespace

ReplyTable HeldReply(HeldObjects held, const ObjectsView& view, uint64_t one_in, const MemoryMoment& moment,
                     uint64_t limit) {
  for (const ObjectRow& row : view.objects) held.SetSize(row.id, row.size_bytes);
  const std::vector<HeldGroup> groups = held.Groups(moment.begin_ns, moment.now_ns);
  ReplyTable table;
  uint64_t growing_count = 0;
  for (const HeldGroup& group : groups) growing_count += group.grows ? 1 : 0;
  AddTotals(view, table);
  table.facts.insert(table.facts.end(), {{"observed_one_in#", Text(one_in)},
                                         {"observed#", Text(held.observed_count())},
                                         {"places#", Text(groups.size())},
                                         {"suspected#", Text(growing_count)},
                                         {"more#", groups.size() > limit ? "1" : "0"}});
  table.columns = {"made_at", "objects#", "bytes#", "references#", "held", "oldest_ms#", "suspected", "example"};
  for (const HeldGroup& group : groups) {
    if (table.rows.size() == limit) break;
    table.rows.push_back({std::string(Place(group.made_at)), Text(group.object_count * one_in),
                          Text(group.size_bytes * one_in), Text(group.reference_count * one_in),
                          HoldersText(group.held_by, one_in), AgeText(group.oldest_ns, moment),
                          group.grows ? "grows" : "", group.example.ToHex()});
  }
  return table;
}

ReplyTable UnheldReply(const ObjectsView& view, uint64_t limit) {
  struct Sum {
    uint64_t object_count = 0;
    uint64_t size_bytes = 0;
    uint64_t references = 0;
    ObjectId example = {};
  };
  std::map<std::tuple<std::string, std::string, std::string>, Sum> sums;
  for (const ObjectRow& row : view.objects) {
    Sum& sum = sums[{row.from, row.type, row.place}];
    if (sum.object_count++ == 0) sum.example = row.id;
    sum.size_bytes += row.size_bytes;
    sum.references += row.references;
  }
  std::vector<std::pair<std::tuple<std::string, std::string, std::string>, Sum>> rows(sums.begin(), sums.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second.size_bytes > b.second.size_bytes; });
  ReplyTable table;
  AddTotals(view, table);
  table.facts.insert(table.facts.end(), {{"observed_one_in#", "0"}, {"more#", rows.size() > limit ? "1" : "0"}});
  table.columns = {"from", "type", "place", "objects#", "bytes#", "references#", "example"};
  for (const auto& [what, sum] : rows) {
    if (table.rows.size() == limit) break;
    const auto& [from, type, place] = what;
    table.rows.push_back(
        {from, type, place, Text(sum.object_count), Text(sum.size_bytes), Text(sum.references), sum.example.ToHex()});
  }
  return table;
}

ReplyTable PathReply(const HeldObjects& held, std::string_view id, const MemoryMoment& moment) {
  const HeldObject* object = nullptr;
  uint64_t matches = 0;
  for (const HeldObject& each : held.objects()) {
    if (id.empty() || !each.id.ToHex().ends_with(id)) continue;
    object = &each;
    ++matches;
  }
  if (matches == 0) {
    return ErrorTable(Concat("it observes no object ", Quoted(id),
                             "; `manta memory` gives examples, and the counter's observe_one_in: 1 observes each"));
  }
  if (matches > 1) return ErrorTable(Concat(matches, " objects end with ", Quoted(id), ": give more of its digits"));
  ReplyTable table;
  uint64_t reference_count = 0;
  for (const RefFact& fact : object->holders) reference_count += fact.count;
  table.facts = {{"object", object->id.ToHex()},
                 {"made_at", std::string(Place(object->made_at))},
                 {"made_by", MakerOf(*object)},
                 {"age_ms#", AgeText(object->made_ns, moment)},
                 {"size_bytes#", Text(object->size_bytes)},
                 {"holders#", Text(object->holders.size())},
                 {"references#", Text(reference_count)},
                 {"containers#", Text(object->containers.size())}};
  table.columns = {"step#", "what", "since_ms#", "at"};
  for (const HeldStep& step : held.PathTo(object->id)) {
    table.rows.push_back({Text(table.rows.size() + 1), step.what, AgeText(step.since_ns, moment), step.at});
  }
  return table;
}

ReplyTable CyclesReply(const std::vector<HandleCycle>& cycles, uint64_t limit) {
  ReplyTable table;
  table.facts = {{"cycles#", Text(cycles.size())}, {"more#", cycles.size() > limit ? "1" : "0"}};
  table.columns = {"cycle", "actors#", "other_handles#"};
  for (const HandleCycle& cycle : cycles) {
    if (table.rows.size() == limit) break;
    table.rows.push_back({cycle.actors, Text(cycle.actor_count), Text(cycle.other_handles)});
  }
  return table;
}

std::vector<std::string> LeakLines(const std::vector<HeldLeak>& leaks, uint64_t one_in) {
  std::vector<std::string> lines;
  for (const HeldLeak& leak : leaks) {
    if (lines.size() == kLeakLinesMax) {
      lines.push_back(Concat("and ", leaks.size() - kLeakLinesMax, " more places"));
      break;
    }
    lines.push_back(Concat("made_at=", Place(leak.made_at), " held_since=", Place(leak.got_at),
                           " objects=", leak.object_count, " bytes=", leak.size_bytes,
                           " example=", leak.example.ToHex(), " observed_one_in=", one_in,
                           " hint=\"a task or an actor got a reference there and left it behind\""));
  }
  return lines;
}

std::vector<std::string> CycleLines(const std::vector<HandleCycle>& cycles) {
  std::vector<std::string> lines;
  uint64_t more_count = 0;
  for (const HandleCycle& cycle : cycles) {
    if (cycle.other_handles > 0) continue;  // Somebody may still have used them.
    if (lines.size() == kLeakLinesMax) {
      ++more_count;
      continue;
    }
    lines.push_back(Concat("cycle=\"", cycle.actors, "\" actors=", cycle.actor_count,
                           " hint=\"only these actors hold handles to each other, so Shutdown ends them and nothing "
                           "before it: Kill one, or let one drop its handle\""));
  }
  if (more_count > 0) lines.push_back(Concat("and ", more_count, " more cycles"));
  return lines;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
