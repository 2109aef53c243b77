// core/runtime/actor_names.h -- finds living actors by name.
//
// Threads   [any-thread].
// Memory    The actor says its name in its settings; it leaves the table when it ends. The table keeps no actor alive.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "core/base/mutex.h"

namespace manta {

class ActorState;

class ActorNames {
 public:
  // Enters `actor` under its name. Null: done. Else the living actor that has the name, with a handle for the caller.
  ActorState* Claim(ActorState& actor);

  // The living actor with that name, with a handle for the caller; null: none.
  ActorState* Find(std::string_view name_space, std::string_view name);

  // The actor has ended. Does nothing if its name is another's.
  void Remove(const ActorState& actor);

 private:
  using Key = std::pair<std::string, std::string>;

  Mutex mutex_{"actor_names"};
  absl::flat_hash_map<Key, ActorState*> actors_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
