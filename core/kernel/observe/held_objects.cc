#include "core/kernel/observe/held_objects.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace manta {
namespace {

// "" also for places in the system's headers, where containers copy what the program gives them.
std::string SiteOf(const RefEvent& event) {
  if (event.site_file == nullptr || std::string_view(event.site_file).starts_with("/usr/")) return "";
  return SourceSite{event.site_file, event.site_line}.ToString();
}

// What it copies itself, for arguments and queues.
bool OfTheRuntime(const RefEvent& event) {
  return event.kind == RefEventKind::kLocalAdded && event.other.nil() && event.site_file == nullptr;
}

// Who a holder is, without which of its kind.
std::string KindOf(const RefEvent& event) {
  switch (event.kind) {
    case RefEventKind::kLocalAdded:
      return OfTheRuntime(event) ? "the runtime" : event.other.nil() ? "main" : "tasks";
    case RefEventKind::kBorrowed:
      return "other processes";
    case RefEventKind::kSent:
      return "messages";
    case RefEventKind::kSubmitted:
      return "tasks that have it as an argument";
    case RefEventKind::kLineage:
      return "tasks that might run again";
    case RefEventKind::kWeak:
      return "weak references";
    case RefEventKind::kLocalBack:
      return "a reader";
    default:
      return "this process";
  }
}

std::string NameOf(const RefEvent& event) {
  switch (event.kind) {
    case RefEventKind::kLocalAdded:
      return event.other.nil() ? KindOf(event) : Concat("code of task ", event.other.ToHex());
    case RefEventKind::kBorrowed:
      return Concat("process ", event.worker);
    case RefEventKind::kSent:
      return Concat("a message to process ", event.worker);
    case RefEventKind::kSubmitted:
    case RefEventKind::kLineage:
      return Concat("task ", event.other.ToHex());
    default:
      return KindOf(event);
  }
}

bool CodeHolds(const RefFact& fact) { return fact.event.kind == RefEventKind::kLocalAdded && !fact.event.other.nil(); }

// Whether each third of [first, now] has at least a sixth of the times. REQUIRES: they are sorted.
bool InEachThird(const std::vector<int64_t>& times, int64_t now_ns) {
  uint64_t counts[3] = {};
  const int64_t third_ns = std::max<int64_t>((now_ns - times.front()) / 3, 1);
  for (const int64_t time_ns : times) ++counts[std::clamp<int64_t>((time_ns - times.front()) / third_ns, 0, 2)];
  return std::all_of(std::begin(counts), std::end(counts), [&](uint64_t count) { return count * 6 >= times.size(); });
}

}  // namespace

HeldObjects::HeldObjects(std::span<const RefFact> facts) {
  for (const RefFact& fact : facts) {
    const RefEvent& event = fact.event;
    const auto [found, fresh] = places_.try_emplace(event.object, objects_.size());
    if (fresh) objects_.push_back({.id = event.object});
    HeldObject& object = objects_[found->second];
    if (event.kind == RefEventKind::kMade) {
      if (!std::exchange(object.observed, true)) ++observed_count_;
      object.made_at = SiteOf(event);
      object.made_by = event.other;
      object.made_ns = fact.since_ns;
      object.size_bytes = event.size_bytes;
    } else if (event.kind == RefEventKind::kNested) {
      object.containers.push_back(fact);
    } else {
      object.holders.push_back(fact);
    }
  }
  // Whose references are known one by one says nothing more by "this process".
  for (HeldObject& object : objects_) {
    const bool one_by_one = std::any_of(object.holders.begin(), object.holders.end(), [](const RefFact& fact) {
      return fact.event.kind == RefEventKind::kLocalAdded;
    });
    if (!one_by_one) continue;
    std::erase_if(object.holders, [](const RefFact& fact) { return fact.event.kind == RefEventKind::kEscaped; });
  }
}

const HeldObject* HeldObjects::Find(ObjectId id) const {
  const auto found = places_.find(id);
  return found == places_.end() ? nullptr : &objects_[found->second];
}

void HeldObjects::SetSize(ObjectId id, uint64_t size_bytes) {
  const auto found = places_.find(id);
  if (found != places_.end() && objects_[found->second].size_bytes == 0) {
    objects_[found->second].size_bytes = size_bytes;
  }
}

std::vector<HeldGroup> HeldObjects::Groups(int64_t begin_ns, int64_t now_ns) const {
  struct Gathered {
    HeldGroup group;
    std::vector<int64_t> times;
    std::map<std::string, uint64_t> holders;  // How many objects each holds.
  };
  std::map<std::string, Gathered> by_place;
  for (const HeldObject& object : objects_) {
    if (!object.observed) continue;
    Gathered& gathered = by_place[object.made_at];
    HeldGroup& group = gathered.group;
    ++group.object_count;
    group.size_bytes += object.size_bytes;
    if (object.made_ns != 0) gathered.times.push_back(object.made_ns);
    if (group.example.nil() || (object.made_ns != 0 && object.made_ns < group.oldest_ns)) {
      group.example = object.id;
      group.oldest_ns = object.made_ns;
    }
    for (const RefFact& fact : object.holders) {
      if (fact.event.kind == RefEventKind::kLocalAdded) group.reference_count += fact.count;
      const std::string site = SiteOf(fact.event);
      ++gathered.holders[site.empty() ? KindOf(fact.event) : Concat(KindOf(fact.event), " (", site, ")")];
    }
    if (!object.containers.empty()) ++gathered.holders["objects"];
  }
  std::vector<HeldGroup> groups;
  for (auto& [place, gathered] : by_place) {
    HeldGroup& group = gathered.group;
    group.made_at = place;
    for (const auto& [name, count] : gathered.holders) group.held_by.push_back({.name = name, .object_count = count});
    std::stable_sort(group.held_by.begin(), group.held_by.end(),
                     [](const HeldBy& a, const HeldBy& b) { return a.object_count > b.object_count; });
    std::sort(gathered.times.begin(), gathered.times.end());
    if (gathered.times.size() >= kGrowthCountMin) {
      const int64_t age_ns = now_ns - gathered.times.front();
      group.grows =
          age_ns >= kGrowthAgeMinNs && age_ns >= (now_ns - begin_ns) / 2 && InEachThird(gathered.times, now_ns);
    }
    groups.push_back(std::move(group));
  }
  std::stable_sort(groups.begin(), groups.end(), [](const HeldGroup& a, const HeldGroup& b) {
    return std::pair(a.size_bytes, a.object_count) > std::pair(b.size_bytes, b.object_count);
  });
  return groups;
}

std::vector<HeldStep> HeldObjects::PathTo(ObjectId id) const {
  if (Find(id) == nullptr) return {};
  // Breadth first, so that the first end is the nearest.
  struct Reached {
    const HeldObject* object;
    uint64_t from;        // In `reached`; its own place for the first.
    const RefFact* edge;  // From there to here.
  };
  std::vector<Reached> reached = {{Find(id), 0, nullptr}};
  absl::flat_hash_set<ObjectId> seen = {id};
  const auto path_to = [&](uint64_t last, HeldStep end) {
    std::vector<HeldStep> steps = {std::move(end)};
    for (uint64_t i = last; reached[i].edge != nullptr; i = reached[i].from) {
      const RefFact& edge = *reached[i].edge;
      steps.push_back({.what = Concat("lies in object ", edge.event.other.ToHex()),
                       .object = edge.event.other,
                       .since_ns = edge.since_ns,
                       .at = SiteOf(edge.event)});
    }
    std::reverse(steps.begin(), steps.end());
    return steps;
  };
  bool ring = false;
  uint64_t unknown_from = 0;
  ObjectId unknown;
  for (uint64_t i = 0; i < reached.size(); ++i) {
    const HeldObject& object = *reached[i].object;
    if (!object.holders.empty()) {
      const RefFact& holder = object.holders.front();
      const std::string times = holder.count > 1 ? Concat(", ", holder.count, " references") : "";
      return path_to(i, {.what = Concat("is held by ", NameOf(holder.event), times),
                         .since_ns = holder.since_ns,
                         .at = SiteOf(holder.event)});
    }
    for (const RefFact& outer : object.containers) {
      if (!seen.insert(outer.event.other).second) {
        ring = true;
        continue;
      }
      if (const HeldObject* const known = Find(outer.event.other); known != nullptr) {
        reached.push_back({known, i, &outer});
      } else if (unknown.nil()) {
        unknown = outer.event.other;
        unknown_from = i;
      }
    }
  }
  if (!unknown.nil()) {
    return path_to(unknown_from,
                   {.what = Concat("lies in object ", unknown.ToHex(), ", which is not observed"), .object = unknown});
  }
  return path_to(reached.size() - 1, {.what = ring ? "lies in a ring of objects that contain each other"
                                                   : "is held by nobody that was recorded"});
}

// Whether the main part holds it, or something that it lies in; also when that cannot be known. What the runtime holds
// goes with its tasks.
bool HeldObjects::MainKeeps(const HeldObject& object) const {
  std::vector<const HeldObject*> reached = {&object};
  absl::flat_hash_set<ObjectId> seen = {object.id};
  for (size_t i = 0; i < reached.size(); ++i) {
    for (const RefFact& holder : reached[i]->holders) {
      if (!CodeHolds(holder) && !OfTheRuntime(holder.event)) return true;
    }
    for (const RefFact& outer : reached[i]->containers) {
      if (!seen.insert(outer.event.other).second) continue;
      const HeldObject* const known = Find(outer.event.other);
      if (known == nullptr) return true;
      reached.push_back(known);
    }
  }
  return false;
}

std::vector<HeldLeak> HeldObjects::LeaksSince(const HeldObjects& before) const {
  const auto main_kept = [&before](ObjectId id) {
    const HeldObject* const known = before.Find(id);
    return known != nullptr && before.MainKeeps(*known);
  };
  std::map<std::pair<std::string, std::string>, HeldLeak> by_places;
  for (const HeldObject& object : objects_) {
    const auto holder = std::find_if(object.holders.begin(), object.holders.end(), CodeHolds);
    const bool handed_on = std::any_of(object.holders.begin(), object.holders.end(),
                                       [](const RefFact& fact) { return OfTheRuntime(fact.event); });
    if (holder == object.holders.end() || handed_on || MainKeeps(object)) continue;
    if (main_kept(object.id) || main_kept(holder->event.other)) continue;
    HeldLeak& leak = by_places[{object.made_at, SiteOf(holder->event)}];
    if (leak.object_count++ == 0) {
      leak.made_at = object.made_at;
      leak.got_at = SiteOf(holder->event);
      leak.example = object.id;
    }
    leak.size_bytes += object.size_bytes;
  }
  std::vector<HeldLeak> leaks;
  for (auto& [places, leak] : by_places) leaks.push_back(std::move(leak));
  std::stable_sort(leaks.begin(), leaks.end(),
                   [](const HeldLeak& a, const HeldLeak& b) { return a.object_count > b.object_count; });
  return leaks;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
