#include "core/runtime/reference_watch.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "core/base/text.h"
#include "core/runtime/shared_object.h"
#include "core/runtime/task_state.h"
#include "core/runtime/thread_state.h"
#include "glog/logging.h"

namespace manta {
namespace {

std::string_view Name(RefEventKind kind) {
  switch (kind) {
    case RefEventKind::kEscaped:
      return "escaped";
    case RefEventKind::kLocalGone:
      return "lost its last reference";
    case RefEventKind::kLocalBack:
      return "got one again";
    case RefEventKind::kNested:
      return "nested";
    case RefEventKind::kUnnested:
      return "unnested";
    case RefEventKind::kDied:
      return "dead";
    case RefEventKind::kMade:
      return "made";
    case RefEventKind::kLocalAdded:
      return "held once more";
    case RefEventKind::kLocalDropped:
      return "held once less";
    case RefEventKind::kValued:
      return "given its value";
    default:
      return "something else";
  }
}

// By its result; nil: the program's main part runs.
ObjectId RunningTask() {
  const TaskState* const task = CurrentThread().task;
  return task != nullptr ? task->id() : ObjectId();
}

}  // namespace

ReferenceWatch::Afterwards::~Afterwards() {
  for (SharedObject* const object : dead) object->EndCounted();
}

void ReferenceWatch::Observe(RefEvent event, SourceSite site) {
  event.site_file = site.file;
  event.site_line = site.line;
  event.other = RunningTask();
  Afterwards afterwards;
  MutexLock lock(mutex_);
  if (event.kind == RefEventKind::kMade) {
    ++observed_count_;
    if (self_ == nullptr) self_ = shared_from_this();
  } else if (event.kind == RefEventKind::kDied) {
    --observed_count_;
  }
  Add(event);
  Settle(afterwards);
}

void ReferenceWatch::Keep(ObjectId outer, std::span<const InnerObject> inner) {
  Afterwards afterwards;
  MutexLock lock(mutex_);
  for (const auto& [id, object] : inner) {
    const auto [found, fresh] = entries_.try_emplace(id);
    Entry& entry = found->second;
    if (fresh) {
      entry = {.object = object, .turns = 1, .alone = failed_};
      object->MarkCounted();
      Tell(entry, RefEventKind::kEscaped, id);
    }
    ++entry.outer_count;
    Tell(entry, RefEventKind::kNested, id, outer);
  }
  if (self_ == nullptr && !entries_.empty()) self_ = shared_from_this();
  Settle(afterwards);
}

void ReferenceWatch::LetGo(ObjectId outer, std::span<const InnerObject> inner) {
  Afterwards afterwards;
  MutexLock lock(mutex_);
  for (const auto& [id, object] : inner) {
    const auto found = entries_.find(id);
    CHECK(found != entries_.end() && found->second.outer_count > 0)
        << "object " << id.ToHex() << " is let go of by an object that does not keep it; " << PastLocked(id);
    --found->second.outer_count;
    Tell(found->second, RefEventKind::kUnnested, id, outer);
    EndIfUnneeded(found, afterwards);
  }
  Settle(afterwards);
}

void ReferenceWatch::Read(ObjectId outer, SharedObject& inner) {
  if (inner.TryRetain()) return inner.RetainTried();
  Afterwards afterwards;
  MutexLock lock(mutex_);
  Gain(entries_.find(inner.id())->second, outer);
  Settle(afterwards);
}

SharedObject* ReferenceWatch::Find(ObjectId id) {
  Afterwards afterwards;
  MutexLock lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end()) return nullptr;
  SharedObject* const object = found->second.object;
  Gain(found->second, /*outer=*/{});
  Settle(afterwards);
  return object;
}

// A reference more.
void ReferenceWatch::Gain(Entry& entry, ObjectId outer) {
  const SharedObject& object = *entry.object;
  const bool only = entry.object->RetainCounted();
  if (only && ++entry.turns == 1) Tell(entry, RefEventKind::kLocalBack, object.id(), outer);
  if (object.observed()) Add({.kind = RefEventKind::kLocalAdded, .object = object.id(), .other = RunningTask()});
}

void ReferenceWatch::LastLocal(SharedObject& object) {
  Afterwards afterwards;
  MutexLock lock(mutex_);
  const ObjectId id = object.id();
  const auto found = entries_.find(id);
  CHECK(found != entries_.end() && found->second.turns > 0)
      << "object " << id.ToHex() << " was released twice; " << PastLocked(id);
  if (--found->second.turns > 0) return;
  Tell(found->second, RefEventKind::kLocalGone, id);
  EndIfUnneeded(found, afterwards);
  Settle(afterwards);
}

void ReferenceWatch::Freed(ObjectId id) {
  Afterwards afterwards;
  MutexLock lock(mutex_);
  const auto found = entries_.find(id);
  if (found != entries_.end()) {
    Tell(found->second, RefEventKind::kDied, id);
    found->second.alone = true;
  } else {
    Add({.kind = RefEventKind::kDied, .object = id});
  }
  Settle(afterwards);
}

void ReferenceWatch::Tell(const Entry& entry, RefEventKind kind, ObjectId object, ObjectId other) {
  if (!entry.alone) return Add({.kind = kind, .object = object, .other = other});
  recent_[told_count_++ % kRecentCount] = {kind, object, other};
}

void ReferenceWatch::Add(const RefEvent& event) {
  recent_[told_count_++ % kRecentCount] = {event.kind, event.object, event.other};
  if (!failed_) events_.push_back(event);
}

// Tells what there is to tell, and does what is decided.
void ReferenceWatch::Settle(Afterwards& afterwards) {
  if (!events_.empty()) {
    const absl::Status status = counter_->Observe(events_);
    events_.clear();
    if (events_.capacity() > kEventsKeptMax) events_.shrink_to_fit();
    if (!status.ok()) Fail(status, afterwards);
    std::array<RefDecision, 16> decisions;
    for (uint64_t count = decisions.size(); !failed_ && count == decisions.size();) {
      count = std::min<uint64_t>(counter_->TakeDecisions(decisions), decisions.size());
      for (const RefDecision& decision : std::span(decisions).first(count)) Decide(decision, afterwards);
    }
  }
  if (entries_.empty() && observed_count_ == 0) afterwards.self = std::move(self_);
}

// kIdle and kNeeded ask for nothing: idle values may go, and need not. Messages there are none: nobody else is told.
void ReferenceWatch::Decide(const RefDecision& decision, Afterwards& afterwards) {
  if (decision.worker != 0 || decision.event.kind != RefEventKind::kDied) return;
  const ObjectId id = decision.event.object;
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  Tell(Entry{.alone = true}, RefEventKind::kDied, id);
  found->second.alone = true;
  if (found->second.turns > 0 || found->second.outer_count > 0) {
    LOG(ERROR) << "manta ref_counter.early object " << id.ToHex()
               << " is said to have died, and is needed: it stays until it is not; " << PastLocked(id);
  }
  EndIfUnneeded(found, afterwards);
}

// From now on all decisions are the watch's own.
void ReferenceWatch::Fail(const absl::Status& status, Afterwards& afterwards) {
  if (!failed_) LOG(ERROR) << "manta ref_counter.failed the process counts alone from now on: " << status;
  failed_ = true;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    entry->second.alone = true;
    EndIfUnneeded(entry, afterwards);
    entry = next;
  }
}

void ReferenceWatch::EndIfUnneeded(Entries::iterator found, Afterwards& afterwards) {
  const Entry& entry = found->second;
  if (!entry.alone || entry.turns > 0 || entry.outer_count > 0) return;
  afterwards.dead.push_back(entry.object);
  entries_.erase(found);
}

std::string ReferenceWatch::Recent(ObjectId id) const {
  MutexLock lock(mutex_);
  return RecentLocked(id);
}

std::string ReferenceWatch::RecentLocked(ObjectId id) const {
  std::string text;
  const uint64_t first = told_count_ - std::min(told_count_, kRecentCount);
  for (uint64_t i = first; i < told_count_; ++i) {
    const Told& told = recent_[i % kRecentCount];
    if (told.object != id) continue;
    if (!text.empty()) text += ", ";
    text += Name(told.kind);
    if (!told.other.nil()) text += Concat(" by ", told.other.ToHex());
  }
  return text;
}

std::string ReferenceWatch::PastLocked(ObjectId id) const {
  const std::string recent = RecentLocked(id);
  return recent.empty() ? "nothing was told of it lately" : "it was " + recent;
}

RefCounterStats ReferenceWatch::Stats() const {
  MutexLock lock(mutex_);
  return counter_->Stats();
}

uint64_t ReferenceWatch::List(std::span<RefFact> facts) const {
  MutexLock lock(mutex_);
  return counter_->List(facts);
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
