#include "core/ownership/participant.h"

namespace manta {
namespace {

bool IsMessage(RefEventKind kind) {
  return kind == RefEventKind::kBorrowed || kind == RefEventKind::kReturned || kind == RefEventKind::kGranted ||
         kind == RefEventKind::kGone || kind == RefEventKind::kTaken;
}

}  // namespace

void Participant::Step(const RefEvent& event) {
  const auto peer = peers_.find(event.worker);
  switch (event.kind) {
    case RefEventKind::kHeard:
      if (peer == peers_.end() || !peer->second.link.Confirm(event.sequence)) {
        history_->Complain(Transition::kUnsaidHeard, event);
      }
      return;
    case RefEventKind::kUnheard:
      if (peer != peers_.end()) Ready(event.worker).SayAgain();
      return;
    case RefEventKind::kWorkerDied:
      // Before the ledger's step: nothing that follows is for the dead one.
      if (peer != peers_.end()) peers_.erase(peer);
      break;
    default:
      if (event.sequence != 0 && !HearMessage(event)) return;
  }
  ledger_.Step(event);
  SayWhatFollows();
}

// Whether it is for the ledger.
bool Participant::HearMessage(const RefEvent& event) {
  if (!Ready(event.worker).Hear(event.sequence)) return false;
  if (IsMessage(event.kind)) return true;
  history_->Complain(Transition::kNoMessage, event);
  return false;
}

void Participant::SayWhatFollows() {
  for (const RefDecision& message : ledger_.messages()) Ready(message.worker).Say(message.event);
  ledger_.messages().clear();
}

Link& Participant::Ready(uint64_t worker) {
  Peer& peer = peers_[worker];
  if (!peer.ready) ready_.push_back(worker);
  peer.ready = true;
  return peer.link;
}

uint64_t Participant::TakeDecisions(std::span<RefDecision> decisions) {
  uint64_t count = ledger_.TakeDecisions(decisions);
  while (count < decisions.size() && !ready_.empty()) {
    const auto peer = peers_.find(ready_.back());
    if (peer != peers_.end() && peer->second.link.ready()) {
      decisions[count++] = {.worker = peer->first, .event = peer->second.link.Next(self_)};
      continue;
    }
    if (peer != peers_.end()) peer->second.ready = false;
    ready_.pop_back();
  }
  return count;
}

RefCounterStats Participant::Stats() const {
  RefCounterStats stats = {.counted_count = ledger_.counted_count(),
                           .decided_count = ledger_.decided_count(),
                           .lent_count = ledger_.lent_count()};
  for (const auto& [worker, peer] : peers_) {
    stats.decided_count += peer.link.unsaid_count();
    stats.unheard_count += peer.link.unheard_count();
  }
  return stats;
}

uint64_t Participant::UnheardBy(uint64_t worker) const {
  const auto peer = peers_.find(worker);
  return peer == peers_.end() ? 0 : peer->second.link.unheard_count();
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
