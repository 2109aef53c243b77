// core/runtime/runtime_view.h -- shows what a runtime is doing right now, and why what waits does wait.
//
// For people, from a thread that is none of the runtime's. What runs goes on meanwhile, so a view is no moment that
// ever was; but each row was true when it was looked at.
//
// Tasks are kept in no table, since a table costs more than a small task. So they are found as waiters help: from those
// that run and from the threads that wait, along results and arguments, in both directions; and then in the scheduler's
// queue, as far as there is room. Calls of actors that nobody waits for are counted, and not listed.
//
// Threads   [any-thread], inside a visit (core_visit.h).
// Memory    Rows are copies. Nothing is kept alive when a call has returned.
// Cost      At most `limit` rows, and looks at a bounded number of things for them, however much there is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/ids.h"
#include "core/runtime/handle_cycles.h"
#include "core/runtime/runtime_counts.h"

namespace manta {

class ActorState;
class RuntimeCore;

struct TaskRow {
  ObjectId id = {};           // Of its result; nil for a thread of the program.
  std::string name = {};      // "(the program)" for such a thread.
  std::string state = {};     // "running", "waiting", "queued", "suspended", ...
  std::string because = {};   // What it waits for; "": it does not wait.
  std::string actor = {};     // Whose call it is; "": none's.
  std::string location = {};  // "worker 3", "thread 1"; "": nowhere yet.
  std::string submitted_at = {};
  uint32_t attempt = 1;
};

struct TasksView {
  RuntimeCounts counts;
  uint64_t running_count = 0;
  uint64_t queued_count = 0;        // In the scheduler: tasks, and actors with calls.
  uint64_t waiting_threads = 0;     // In Get, Wait and the like.
  bool complete_knowledge = false;  // False: the system does not let tools see what runs.
  bool more = false;                // More rows than the limit.
  std::vector<TaskRow> tasks;
};

struct ActorRow {
  uint64_t number = 0;  // From 1, in the order in which they were made.
  std::string name = {};
  std::string registered_name = {};  // "namespace/name"; "": none.
  std::string state = {};            // "idle", "busy", "queued", "ending"
  std::string runs = {};             // The call that runs; of several, one.
  std::string because = {};          // Why its calls wait; "": none does.
  uint64_t queued_count = 0;         // Calls that it has not begun.
  uint64_t held_back_count = 0;      // Of these: behind one whose arguments are not there.
  bool queue_known = false;
  uint64_t incarnation = 1;
};

struct ActorsView {
  uint64_t actor_count = 0;
  std::vector<ActorRow> actors;  // The youngest ones.
};

struct ObjectRow {
  ObjectId id = {};
  std::string type = {};   // "": not known without reading it.
  std::string place = {};  // "native", "store"
  uint64_t size_bytes = 0;
  uint64_t references = 0;  // Of stored ones: pins.
  std::string from = {};    // The task that made it; "": it was put.
  std::string submitted_at = {};
  bool in_memory = true;  // False: it may lie on the disk of a store that spills, since it is neither open nor pinned.
  bool open = false;      // It is being written into the store.
};

enum class ObjectOrder {
  kLargestFirst,
  kInMemoryFirst,  // The largest of these, and then the largest of the others.
};

struct ObjectsView {
  RuntimeCounts counts;
  uint64_t large_native_count = 0;  // Values that own NativeCharge::kBytesMin or more.
  uint64_t unlisted_count = 0;      // Objects of the store, if they are too many to list: it has no row then.
  bool more = false;
  std::vector<ObjectRow> objects;  // In their order. Small native ones are counted only.
};

class RuntimeView {
 public:
  explicit RuntimeView(RuntimeCore& core) : core_(core) {}

  TasksView Tasks(uint64_t limit);
  ActorsView Actors(uint64_t limit);
  ObjectsView Objects(uint64_t limit, ObjectOrder order = ObjectOrder::kLargestFirst);

  // Actors that keep each other by handles that lie where calls have left them, which have ended. Handles that calls
  // still use, or that are under way, are others. Empty unless the program is observed.
  std::vector<HandleCycle> HandleCycles();

  uint64_t actor_count();
  uint64_t queued_count();
  uint64_t waiting_threads();

 private:
  class TaskSearch;

  // The youngest ones, each with a reference for the caller.
  std::vector<ActorState*> RetainActors(uint64_t limit, uint64_t* actor_count);

  RuntimeCore& core_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
