// core/runtime/handle_cycles.h -- finds actors that keep each other by the handles they hold.
//
//   actor 3: 2 handles, one of them held by actor 5  \\   "actor 3 (Parent) -> actor 5 (Child) -> actor 3 (Parent)",
//   actor 5: 1 handle, held by actor 3               /   and one more handle is elsewhere
//
// Threads   Values.
// Cost      O((actors + handles) * log(actors)).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace manta {

struct HeldActor {
  uint64_t number = 0;  // No two have the same.
  std::string name = {};
  uint64_t handle_count = 0;           // All handles to it.
  std::vector<uint64_t> holders = {};  // The actor that holds it, for each handle of which that is known.
};

// All actors that can be reached from each other along handles, or one that holds a handle to itself.
struct HandleCycle {
  std::string actors = {};     // A shortest way around: "actor 3 (Parent) -> actor 5 (Child) -> actor 3 (Parent)".
  uint64_t actor_count = 0;    // On that way or beside it.
  uint64_t other_handles = 0;  // Handles to one of them that none of them holds.
};

// In the order of their first actors.
std::vector<HandleCycle> FindHandleCycles(std::span<const HeldActor> actors);

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
