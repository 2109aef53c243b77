#include "core/runtime/handle_places.h"

#include "core/runtime/actor_state.h"
#include "core/runtime/task_state.h"
#include "core/runtime/thread_state.h"

namespace manta {
namespace {

HandleHolder CodeOfThisThread() {
  const TaskState* const task = CurrentThread().task;
  if (task == nullptr || task->actor() == nullptr) return {};
  return {.actor = task->actor()->number(), .call = task->id()};
}

}  // namespace

void HandlePlaces::Add(const void* place) { Put(place, CodeOfThisThread()); }

void HandlePlaces::AddUnderWay(const void* place) { Put(place, {}); }

void HandlePlaces::Put(const void* place, const HandleHolder& holder) {
  MutexLock lock(mutex_);
  places_[place] = holder;
}

void HandlePlaces::Remove(const void* place) {
  MutexLock lock(mutex_);
  places_.erase(place);
}

HandlePlaces::Table HandlePlaces::All() const {
  MutexLock lock(mutex_);
  return places_;
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
