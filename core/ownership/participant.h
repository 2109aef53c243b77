// core/ownership/participant.h -- one process's part in the ownership protocol: its ledger, and a link to each other
// process.
//
//   Participant here(/*self=*/7, history);
//   here.Step({.kind = RefEventKind::kEscaped, .object = id});
//   here.TakeDecisions(decisions);                 // Objects that may die, and messages for others.
//
// Threads   [one-at-a-time].
// Memory    As ledger.h and link.h, and about 800 bytes for each process that was ever spoken with and is alive.
// Cost      O(1) for each event and decision. kWorkerDied: O(all that is known). Stats: O(processes).
//
// Source    docs/adr/0022-ownership-protocol.md.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/interface/ref_counter.h"
#include "core/ownership/history.h"
#include "core/ownership/ledger.h"
#include "core/ownership/link.h"

namespace manta {

class Participant {
 public:
  // REQUIRES: self != 0; history outlives the participant and its copies.
  Participant(uint64_t self, History& history) : self_(self), history_(&history), ledger_(self, history) {}

  // REQUIRES: Complete(event).
  void Step(const RefEvent& event);

  // As RefCounter::TakeDecisions.
  uint64_t TakeDecisions(std::span<RefDecision> decisions);

  // As RefCounter::Stats.
  RefCounterStats Stats() const;

  const Ledger& ledger() const { return ledger_; }
  uint64_t self() const { return self_; }

  // Messages for `worker` whose coming it has not confirmed.
  uint64_t UnheardBy(uint64_t worker) const;

 private:
  struct Peer {
    Link link;
    bool ready = false;  // In ready_: Ready, TakeDecisions.
  };

  Link& Ready(uint64_t worker);  // Looked at by the next TakeDecisions.
  bool HearMessage(const RefEvent& event);
  void SayWhatFollows();

  uint64_t self_;
  History* history_;
  Ledger ledger_;
  absl::flat_hash_map<uint64_t, Peer> peers_;  // kWorkerDied ends one.
  std::vector<uint64_t> ready_;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
