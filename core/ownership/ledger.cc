#include "core/ownership/ledger.h"

#include <algorithm>
#include <utility>

#include "glog/logging.h"

namespace manta {
namespace {

// By outcome: the transition that makes it, and the decision that tells it.
constexpr Transition kMade[] = {Transition::kNeededAgain, Transition::kIdled, Transition::kDecided};
constexpr RefEventKind kTold[] = {RefEventKind::kNeeded, RefEventKind::kIdle, RefEventKind::kDied};

bool Lends(const Need& need) { return need.kind == NeedKind::kTransit || need.kind == NeedKind::kBorrow; }

Need Nested(const RefEvent& event) { return {.kind = NeedKind::kNested, .other = event.other}; }
Need Submitted(const RefEvent& event) { return {.kind = NeedKind::kSubmitted, .other = event.other}; }
Need Lineage(const RefEvent& event) { return {.kind = NeedKind::kLineage, .other = event.other}; }
Need Reading(ObjectId read) { return {.kind = NeedKind::kReading, .other = read}; }
Need Borrow(const RefEvent& event) { return {.kind = NeedKind::kBorrow, .worker = event.worker}; }
Need Transit(const RefEvent& event) {
  return {.kind = NeedKind::kTransit, .worker = event.worker, .transfer = event.transfer};
}

}  // namespace

void Ledger::Step(const RefEvent& event) {
  cause_ = event.kind;
  switch (event.kind) {
    case RefEventKind::kEscaped:
      return Escape(event.object);
    case RefEventKind::kLocalGone:
      return LoseLocal(event.object);
    case RefEventKind::kLocalBack:
    case RefEventKind::kReceived:
      return Gain(event);
    case RefEventKind::kNested:
      return Begin(event.object, Nested(event));
    case RefEventKind::kUnnested:
      return End(event.object, Nested(event));
    case RefEventKind::kSubmitted:
      return Begin(event.object, Submitted(event));
    case RefEventKind::kTaskEnded:
      return End(event.object, Submitted(event));
    case RefEventKind::kLineage:
      return Begin(event.object, Lineage(event));
    case RefEventKind::kLineageGone:
      return End(event.object, Lineage(event));
    case RefEventKind::kBorrowed:
      return Lend(event);
    case RefEventKind::kReturned:
      return TakeBack(event);
    case RefEventKind::kSent:
      return Send(event);
    case RefEventKind::kTaken:
      return End(event.object, Transit(event));
    case RefEventKind::kRebuildable:
    case RefEventKind::kFinal:
      return SetRebuildable(event.object, event.kind == RefEventKind::kRebuildable);
    case RefEventKind::kWeak:
    case RefEventKind::kWeakGone:
      return SetWeak(event.object, event.kind == RefEventKind::kWeak);
    case RefEventKind::kDied:
      return Free(event.object);
    case RefEventKind::kGranted:
      return HearGranted(event);
    case RefEventKind::kGone:
      return HearGone(event);
    case RefEventKind::kWorkerDied:
      return BuryWorker(event.worker);
    case RefEventKind::kUnheard:  // The links' business.
    case RefEventKind::kHeard:
    case RefEventKind::kIdle:  // Decisions, never told.
    case RefEventKind::kNeeded:
    case RefEventKind::kMade:  // For those who observe all.
    case RefEventKind::kLocalAdded:
    case RefEventKind::kLocalDropped:
    case RefEventKind::kValued:
      return;
  }
}

void Ledger::Escape(ObjectId object) {
  const auto [found, fresh] = entries_.try_emplace(object);
  Note(fresh ? Transition::kEscaped : Transition::kRepeated, object);
  if (!fresh) return;
  found->second.local = true;
  if (Owns(object)) return;
  // Another's object has no escape of its own here. Somebody lives who gave it, or the answer is kGone.
  found->second.standing = Standing::kAsked;
  Note(Transition::kAsked, object);
  Post(object.worker(), RefEventKind::kBorrowed, object);
}

void Ledger::Gain(const RefEvent& event) {
  const bool received = event.kind == RefEventKind::kReceived;
  auto found = entries_.find(event.object);
  if (found == entries_.end() && Owns(event.object)) {
    Note(Transition::kGainedDead, event.object);
    queue_.push_back({.kind = RefEventKind::kGone, .object = event.object});
    ++decided_count_;
    ++lost_count_;
    if (received) Post(event.worker, RefEventKind::kTaken, event.object, event.transfer);
    return;
  }
  if (found == entries_.end()) {
    Note(Transition::kAsked, event.object);
    found = entries_.try_emplace(event.object).first;
    found->second.standing = Standing::kAsked;
    Post(event.object.worker(), RefEventKind::kBorrowed, event.object);
  } else {
    Note(found->second.standing == Standing::kAsked ? Transition::kAskedAlready : Transition::kLocalBegan,
         event.object);
  }
  Entry& entry = found->second;
  entry.local = true;
  if (entry.standing == Standing::kAsked) {
    KeepGiver(event, entry);
  } else if (received) {
    Post(event.worker, RefEventKind::kTaken, event.object, event.transfer);
  }
  Settle(found);
}

// The giver keeps the object until FreeGivers: a process by its kTransit need, an object that was read by a need of
// ours.
void Ledger::KeepGiver(const RefEvent& event, Entry& entry) {
  if (event.kind == RefEventKind::kReceived) {
    entry.givers.push_back({.worker = event.worker, .transfer = event.transfer});
    return;
  }
  // An object that is not counted here, as one that never left this process, has its inner ones as needs of this
  // process: then `entry` was there before. Else the id came from somewhere that does not live any more, and the
  // owner's answer says it.
  const auto container = entries_.find(event.other);
  if (container == entries_.end() || !Add(container->second, Reading(event.object))) return;
  entry.givers.push_back({.container = event.other});
  Settle(container);
}

void Ledger::FreeGivers(ObjectId object, const std::vector<Giver>& givers) {
  for (const Giver& giver : givers) {
    Note(Transition::kGiverFreed, object, giver.worker);
    if (giver.worker != 0) {
      Post(giver.worker, RefEventKind::kTaken, object, giver.transfer);
    } else {
      End(giver.container, Reading(object));
    }
  }
}

void Ledger::LoseLocal(ObjectId object) {
  const auto found = entries_.find(object);
  if (found == entries_.end()) return Note(Transition::kUnknown, object);
  Note(found->second.local ? Transition::kLocalEnded : Transition::kRepeated, object);
  found->second.local = false;
  Settle(found);
}

void Ledger::Send(const RefEvent& event) {
  if (event.worker == self_) return Note(Transition::kStayedHere, event.object);
  // One that this process has lost is unknown, and its taker will be told the same.
  Begin(event.object, Transit(event));
}

void Ledger::Lend(const RefEvent& event) {
  const bool asked = event.sequence != 0;  // Else this process tells it, and wants no answer.
  const auto found = entries_.find(event.object);
  if (!Owns(event.object)) Complain(Transition::kStrangerAsked, event);
  if (!Owns(event.object) || found == entries_.end()) {
    Note(Transition::kRefused, event.object, event.worker);
    if (asked) Post(event.worker, RefEventKind::kGone, event.object);
    return;
  }
  const bool fresh = Add(found->second, Borrow(event));
  Note(fresh ? Transition::kLent : Transition::kRepeated, event.object, event.worker);
  if (asked) Post(event.worker, RefEventKind::kGranted, event.object);
  Settle(found);
}

void Ledger::TakeBack(const RefEvent& event) {
  const auto found = entries_.find(event.object);
  const bool stranger = found != entries_.end() && !found->second.needs.contains(Borrow(event));
  if (stranger && event.sequence != 0) return Complain(Transition::kStrangerReturned, event);
  End(event.object, Borrow(event));
}

void Ledger::Begin(ObjectId object, const Need& need) {
  const auto found = entries_.find(object);
  if (found == entries_.end()) return Note(Transition::kUnknown, object, need.worker);
  Note(Add(found->second, need) ? Transition::kNeedBegan : Transition::kRepeated, object, need.worker);
  Settle(found);
}

void Ledger::End(ObjectId object, const Need& need) {
  const auto found = entries_.find(object);
  if (found == entries_.end()) return Note(Transition::kUnknown, object, need.worker);
  const bool was_there = Remove(object, found->second, need);
  Note(was_there ? Transition::kNeedEnded : Transition::kRepeated, object, need.worker);
  Settle(found);
}

void Ledger::SetWeak(ObjectId object, bool weak) {
  const auto found = entries_.find(object);
  if (found == entries_.end()) return Note(Transition::kUnknown, object);
  if (!Owns(object)) return Note(Transition::kWeakForeign, object);
  Note(weak ? Transition::kWeakBegan : Transition::kWeakEnded, object);
  found->second.weak = weak;
  Settle(found);
}

void Ledger::SetRebuildable(ObjectId object, bool rebuildable) {
  const auto found = entries_.find(object);
  if (found == entries_.end() || !Owns(object)) return Note(Transition::kUnknown, object);
  Note(rebuildable ? Transition::kRebuildable : Transition::kFinal, object);
  found->second.rebuildable = rebuildable;
  Settle(found);
}

void Ledger::Free(ObjectId object) {
  const auto found = entries_.find(object);
  if (found == entries_.end()) return Note(Transition::kUnknown, object);
  Note(Transition::kFreed, object);
  if (Owns(object)) return Forget(found);
  // Its owner frees it; here only the needs end.
  found->second.local = false;
  found->second.needs.clear();
  found->second.lineage_count = 0;
  found->second.lent_count = 0;
  Settle(found);
}

void Ledger::HearGranted(const RefEvent& event) {
  const auto found = entries_.find(event.object);
  const bool asked = found != entries_.end() && found->second.standing == Standing::kAsked;
  if (!asked || event.worker != event.object.worker()) return Complain(Transition::kUnaskedAnswer, event);
  Note(Transition::kGranted, event.object, event.worker);
  found->second.standing = Standing::kGranted;
  const std::vector<Giver> givers = std::exchange(found->second.givers, {});
  Settle(found);
  FreeGivers(event.object, givers);
}

void Ledger::HearGone(const RefEvent& event) {
  const auto found = entries_.find(event.object);
  const bool asked = found != entries_.end() && found->second.standing == Standing::kAsked;
  if (!asked || event.worker != event.object.worker()) return Complain(Transition::kUnaskedAnswer, event);
  Lose(found);
}

void Ledger::BuryWorker(uint64_t worker) {
  // In the order of ids, so that one history is one history whatever the tables' order is.
  std::vector<ObjectId> touched;
  for (auto& [object, entry] : entries_) {
    if (std::erase_if(entry.givers, [worker](const Giver& giver) { return giver.worker == worker; }) > 0) {
      Note(Transition::kGiverDied, object, worker);
    }
    const auto its = [worker](const Need& need) { return need.worker == worker; };
    if (object.worker() == worker || std::any_of(entry.needs.begin(), entry.needs.end(), its)) {
      touched.push_back(object);
    }
  }
  std::sort(touched.begin(), touched.end());
  for (const ObjectId object : touched) {
    const auto found = entries_.find(object);  // Another one's loss may have ended its last need here.
    if (found == entries_.end()) continue;
    if (object.worker() == worker) {
      Lose(found);
      continue;
    }
    std::vector<Need> ended;
    for (const Need& need : found->second.needs) {
      if (need.worker == worker) ended.push_back(need);
    }
    for (const Need& need : ended) Remove(object, found->second, need);
    Note(Transition::kHolderDied, object, worker);
    Settle(found);
  }
}

bool Ledger::Add(Entry& entry, const Need& need) {
  if (!entry.needs.insert(need).second) return false;
  if (need.kind == NeedKind::kLineage) ++entry.lineage_count;
  if (Lends(need) && ++entry.lent_count == 1 && entry.standing == Standing::kOwned) ++lent_count_;
  return true;
}

bool Ledger::Remove(ObjectId object, Entry& entry, const Need& need) {
  if (entry.needs.erase(need) == 0) return false;
  // The set says what the counts must say; were they to disagree, nothing here could be believed.
  if (need.kind == NeedKind::kLineage) {
    CHECK_GT(entry.lineage_count, 0u) << object.ToHex() << ": " << history_->Recent(object);
    --entry.lineage_count;
  }
  if (Lends(need)) {
    CHECK_GT(entry.lent_count, 0u) << object.ToHex() << ": " << history_->Recent(object);
    if (--entry.lent_count == 0 && entry.standing == Standing::kOwned) --lent_count_;
  }
  return true;
}

// What follows from what is needed now. May forget the entry.
void Ledger::Settle(Entries::iterator found) {
  Entry& entry = found->second;
  if (entry.standing == Standing::kOwned) return SettleOwn(found->first, entry);
  // While the owner's answer is under way it is not let go: two answers could not be told apart.
  if (entry.standing != Standing::kGranted || entry.kept()) return;
  Note(Transition::kLetGo, found->first);
  Post(found->first.worker(), RefEventKind::kReturned, found->first);
  Forget(found);
}

void Ledger::SettleOwn(ObjectId object, Entry& entry) {
  const bool remembered = entry.weak || entry.lineage_count > 0;
  const Outcome outcome = entry.kept() ? Outcome::kInUse : remembered ? Outcome::kIdle : Outcome::kDead;
  if (outcome == entry.outcome) return;
  entry.outcome = outcome;
  Withdraw(entry);
  if (outcome == entry.outcome_told) return Note(Transition::kWithdrawn, object);
  Note(kMade[static_cast<uint32_t>(outcome)], object);
  entry.decided_at = ++last_place_;
  ++decided_count_;
  queue_.push_back({.kind = kTold[static_cast<uint32_t>(outcome)], .object = object, .place = entry.decided_at});
}

void Ledger::Withdraw(Entry& entry) {
  if (entry.decided_at == 0) return;  // None waits: it was taken, or there was none.
  entry.decided_at = 0;
  --decided_count_;
  DropPastDecisions();
}

void Ledger::Forget(Entries::iterator found) {
  Withdraw(found->second);
  if (found->second.standing == Standing::kOwned && found->second.lent_count > 0) --lent_count_;
  entries_.erase(found);
}

void Ledger::Lose(Entries::iterator found) {
  const ObjectId object = found->first;
  const std::vector<Giver> givers = std::exchange(found->second.givers, {});
  const bool used = found->second.kept();
  Note(used ? Transition::kLost : Transition::kLostUnused, object);
  Forget(found);
  if (used) {
    queue_.push_back({.kind = RefEventKind::kGone, .object = object});
    ++decided_count_;
    ++lost_count_;
  }
  FreeGivers(object, givers);
}

uint64_t Ledger::TakeDecisions(std::span<RefDecision> decisions) {
  cause_ = {};
  uint64_t count = 0;
  for (; count < decisions.size() && !queue_.empty(); queue_.pop_front()) {
    const Queued queued = queue_.front();
    if (!Valid(queued)) continue;
    decisions[count++] = {.event = {.kind = queued.kind, .object = queued.object}};
    --decided_count_;
    Note(Transition::kActedOn, queued.object);
    if (queued.kind == RefEventKind::kGone) {
      --lost_count_;
      continue;
    }
    const auto found = entries_.find(queued.object);
    found->second.decided_at = 0;
    found->second.outcome_told = found->second.outcome;
    if (queued.kind == RefEventKind::kDied) Forget(found);
  }
  return count;
}

bool Ledger::Valid(const Queued& queued) const {
  if (queued.kind == RefEventKind::kGone) return true;
  const auto found = entries_.find(queued.object);
  return found != entries_.end() && found->second.decided_at == queued.place;
}

// Withdrawn decisions stay in the queue until they are half of it.
void Ledger::DropPastDecisions() {
  if (queue_.size() < 64 || queue_.size() / 2 < decided_count_) return;
  std::erase_if(queue_, [this](const Queued& queued) { return !Valid(queued); });
}

Standing Ledger::StandingOf(ObjectId object) const {
  const auto found = entries_.find(object);
  return found == entries_.end() ? Standing::kUnknown : found->second.standing;
}

bool Ledger::Decided(ObjectId object) const {
  const auto found = entries_.find(object);
  return found != entries_.end() && found->second.outcome == Outcome::kDead;
}

bool Ledger::Idle(ObjectId object) const {
  const auto found = entries_.find(object);
  return found != entries_.end() && found->second.outcome == Outcome::kIdle;
}

std::vector<ObjectRecord> Ledger::Objects() const {
  std::vector<ObjectRecord> records;
  for (const auto& [object, entry] : entries_) {
    ObjectRecord record = {.object = object,
                           .standing = entry.standing,
                           .outcome = entry.outcome,
                           .outcome_told = entry.outcome_told,
                           .local = entry.local,
                           .weak = entry.weak,
                           .rebuildable = entry.rebuildable,
                           .needs = {entry.needs.begin(), entry.needs.end()},
                           .givers = entry.givers};
    std::sort(record.needs.begin(), record.needs.end());
    std::sort(record.givers.begin(), record.givers.end());
    records.push_back(std::move(record));
  }
  std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.object < b.object; });
  return records;
}

void Ledger::Post(uint64_t worker, RefEventKind kind, ObjectId object, uint64_t transfer) {
  if (worker == self_) return;  // A transfer to oneself keeps nobody waiting.
  messages_.push_back(
      {.worker = worker, .event = {.kind = kind, .object = object, .worker = self_, .transfer = transfer}});
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
