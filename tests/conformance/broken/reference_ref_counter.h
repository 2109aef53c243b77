// tests/conformance/broken/reference_ref_counter.h -- a right ref counter that protects and observes, for broken ones
// to spoil.
//
//   MANTA_PLUGIN(manta::RefCounter, MakeRefCounter<Broken>, .name = "test.ref_counter.broken", ...)
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/text.h"
#include "core/interface/host.h"
#include "core/interface/ref_counter.h"
#include "core/plugin/export.h"

namespace manta::conformance {

inline constexpr uint64_t kReferenceCapabilities = RefCounter::kCapabilityProtects | RefCounter::kCapabilityObservesAll;

class ReferenceRefCounter : public RefCounter {
 public:
  absl::Status Start(uint64_t worker) override {
    return worker != 0 ? absl::OkStatus() : absl::InvalidArgumentError("worker is 0: give this process's number");
  }

  absl::Status Observe(std::span<const RefEvent> events) override {
    if (absl::Status status = Check(events); !status.ok()) return status;
    for (const RefEvent& event : events) Hear(event);
    return absl::OkStatus();
  }

  uint64_t ObserveOneIn() const override { return 1; }

  uint64_t TakeDecisions(std::span<RefDecision> decisions) override {
    uint64_t count = 0;
    for (; count < decisions.size() && !decided_.empty(); ++count) {
      decisions[count] = {.event = {.kind = RefEventKind::kDied, .object = decided_.front()}};
      objects_.erase(decided_.front());
      decided_.erase(decided_.begin());
    }
    return count;
  }

  uint64_t List(std::span<RefFact> facts) const override {
    uint64_t count = 0;
    for (const auto& [id, object] : objects_) {
      if (Dead(id)) continue;
      for (const RefFact& fact : object.Facts()) {
        if (count < facts.size()) {
          facts[count] = fact;
          facts[count].event.object = id;
        }
        ++count;
      }
    }
    return count;
  }

  RefCounterStats Stats() const override {
    return {.counted_count = objects_.size(), .decided_count = decided_.size()};
  }

 protected:
  static absl::Status Check(std::span<const RefEvent> events) {
    const auto wrong = std::find_if_not(events.begin(), events.end(), Complete);
    if (wrong == events.end()) return absl::OkStatus();
    return MakeStatus(absl::StatusCode::kInvalidArgument, "event ", wrong - events.begin(), " of ", events.size(),
                      " lacks what its kind needs");
  }

  virtual void Hear(const RefEvent& event) {
    if (event.kind == RefEventKind::kDied) {
      objects_.erase(event.object);
      std::erase(decided_, event.object);
      return;
    }
    if (event.kind != RefEventKind::kEscaped && event.kind != RefEventKind::kMade && !objects_.contains(event.object)) {
      return;
    }
    Object& object = objects_[event.object];
    if (event.kind == RefEventKind::kEscaped) object.escaped = true;
    if (event.kind == RefEventKind::kMade) object.made = event;
    if (event.kind == RefEventKind::kMade || event.kind == RefEventKind::kLocalAdded) {
      object.Hold(event);
    }
    if (event.kind == RefEventKind::kLocalDropped) object.Drop(event);
    if (event.kind == RefEventKind::kValued) object.made.size_bytes = event.size_bytes;
    if (event.kind == RefEventKind::kEscaped || event.kind == RefEventKind::kLocalBack) object.local = true;
    if (event.kind == RefEventKind::kLocalGone) object.local = false;
    const auto need = [&](RefEventKind kind) { return Need{kind, event.other, event.worker}; };
    switch (event.kind) {
      case RefEventKind::kNested:
      case RefEventKind::kBorrowed:
      case RefEventKind::kSubmitted:
        object.needs.insert(need(event.kind));
        break;
      case RefEventKind::kUnnested:
        object.needs.erase(need(RefEventKind::kNested));
        break;
      case RefEventKind::kReturned:
        object.needs.erase(need(RefEventKind::kBorrowed));
        break;
      case RefEventKind::kTaskEnded:
        object.needs.erase(need(RefEventKind::kSubmitted));
        break;
      default:
        break;
    }
    const bool needed = object.local || !object.needs.empty();
    const bool decided = Dead(event.object);
    if (needed && decided) std::erase(decided_, event.object);
    if (!needed && !decided && object.escaped) decided_.push_back(event.object);
  }

  bool Dead(ObjectId object) const { return std::find(decided_.begin(), decided_.end(), object) != decided_.end(); }

  std::vector<ObjectId> decided_;  // The oldest first.

 private:
  using Need = std::tuple<RefEventKind, ObjectId, uint64_t>;
  struct Object {
    bool escaped = false;
    bool local = false;
    std::set<Need> needs;
    RefEvent made = {.kind = RefEventKind::kEscaped};  // kMade, when that was told.
    std::vector<RefFact> holders;

    void Hold(RefEvent event) {
      event.kind = RefEventKind::kLocalAdded;
      for (RefFact& holder : holders) {
        if (holder.event.other != event.other) continue;
        holder.event = event;
        ++holder.count;
        return;
      }
      holders.push_back({.event = event});
    }

    // By another than its holder: a reference that was handed on.
    void Drop(const RefEvent& event) {
      if (holders.empty()) return;
      auto holder = std::find_if(holders.begin(), holders.end(),
                                 [&](const RefFact& fact) { return fact.event.other == event.other; });
      if (holder == holders.end()) holder = holders.begin();
      if (--holder->count == 0) holders.erase(holder);
    }

    std::vector<RefFact> Facts() const {
      std::vector<RefFact> facts;
      if (made.kind == RefEventKind::kMade) facts.push_back({.event = made});
      facts.insert(facts.end(), holders.begin(), holders.end());
      if (escaped && local) facts.push_back({.event = {.kind = RefEventKind::kEscaped}});
      for (const auto& [kind, other, worker] : needs) {
        facts.push_back({.event = {.kind = kind, .other = other, .worker = worker}});
      }
      return facts;
    }
  };
  std::map<ObjectId, Object> objects_;
};

template <typename Counter>
absl::StatusOr<std::unique_ptr<RefCounter>> MakeRefCounter(const Host&, std::span<const std::byte>) {
  return std::make_unique<Counter>();
}

}  // namespace manta::conformance

// SPDX-License-Identifier: Apache-2.0
