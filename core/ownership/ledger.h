// core/ownership/ledger.h -- what one process knows of who needs which object, and what follows from each event.
//
// A state machine: events in, decisions and messages out. Messages it is told have come once, and in the order in which
// their sender made them (link.h sees to that); those of different senders may come in any order.
//
//   own object       unknown --kEscaped--> owned --(nothing needs it)--> decided --TakeDecisions--> unknown
//   another's        unknown --(a reference comes)--> asked --kGranted--> granted --(nothing needs it)--> unknown
//                                                         \----kGone----> unknown, and the process is told
//
// Shapes    Each step's reasons stand at its transition (transition.h). What holds between steps:
//             1. Who is granted an object is a kBorrow need at its owner, until it has let go or died.
//             2. Who has asked has a giver whose own need (kTransit there, kReading here) lasts until the answer,
//             unless
//                that giver has died or a weak reference was locked.
//             3. That giver had the object before. So from giver to giver one comes to somebody who is granted it, or
//             to
//                the owner: no object dies while a process that is alive has it, unless all its givers died too early.
// Threads   [one-at-a-time].
// Memory    139 bytes for each object when the table is full, 273 when it has just grown; 80 for each need. (Measured:
//           plugins/ref_counter/owner:owner_counter_benchmark.)
// Cost      O(1) for each event. kWorkerDied: O(all that is known).
//
// Source    docs/adr/0022-ownership-protocol.md.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "core/base/ids.h"
#include "core/interface/ref_counter.h"
#include "core/ownership/history.h"
#include "core/ownership/need.h"

namespace manta {

enum class Standing : uint32_t { kUnknown, kOwned, kAsked, kGranted };

// What follows from the needs of an own object.
enum class Outcome : uint32_t {
  kInUse,
  kIdle,  // Remembered by weak references or lineage, not kept.
  kDead,
};

// All that is known of an object, for tools and tests.
struct ObjectRecord {
  ObjectId object = {};
  Standing standing = Standing::kUnknown;
  Outcome outcome = Outcome::kInUse;
  Outcome outcome_told = Outcome::kInUse;  // A decision waits when they differ.
  bool local = false;
  bool weak = false;
  bool rebuildable = false;
  std::vector<Need> needs;    // In their order.
  std::vector<Giver> givers;  // In their order.
};

class Ledger {
 public:
  // REQUIRES: self != 0; history outlives the ledger and its copies.
  Ledger(uint64_t self, History& history) : self_(self), history_(&history) {}

  // REQUIRES: Complete(event).
  void Step(const RefEvent& event);

  // As RefCounter::TakeDecisions, for this process alone.
  uint64_t TakeDecisions(std::span<RefDecision> decisions);

  // Messages for other processes, in order. The caller empties it after each step.
  std::vector<RefDecision>& messages() { return messages_; }

  uint64_t counted_count() const { return entries_.size() + lost_count_; }
  uint64_t decided_count() const { return decided_count_; }
  uint64_t lent_count() const { return lent_count_; }

  Standing StandingOf(ObjectId object) const;
  bool Decided(ObjectId object) const;        // Nothing needs it: it may die.
  bool Idle(ObjectId object) const;           // Only weak references and lineage are left.
  std::vector<ObjectRecord> Objects() const;  // In their ids' order.

 private:
  struct Entry {
    Standing standing = Standing::kOwned;    // kAsked: until the owner answers, or dies.
    Outcome outcome = Outcome::kInUse;       // Of own objects: Settle.
    Outcome outcome_told = Outcome::kInUse;  // TakeDecisions.
    bool local = false;                      // kEscaped, kLocalBack, kReceived; kLocalGone.
    bool weak = false;                       // kWeak, kWeakGone; of own objects.
    bool rebuildable = false;                // kRebuildable, kFinal; of own objects.
    uint64_t decided_at = 0;     // The decision's place in the queue; 0: none waits, the outcomes are equal.
    uint64_t lineage_count = 0;  // kLineage needs among `needs`.
    uint64_t lent_count = 0;     // kTransit and kBorrow needs among `needs`.
    absl::flat_hash_set<Need> needs;
    std::vector<Giver> givers;  // While asked.

    // Whether something keeps the value, not only the record.
    bool kept() const { return local || needs.size() > (rebuildable ? lineage_count : 0); }
  };
  using Entries = absl::flat_hash_map<ObjectId, Entry>;

  // A decision in the order in which they were made. It is a past one, and not counted, unless its entry knows the
  // place.
  struct Queued {
    RefEventKind kind = {};  // kGone: always counted, since a loss is not withdrawn.
    ObjectId object = {};
    uint64_t place = 0;
  };

  // An id of worker 0 is nobody's: it is counted here.
  bool Owns(ObjectId object) const { return object.worker() == self_ || object.worker() == 0; }

  void Escape(ObjectId object);
  void Gain(const RefEvent& event);
  void LoseLocal(ObjectId object);
  void Send(const RefEvent& event);
  void Lend(const RefEvent& event);
  void TakeBack(const RefEvent& event);
  void Begin(ObjectId object, const Need& need);
  void End(ObjectId object, const Need& need);
  void SetWeak(ObjectId object, bool weak);
  void SetRebuildable(ObjectId object, bool rebuildable);
  void Free(ObjectId object);
  void HearGranted(const RefEvent& event);
  void HearGone(const RefEvent& event);
  void BuryWorker(uint64_t worker);

  bool Add(Entry& entry, const Need& need);                      // Whether it was new.
  bool Remove(ObjectId object, Entry& entry, const Need& need);  // Whether it was there.
  void KeepGiver(const RefEvent& event, Entry& entry);
  void FreeGivers(ObjectId object, const std::vector<Giver>& givers);
  void Settle(Entries::iterator found);
  void SettleOwn(ObjectId object, Entry& entry);
  void Withdraw(Entry& entry);
  void Forget(Entries::iterator found);
  void Lose(Entries::iterator found);
  bool Valid(const Queued& queued) const;
  void DropPastDecisions();

  void Post(uint64_t worker, RefEventKind kind, ObjectId object, uint64_t transfer = 0);
  void Note(Transition transition, ObjectId object, uint64_t who = 0) {
    history_->Note(cause_, transition, object, who);
  }
  void Complain(Transition transition, const RefEvent& event) { history_->Complain(transition, event); }

  uint64_t self_;
  History* history_;
  RefEventKind cause_ = {};
  Entries entries_;
  std::deque<Queued> queue_;
  uint64_t last_place_ = 0;
  uint64_t decided_count_ = 0;  // Of queue_, those that are not past.
  uint64_t lost_count_ = 0;     // Of queue_, the kGone ones.
  uint64_t lent_count_ = 0;     // Own entries with a lent_count above 0.
  std::vector<RefDecision> messages_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
