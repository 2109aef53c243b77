// core/kernel/observe/held_objects.h -- makes of what a ref counter lists who keeps which object, for tools and for the
// report at Shutdown.
//
//   const HeldObjects held(facts);
//   held.Groups(begin_ns, now_ns);       // By the place where they were made, the most bytes first.
//   held.PathTo(id);                     // From an object to what keeps it.
//   held.LeaksSince(before);             // At Shutdown, when all code has ended; and what was before that.
//
// What code holds is known by places: `main` or a task's or actor's code, and where that got its reference.
//
// Threads   Values.
// Memory    Texts are copies; facts are not kept.
//
// Source    docs/adr/0028-counters-show-what-they-know.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/base/ids.h"
#include "core/interface/ref_counter.h"

namespace manta {

struct HeldObject {
  ObjectId id = {};
  bool observed = false;                 // The counter was told of its making; else it heard of it when it escaped.
  std::string made_at = {};              // "file:line"; "": not known.
  ObjectId made_by = {};                 // A task by its result; nil: the main part, or not known (not observed).
  int64_t made_ns = 0;                   // 0: not known.
  uint64_t size_bytes = 0;               // 0: not known.
  std::vector<RefFact> holders = {};     // kLocalAdded, and what else is not an object: processes, tasks, this one.
  std::vector<RefFact> containers = {};  // kNested.
};

struct HeldBy {
  std::string name = {};  // "main (a.cc:3)", "tasks (a.cc:9)", "objects"
  uint64_t object_count = 0;
};

// Observed objects of one place.
struct HeldGroup {
  std::string made_at = {};
  std::vector<HeldBy> held_by = {};  // Most objects first.
  uint64_t object_count = 0;
  uint64_t size_bytes = 0;  // Of those whose sizes are known.
  uint64_t reference_count = 0;
  int64_t oldest_ns = 0;  // When the oldest of them was made; 0: not known.
  bool grows = false;     // They have become more all the time, and none of the first ones has gone.
  ObjectId example = {};  // The oldest.
};

// A step from an object to what keeps it.
struct HeldStep {
  std::string what = {};  // "is held by main", "lies in object 07..", ...
  ObjectId object = {};   // The container; nil: the path ends here.
  int64_t since_ns = 0;
  std::string at = {};
};

// Objects that were made at one place and are held by code that got them at one place.
struct HeldLeak {
  std::string made_at = {};
  std::string got_at = {};
  uint64_t object_count = 0;
  uint64_t size_bytes = 0;
  ObjectId example = {};
};

class HeldObjects {
 public:
  static constexpr uint64_t kGrowthCountMin = 9;
  static constexpr int64_t kGrowthAgeMinNs = 1'000'000'000;

  explicit HeldObjects(std::span<const RefFact> facts);

  const std::vector<HeldObject>& objects() const { return objects_; }
  const HeldObject* Find(ObjectId id) const;
  uint64_t observed_count() const { return observed_count_; }

  // For objects whose size no fact tells.
  void SetSize(ObjectId id, uint64_t size_bytes);

  // Of observed objects alone: they stand for the others, too, of which some are known since they have escaped.
  // A place's objects grow when there are at least kGrowthCountMin, the oldest was made in the first half of the time
  // since `begin_ns` and kGrowthAgeMinNs ago, and each third of the time since then has left a sixth of them or more.
  std::vector<HeldGroup> Groups(int64_t begin_ns, int64_t now_ns) const;

  // The shortest one: through containers to who holds the last. Without such an end the last step says why: it lies in
  // a ring, or in an object that is not known. Empty: the object itself is not known.
  std::vector<HeldStep> PathTo(ObjectId id) const;

  // What code of tasks and actors holds; unless the main part holds it as well, or did before, or what it lies in, or
  // the result of that very task, where the reference may lie. The most objects first.
  std::vector<HeldLeak> LeaksSince(const HeldObjects& before) const;

 private:
  bool MainKeeps(const HeldObject& object) const;

  std::vector<HeldObject> objects_;
  absl::flat_hash_map<ObjectId, uint64_t> places_;  // In objects_.
  uint64_t observed_count_ = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
