#include "core/runtime/actor_names.h"

#include "core/runtime/actor_state.h"

namespace manta {

ActorState* ActorNames::Claim(ActorState& actor) {
  MutexLock lock(mutex_);
  ActorState*& named = actors_[Key(actor.settings().name_space, actor.settings().registered_name)];
  // One whose last handle has gone is about to end: nobody can reach it, and the name is free.
  if (named != nullptr && named->TryRetainHandle()) return named;
  named = &actor;
  return nullptr;
}

ActorState* ActorNames::Find(std::string_view name_space, std::string_view name) {
  MutexLock lock(mutex_);
  const auto found = actors_.find(Key(name_space, name));
  if (found == actors_.end() || !found->second->TryRetainHandle()) return nullptr;
  return found->second;
}

void ActorNames::Remove(const ActorState& actor) {
  MutexLock lock(mutex_);
  const auto found = actors_.find(Key(actor.settings().name_space, actor.settings().registered_name));
  if (found != actors_.end() && found->second == &actor) actors_.erase(found);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
