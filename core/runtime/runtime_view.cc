#include "core/runtime/runtime_view.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/base/text.h"
#include "core/runtime/actor_state.h"
#include "core/runtime/handle_places.h"
#include "core/runtime/name_table.h"
#include "core/runtime/running_tasks.h"
#include "core/runtime/runtime_core.h"
#include "core/runtime/stored_value.h"

namespace manta {
namespace {

// So many values of each list, and so many objects of the store, are looked at in order to find the largest.
constexpr uint64_t kVisitedMax = 100'000;

// Turns up the largest rows of a longer list.
class Largest {
 public:
  explicit Largest(uint64_t limit) : limit_(limit) {}

  bool Wants(uint64_t size_bytes) {
    ++offered_count_;
    return limit_ > 0 && (rows_.size() < limit_ || size_bytes > rows_.front().size_bytes);
  }
  void Add(ObjectRow row) {
    if (rows_.size() == limit_) {
      std::pop_heap(rows_.begin(), rows_.end(), LargerOne);
      rows_.pop_back();
    }
    rows_.push_back(std::move(row));
    std::push_heap(rows_.begin(), rows_.end(), LargerOne);
  }
  std::vector<ObjectRow> Take() {
    std::sort_heap(rows_.begin(), rows_.end(), LargerOne);
    return std::move(rows_);
  }
  uint64_t offered_count() const { return offered_count_; }

 private:
  static bool LargerOne(const ObjectRow& a, const ObjectRow& b) { return a.size_bytes > b.size_bytes; }

  const uint64_t limit_;
  uint64_t offered_count_ = 0;
  std::vector<ObjectRow> rows_;
};

std::vector<HandlePlaces::Table> PlacesOf(const std::vector<ActorState*>& actors) {
  std::vector<HandlePlaces::Table> places;
  for (const ActorState* actor : actors) {
    places.push_back(actor->handle_places() != nullptr ? actor->handle_places()->All() : HandlePlaces::Table());
  }
  return places;
}

absl::flat_hash_set<ObjectId> SuspendedCalls(const std::vector<ActorState*>& actors) {
  absl::flat_hash_set<ObjectId> calls;
  for (ActorState* actor : actors) {
    for (const ObjectId call : actor->SuspendedCalls()) calls.insert(call);
  }
  return calls;
}

}  // namespace

uint64_t RuntimeView::actor_count() {
  MutexLock lock(core_.mutex_);
  return core_.actor_count_;
}

uint64_t RuntimeView::queued_count() { return core_.parts_.scheduler.Stats().queued_count; }

uint64_t RuntimeView::waiting_threads() {
  return core_.blocked_.Each([](ThreadWaiter&) { return false; });
}

std::vector<ActorState*> RuntimeView::RetainActors(uint64_t limit, uint64_t* actor_count) {
  std::vector<ActorState*> actors;
  MutexLock lock(core_.mutex_);
  *actor_count = core_.actor_count_;
  core_.actors_.EachUntil([&](ActorState& actor) {
    if (actors.size() >= limit) return false;
    actor.Retain();
    actors.push_back(&actor);
    return true;
  });
  return actors;
}

ActorsView RuntimeView::Actors(uint64_t limit) {
  ActorsView view;
  const std::vector<ActorState*> actors = RetainActors(limit, &view.actor_count);
  {
    const RunningTasks running(core_.shell());
    for (ActorState* actor : actors) {
      ActorRow row{.number = actor->number(), .name = std::string(actor->name()), .incarnation = actor->incarnation()};
      const ActorSettings& settings = actor->settings();
      if (!settings.registered_name.empty()) {
        row.registered_name = settings.name_space.empty() ? settings.registered_name
                                                          : Concat(settings.name_space, "/", settings.registered_name);
      }
      const RunningTasks::Running* call = nullptr;
      for (const RunningTasks::Running& each : running.tasks()) {
        if (each.actor == actor) call = &each;
      }
      if (call != nullptr) row.runs = call->task->name();
      if (call != nullptr && settings.concurrency_max == 1) {
        row.queued_count = call->calls_behind;
        row.queue_known = true;
      } else {
        const ActorState::Queue queue = actor->LookAtQueue();
        row.queued_count = queue.queued_count;
        row.held_back_count = queue.held_back_count;
        row.queue_known = queue.known;
      }
      row.state = actor->ended() || actor->kill_requested() ? "ending"
                  : call != nullptr                         ? "busy"
                  : row.queued_count > 0                    ? "queued"
                                                            : "idle";
      if (row.queued_count > 0) {
        row.because = call != nullptr                             ? Concat("its call ", row.runs, " runs")
                      : row.held_back_count == row.queued_count   ? "arguments of the first call are not there"
                      : actor->demand() != 0 && !actor->granted() ? "its resources are not free"
                                                                  : "no worker is free, or it is being created";
      }
      view.actors.push_back(std::move(row));
    }
  }
  for (ActorState* actor : actors) actor->Release();
  return view;
}

// A handle counts when it was there before and after a moment in which the call that has put it there neither ran nor
// was suspended: since it had begun, it had ended.
std::vector<HandleCycle> RuntimeView::HandleCycles() {
  uint64_t actor_count = 0;
  std::vector<ActorState*> actors = RetainActors(UINT64_MAX, &actor_count);
  std::reverse(actors.begin(), actors.end());  // The oldest first.
  const std::vector<HandlePlaces::Table> before = PlacesOf(actors);
  absl::flat_hash_set<ObjectId> calls = SuspendedCalls(actors);
  bool known = false;
  {
    const RunningTasks running(core_.shell());
    known = running.known();
    for (const RunningTasks::Running& each : running.tasks()) calls.insert(each.task->id());
  }
  calls.merge(SuspendedCalls(actors));  // Those that have stopped to run meanwhile.
  const std::vector<HandlePlaces::Table> after = PlacesOf(actors);
  std::vector<HeldActor> held;
  for (size_t i = 0; i < actors.size(); ++i) {
    HeldActor& actor = held.emplace_back();
    actor.number = actors[i]->number();
    actor.name = std::string(actors[i]->name());
    actor.handle_count = actors[i]->handle_count();
    for (const auto& [place, holder] : after[i]) {
      const auto found = before[i].find(place);
      const bool lies_still = found != before[i].end() && found->second == holder && !calls.contains(holder.call);
      if (known && lies_still && holder.actor != 0) actor.holders.push_back(holder.actor);
    }
    actors[i]->Release();
  }
  return FindHandleCycles(held);
}

ObjectsView RuntimeView::Objects(uint64_t limit) {
  ObjectsView view;
  view.counts = core_.counts();
  ValueRouter* const router = core_.parts_.router.get();
  if (router == nullptr) return view;
  Largest largest(limit);
  view.large_native_count = router->EachCharged(kVisitedMax, [&](const NativeCharge& charge) {
    if (!largest.Wants(charge.bytes)) return;
    SharedObject& object = *charge.object;
    const TaskState* const task = object.task();
    largest.Add({.id = object.id(),
                 .type = std::string(object.type().stored().descriptor.name),
                 .place = "native",
                 .size_bytes = charge.bytes,
                 .references = object.reference_count(),
                 .from = task != nullptr ? std::string(task->name()) : "",
                 .submitted_at = task != nullptr ? task->site().ToString() : ""});
  });
  const std::shared_ptr<ObjectStore>& store = router->stored().store;
  // Listing sorts all of them: where there are too many they are counted only.
  if (const uint64_t count = store->List({}); count <= kVisitedMax) {
    std::vector<ObjectInfo> infos(count);  // With those that are deleted and kept by views: arrays, most of them.
    infos.resize(std::min<uint64_t>(store->List(infos), infos.size()));
    for (const ObjectInfo& info : infos) {
      if (!largest.Wants(info.size_bytes)) continue;
      largest.Add({.id = info.id,
                   .type = "",
                   .place = "store",
                   .size_bytes = info.size_bytes,
                   .references = info.pin_count,
                   .from = ""});
    }
  }
  view.objects = largest.Take();
  view.more = largest.offered_count() > view.objects.size();
  absl::flat_hash_map<ObjectId, ObjectRow*, std::hash<ObjectId>> stored_rows;
  for (ObjectRow& row : view.objects) {
    if (row.place == "store") stored_rows[row.id] = &row;
  }
  if (stored_rows.empty()) return view;
  router->EachStored([&](const StoredObject& stored) {
    const auto found = stored_rows.find(stored.id());
    if (found == stored_rows.end()) return;
    found->second->type = std::string(stored.origin().type);
    found->second->from = std::string(NameTable::NameOf(stored.origin().task_name));
    found->second->submitted_at = stored.origin().submitted_at.ToString();
  });
  return view;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
