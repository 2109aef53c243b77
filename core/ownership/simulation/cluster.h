// core/ownership/simulation/cluster.h -- plays the runtimes and the network of a few processes, and knows who really
// has what.
//
// The participants are the ones under test. Around them the cluster does what a runtime does with references (keeps
// them, sends them, packs them into objects, gives them to tasks), and keeps books of its own about it, which the
// participants never see. It compares at each decision: an object may die when nobody alive has it, save those whose
// givers all died before the owner had answered.
//
//   Cluster cluster(3, history);
//   const uint32_t y = cluster.Create(0);
//   cluster.Send(0, 1, y);  cluster.Drop(0, y);
//   cluster.Quiet();                                  // Everything arrives; then all must agree.
//   EXPECT_TRUE(cluster.alive(y));
//
// Shapes    Processes, objects and tasks are numbers from 0. What a process cannot do (it is dead, it does not have the
//           object) it does not do, and the call returns false.
// Threads   [one-at-a-time].
// Memory    Copies are independent, but for the history.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/split_mix.h"
#include "core/base/text.h"
#include "core/interface/ref_counter.h"
#include "core/ownership/history.h"
#include "core/ownership/participant.h"

namespace manta {

class Cluster {
 public:
  static constexpr uint32_t kProcessCountMax = 4;
  static constexpr uint32_t kObjectCountMax = 512;
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr uint64_t kRoomMax = 16;

  struct Object {
    ObjectId id = {};
    uint32_t owner = 0;
    bool dead = false;   // Its owner acted on the decision, evicted it, or freed it.
    bool freed = false;  // By the program, whoever has it.
    bool value = true;   // Not yet, or not any more, for a task's result.
    bool idle = false;   // Its owner was told so, and nothing else since.
    bool rebuildable = false;
    uint32_t maker = kNone;            // A task.
    std::vector<uint32_t> inner = {};  // Objects that its value refers to.
  };

  struct Task {
    uint32_t result = 0;
    uint32_t argument = kNone;
    uint32_t submitter = 0;
    uint32_t runner = 0;
    bool pending = true;         // The submitter has not heard of its end.
    bool running = false;        // The runner has it.
    bool wants_lineage = false;  // Once it has finished.
    bool lineage = false;        // It may have to run again.
    uint32_t returned = kNone;   // What its value refers to, or will.
  };

  // A message of the program; what it carries is a reference.
  struct Data {
    uint32_t from = 0;
    uint32_t to = 0;
    uint32_t object = kNone;  // kNone: a result without references.
    uint64_t transfer = 0;
    uint32_t argument_of = kNone;
    uint32_t result_of = kNone;
    uint32_t givers = 0;  // The processes on whose lives the reference hangs until it is granted, a bit each.
    bool unkept = false;  // A giver among them has it from a container that was freed, or itself unkept.
    bool repeat = false;  // It has come before.
  };

  struct Packet {
    uint32_t from = 0;
    uint32_t to = 0;
    RefEvent message = {};
    bool repeat = false;
  };

  // REQUIRES: 1 <= process_count <= kProcessCountMax; history outlives the cluster and its copies.
  Cluster(uint32_t process_count, History& history);

  // What programs do.
  uint32_t Create(uint32_t p, bool weak = false);                 // kNone: it is dead.
  uint32_t Pack(uint32_t p, const std::vector<uint32_t>& inner);  // A new object that refers to these.
  bool Drop(uint32_t p, uint32_t object);
  bool Send(uint32_t p, uint32_t q, uint32_t object);
  bool Read(uint32_t p, uint32_t container);                   // Now p has what its value refers to.
  uint32_t Submit(uint32_t p, uint32_t q, uint32_t argument);  // A task; its result is a new object of p.
  bool Finish(uint32_t task, uint32_t inner, bool lineage);
  bool FailTask(uint32_t task);  // Its submitter gives up.
  bool ForgetLineage(uint32_t task);
  bool Weak(uint32_t p, uint32_t object);
  bool WeakGone(uint32_t p, uint32_t object);
  bool Lock(uint32_t p, uint32_t object);  // A weak reference, of any process.
  bool Free(uint32_t object);
  bool Evict(uint32_t object);  // Idle: the store needs room.

  // What the world does.
  void Crash(uint32_t p);
  bool TellDeath(uint32_t q, uint32_t dead);
  void Deliver(uint64_t packet);
  void Lose(uint64_t packet);
  void Repeat(uint64_t packet);  // Delivers it, and keeps it on its way.
  void DeliverData(uint64_t data, bool keep = false);
  void TellUnheard(uint32_t p, uint32_t q);            // p is told that q has not heard it.
  uint64_t Act(uint32_t p, uint64_t room = kRoomMax);  // Takes at most `room` decisions, and acts on them; how many.

  // Everything arrives and is acted on, in an order drawn from `random`, or in its own; then all must agree.
  void Quiet(SplitMix* random = nullptr);
  // Everything is dropped; then nobody may know of anything.
  void TearDown(SplitMix* random = nullptr);

  // From now on each message, the program's too, comes a second time.
  void RepeatAll() { repeats_all_ = true; }

  // The first thing that was wrong, or "".
  const std::string& failure() const { return failure_; }
  // Each thing that is done is added to it.
  void set_trace(std::vector<std::string>* trace) { trace_ = trace; }

  uint32_t process_count() const { return static_cast<uint32_t>(processes_.size()); }
  bool living(uint32_t p) const { return processes_[p].living; }
  bool told(uint32_t q, uint32_t dead) const { return (processes_[q].told >> dead & 1) != 0; }
  bool has(uint32_t p, uint32_t object) const { return processes_[p].local[object]; }
  bool weakly_has(uint32_t p, uint32_t object) const { return processes_[p].weak[object]; }
  bool lost(uint32_t p, uint32_t object) const { return processes_[p].lost[object]; }  // It was told.
  bool alive(uint32_t object) const { return !objects_[object].dead && living(objects_[object].owner); }
  const Participant& participant(uint32_t p) const { return processes_[p].participant; }
  const std::vector<Object>& objects() const { return objects_; }
  const std::vector<Task>& tasks() const { return tasks_; }
  const std::vector<Data>& data() const { return data_; }
  const std::vector<Packet>& packets() const { return packets_; }
  uint32_t dead_processes() const { return crashed_; }  // A bit each.

  // What the checks know of p's asking for the object, for telling states apart.
  uint64_t ChecksOf(uint32_t p, uint32_t object) const {
    return processes_[p].chains[object] | processes_[p].locking[object] << 16 | processes_[p].unkept[object] << 17;
  }

  static uint64_t WorkerOf(uint32_t p) { return p + 1; }

  // Whether p has it: a reference, a container, a task or lineage.
  bool Holds(uint32_t p, uint32_t object) const;

 private:
  struct Process {
    Participant participant;
    bool living = true;
    uint32_t told = 0;                          // Dead processes, a bit each.
    std::bitset<kObjectCountMax> local = {};    // To which it has references.
    std::bitset<kObjectCountMax> weak = {};     // To which it has weak references; its own.
    std::bitset<kObjectCountMax> lost = {};     // Which it was told are gone.
    std::bitset<kObjectCountMax> locking = {};  // Asked for by a lock alone: nobody keeps it meanwhile.
    std::bitset<kObjectCountMax> unkept = {};   // Asked for, and what it was read from was freed, or itself unkept.
    // By object, while it is asked for: each giver's chain of processes, as kept by `givers`. A bit for each chain.
    std::vector<uint16_t> chains = {};
  };

  uint32_t NewObject(uint32_t p);
  void Tell(uint32_t p, const RefEvent& event);
  void Gain(uint32_t p, const RefEvent& event, uint32_t givers, bool unkept = false, bool repeat = false);
  uint32_t GiversOf(uint32_t p, uint32_t object) const;
  bool Unkept(uint32_t p, uint32_t object) const;  // p asks for it, and hangs on a container that was freed.
  bool Usable(uint32_t p, uint32_t object) const;
  bool Reaches(uint32_t from, uint32_t object) const;
  bool Excused(uint32_t p, uint32_t object) const;
  void ActOn(uint32_t p, const RefEvent& decision);
  void Rebuild(uint32_t object);
  bool RemembersOnly(uint32_t object) const;
  void SendReference(Data data);
  void EndTask(uint32_t task);
  void DropValue(uint32_t object);
  void NoteUnkept(uint32_t container);
  void Bury(uint32_t object);
  void CheckUnneeded(uint32_t object, std::string_view what);
  void CheckQuiet();
  void LoseReference(uint32_t p, uint32_t object);
  bool Drain(SplitMix* random);
  Standing StandingOf(uint32_t p, uint32_t object) const {
    return processes_[p].participant.ledger().StandingOf(objects_[object].id);
  }

  template <typename... Parts>
  void Trace(const Parts&... parts) {
    if (trace_ != nullptr) trace_->push_back(Concat(parts...));
  }
  template <typename... Parts>
  void Fail(const Parts&... parts) {
    if (failure_.empty()) failure_ = Concat(parts...);
    Trace("FAILS: ", parts...);
  }

  History* history_;
  std::vector<Process> processes_;
  std::vector<Object> objects_;
  std::vector<Task> tasks_;
  std::vector<Data> data_;
  std::vector<Packet> packets_;
  uint64_t last_transfer_ = 0;
  uint32_t crashed_ = 0;
  bool repeats_all_ = false;
  std::string failure_;
  std::vector<std::string>* trace_ = nullptr;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
