// core/runtime/reference_watch.h -- tells the ref counter what this process does with objects that have escaped, and
// does what the counter decides.
//
// A reference is counted in its object (shared_object.h), and nobody else hears of it. An object escapes when a value
// that the store keeps refers to it: from then on it is needed by the process's references and by stored objects, and
// the counter says when by nothing. Values in the store hold no references of their own then.
//
//   uncounted --Keep: kEscaped, kNested--> counted --LastLocal: kLocalGone, LetGo: kUnnested--> decided: kDied--> dead
//                                             ^----Read, Find: kLocalBack, Keep: kNested----/
//
// Why it is known whether the process has references: the count in a counted object reaches 0 and leaves it again. It
// leaves 0 under the watch's lock alone; and whoever makes it 0 comes to LastLocal, once. So `turns`, the times that it
// left 0 less the visits there, is 0 exactly when there is no reference and nobody on the way: events are in order, and
// no object is gone when its visitor arrives.
//
// What a plugin does wrong costs no object: it dies when the counter has decided and this watch, which counts
// containers as well, knows of no need. Of an object that is decided early, or freed, or when the counter has failed,
// it decides alone.
//
// A counter that observes all hears of one in so many objects from birth to death, references and all, with who did it
// and where. Such objects bear a mark beside their count, which copying and dropping a reference look at anyway.
//
// Shapes    Weak references tell nothing, since they keep nothing. An argument of a task is a reference of the process.
// Threads   [any-thread]. The counter is called under the watch's lock. Of counted objects it is told under no other;
//           objects are destroyed under none, and never recursively.
// Memory    About 80 bytes for each counted object. The watch, and with it the counter, lives as long as one object is
//           counted or observed.
// Cost      A lock and a call of the counter for each call here. Other objects never come here.
//
// Source    docs/adr/0027-the-runtime-tells-the-ref-counter.md.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "core/base/error.h"
#include "core/base/ids.h"
#include "core/base/mutex.h"
#include "core/interface/ref_counter.h"

namespace manta {

class SharedObject;

struct ReferenceWatchOptions {
  bool protects = true;         // RefCounter::kCapabilityProtects. Else stored values hold references of their own.
  uint64_t observe_one_in = 0;  // RefCounter::ObserveOneIn.
};

class ReferenceWatch : public std::enable_shared_from_this<ReferenceWatch> {
 public:
  using InnerObject = std::pair<ObjectId, SharedObject*>;

  // REQUIRES: the counter was started, and nobody else calls it.
  ReferenceWatch(std::shared_ptr<RefCounter> counter, const ReferenceWatchOptions& options)
      : counter_(std::move(counter)), options_(options) {}
  ReferenceWatch(const ReferenceWatch&) = delete;
  ReferenceWatch& operator=(const ReferenceWatch&) = delete;

  bool protects() const { return options_.protects; }
  uint64_t observe_one_in() const { return options_.observe_one_in; }

  // Something happened to an object that the shell chose: kMade first, kDied last. By the code that runs on this
  // thread, at `site`.
  void Observe(RefEvent event, SourceSite site = {});

  // The stored object `outer` refers to each of `inner`. REQUIRES: protects(); they are of this watch's runtime, no two
  // are the same, and the caller has a reference to each.
  void Keep(ObjectId outer, std::span<const InnerObject> inner);

  // That object is gone.
  void LetGo(ObjectId outer, std::span<const InnerObject> inner);

  // A reference for who reads it out of `outer`. REQUIRES: that is not gone.
  void Read(ObjectId outer, SharedObject& inner);

  // A counted object with a new reference for the caller; null: it is gone.
  SharedObject* Find(ObjectId id);

  // This process's last reference has gone, as far as the caller knows, who was the one that counted to 0.
  void LastLocal(SharedObject& object);

  // The program has let go of the value of a counted or observed object, whatever needs it; the object stays until
  // nothing does. REQUIRES: the caller has a reference.
  void Freed(ObjectId id);

  // What was told of the object lately, the oldest first: "escaped, nested in ..."; empty: nothing.
  std::string Recent(ObjectId id) const;

  // As the counter's.
  RefCounterStats Stats() const;
  uint64_t List(std::span<RefFact> facts) const;

 private:
  struct Entry {
    SharedObject* object = nullptr;
    uint64_t turns = 0;        // See above.
    uint64_t outer_count = 0;  // Stored objects that refer to it: Keep, LetGo.
    bool alone = false;        // The counter does not know it any more.
  };
  using Entries = absl::flat_hash_map<ObjectId, Entry>;

  // What happens when the lock is no longer held.
  struct Afterwards {
    Afterwards() = default;
    Afterwards(const Afterwards&) = delete;
    Afterwards& operator=(const Afterwards&) = delete;
    ~Afterwards();

    std::vector<SharedObject*> dead;
    std::shared_ptr<ReferenceWatch> self;  // The last one: goes after the dead, who know the watch.
  };

  void Tell(const Entry& entry, RefEventKind kind, ObjectId object, ObjectId other = {})
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Add(const RefEvent& event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Gain(Entry& entry, ObjectId outer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Settle(Afterwards& afterwards) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Decide(const RefDecision& decision, Afterwards& afterwards) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Fail(const absl::Status& status, Afterwards& afterwards) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndIfUnneeded(Entries::iterator found, Afterwards& afterwards) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string PastLocked(ObjectId id) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string RecentLocked(ObjectId id) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  struct Told {
    RefEventKind kind = {};
    ObjectId object = {};
    ObjectId other = {};
  };
  static constexpr uint64_t kRecentCount = 256;
  static constexpr uint64_t kEventsKeptMax = 1024;  // Room that stays between two batches.

  const std::shared_ptr<RefCounter> counter_;
  const ReferenceWatchOptions options_;
  mutable Mutex mutex_{"reference_watch"};
  Entries entries_ ABSL_GUARDED_BY(mutex_);
  std::vector<RefEvent> events_ ABSL_GUARDED_BY(mutex_);           // Not told yet.
  bool failed_ ABSL_GUARDED_BY(mutex_) = false;                    // The counter.
  std::array<Told, kRecentCount> recent_ ABSL_GUARDED_BY(mutex_);  // A ring.
  uint64_t told_count_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t observed_count_ ABSL_GUARDED_BY(mutex_) = 0;           // Objects that are alive: kMade, kDied.
  std::shared_ptr<ReferenceWatch> self_ ABSL_GUARDED_BY(mutex_);  // As long as one is counted or observed.
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
