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

// The higher, the sooner it comes.
std::pair<bool, uint64_t> RankOf(ObjectOrder order, uint64_t size_bytes, bool in_memory) {
  return {order == ObjectOrder::kInMemoryFirst && in_memory, size_bytes};
}

struct ComesFirst {
  ObjectOrder order;

  bool operator()(const ObjectRow& a, const ObjectRow& b) const {
    return RankOf(order, a.size_bytes, a.in_memory) > RankOf(order, b.size_bytes, b.in_memory);
  }
};

// Turns up the first rows of a longer list.
class FirstRows {
 public:
  FirstRows(uint64_t limit, ObjectOrder order) : limit_(limit), order_(order) {}

  bool Wants(uint64_t size_bytes, bool in_memory) {
    ++offered_count_;
    if (limit_ == 0 || rows_.size() < limit_) return limit_ > 0;
    const ObjectRow& last = rows_.front();
    return RankOf(order_, size_bytes, in_memory) > RankOf(order_, last.size_bytes, last.in_memory);
  }
  void Add(ObjectRow row) {
    if (rows_.size() == limit_) {
      std::pop_heap(rows_.begin(), rows_.end(), ComesFirst{order_});
      rows_.pop_back();
    }
    rows_.push_back(std::move(row));
    std::push_heap(rows_.begin(), rows_.end(), ComesFirst{order_});
  }
  std::vector<ObjectRow> Take() {
    std::sort_heap(rows_.begin(), rows_.end(), ComesFirst{order_});
    return std::move(rows_);
  }
  uint64_t offered_count() const { return offered_count_; }

 private:
  const uint64_t limit_;
  const ObjectOrder order_;
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

ObjectsView RuntimeView::Objects(uint64_t limit, ObjectOrder order) {
  ObjectsView view;
  view.counts = core_.counts();
  ValueRouter* const router = core_.parts_.router.get();
  if (router == nullptr) return view;
  FirstRows rows(limit, order);
  view.large_native_count = router->EachCharged(kVisitedMax, [&](const NativeCharge& charge) {
    if (!rows.Wants(charge.bytes, /*in_memory=*/true)) return;
    SharedObject& object = *charge.object;
    const TaskState* const task = object.task();
    rows.Add({.id = object.id(),
              .type = std::string(object.type().stored().descriptor.name),
              .place = "native",
              .size_bytes = charge.bytes,
              .references = object.reference_count(),
              .from = task != nullptr ? std::string(task->name()) : "",
              .submitted_at = task != nullptr ? task->site().ToString() : ""});
  });
  const std::shared_ptr<ObjectStore>& store = router->stored().store;
  // Listing sorts all of them: where there are too many they are counted only.
  if (const uint64_t count = store->List({}); count > kVisitedMax) {
    view.unlisted_count = count;
  } else {
    std::vector<ObjectInfo> infos(count);  // With those that are deleted and kept by views: arrays, most of them.
    infos.resize(std::min<uint64_t>(store->List(infos), infos.size()));
    for (const ObjectInfo& info : infos) {
      const bool open = info.state == ObjectState::kOpen;
      const bool in_memory = !router->store_spills() || open || info.pin_count > 0;
      if (!rows.Wants(info.size_bytes, in_memory)) continue;
      rows.Add({.id = info.id,
                .type = "",
                .place = "store",
                .size_bytes = info.size_bytes,
                .references = info.pin_count,
                .from = "",
                .in_memory = in_memory,
                .open = open});
    }
  }
  view.objects = rows.Take();
  view.more = rows.offered_count() > view.objects.size();
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
