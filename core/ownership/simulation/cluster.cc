#include "core/ownership/simulation/cluster.h"

#include <algorithm>
#include <array>
#include <utility>

namespace manta {
namespace {

constexpr uint32_t kLocked = 0;  // As givers: a weak reference was locked.

uint32_t Bit(uint32_t p) { return 1u << p; }

template <typename T>
T TakeAt(std::vector<T>& items, uint64_t index) {
  T item = std::move(items[index]);
  items.erase(items.begin() + static_cast<int64_t>(index));
  return item;
}

}  // namespace

Cluster::Cluster(uint32_t process_count, History& history) : history_(&history) {
  for (uint32_t p = 0; p < process_count; ++p) {
    processes_.push_back(Process{.participant = Participant(WorkerOf(p), history)});
  }
}

void Cluster::Tell(uint32_t p, const RefEvent& event) {
  Trace("  process ", p, " hears kind ", static_cast<uint32_t>(event.kind), " object ", event.object.sequence(),
        " other ", event.other.sequence(), " worker ", event.worker, " transfer ", event.transfer, " sequence ",
        event.sequence);
  processes_[p].participant.Step(event);
}

// ---- Programs

uint32_t Cluster::NewObject(uint32_t p) {
  const auto object = static_cast<uint32_t>(objects_.size());
  objects_.push_back({.id = ObjectId(WorkerOf(p), object + 1, 0), .owner = p});
  for (Process& process : processes_) process.chains.push_back(0);
  processes_[p].local.set(object);
  Tell(p, {.kind = RefEventKind::kEscaped, .object = objects_[object].id});
  return object;
}

uint32_t Cluster::Create(uint32_t p, bool weak) {
  if (!living(p) || objects_.size() >= kObjectCountMax) return kNone;
  const uint32_t object = NewObject(p);
  Trace("process ", p, " creates object ", object + 1);
  if (weak) Weak(p, object);
  return object;
}

uint32_t Cluster::Pack(uint32_t p, const std::vector<uint32_t>& inner) {
  for (const uint32_t object : inner) {
    if (!Usable(p, object)) return kNone;
  }
  const uint32_t container = Create(p);
  if (container == kNone) return kNone;
  objects_[container].inner = inner;
  for (const uint32_t object : inner) {
    Trace("  which holds object ", object + 1);
    Tell(p, {.kind = RefEventKind::kNested, .object = objects_[object].id, .other = objects_[container].id});
  }
  return container;
}

bool Cluster::Drop(uint32_t p, uint32_t object) {
  if (!living(p) || !has(p, object)) return false;
  Trace("process ", p, " drops object ", object + 1);
  processes_[p].local.reset(object);
  Tell(p, {.kind = RefEventKind::kLocalGone, .object = objects_[object].id});
  return true;
}

bool Cluster::Send(uint32_t p, uint32_t q, uint32_t object) {
  if (!Usable(p, object)) return false;
  Trace("process ", p, " sends object ", object + 1, " to ", q);
  if (p == q) {
    Tell(p, {.kind = RefEventKind::kSent,
             .object = objects_[object].id,
             .worker = WorkerOf(p),
             .transfer = ++last_transfer_});
    return true;
  }
  SendReference({.from = p, .to = q, .object = object});
  return true;
}

void Cluster::SendReference(Data data) {
  if (data.object != kNone) {
    data.transfer = ++last_transfer_;
    data.givers = Bit(data.from) | GiversOf(data.from, data.object);
    data.unkept = Unkept(data.from, data.object);
    Tell(data.from, {.kind = RefEventKind::kSent,
                     .object = objects_[data.object].id,
                     .worker = WorkerOf(data.to),
                     .transfer = data.transfer});
  }
  if (living(data.to)) data_.push_back(data);
  // What cannot be sent, because its process has died, brings the news of that again.
  if (told(data.from, data.to)) TellDeath(data.from, data.to);
}

bool Cluster::Read(uint32_t p, uint32_t container) {
  const Object& outer = objects_[container];
  if (!Usable(p, container) || outer.dead || !outer.value || outer.inner.empty()) return false;
  Trace("process ", p, " reads object ", container + 1);
  for (const uint32_t inner : std::vector<uint32_t>(outer.inner)) {
    // It hangs on the container's owner, who keeps it, and on whoever keeps the container for p.
    const uint32_t givers =
        (outer.owner == p ? 0 : Bit(outer.owner)) | GiversOf(outer.owner, inner) | GiversOf(p, container);
    const bool unkept = Unkept(outer.owner, inner) || Unkept(p, container);
    Gain(p, {.kind = RefEventKind::kLocalBack, .object = objects_[inner].id, .other = outer.id}, givers, unkept);
  }
  return true;
}

void Cluster::Gain(uint32_t p, const RefEvent& event, uint32_t givers, bool unkept, bool repeat) {
  const auto object = static_cast<uint32_t>(event.object.sequence() - 1);
  Process& process = processes_[p];
  if (StandingOf(p, object) == Standing::kUnknown) {
    process.chains[object] = 0;
    process.locking.reset(object);
    process.unkept.reset(object);
  }
  Tell(p, event);
  if (repeat) return;
  process.local.set(object);
  process.lost.reset(object);
  if (StandingOf(p, object) != Standing::kAsked) return;
  if (unkept) {
    // It keeps nothing, and excuses only who has nothing else.
    if (process.chains[object] == 0) process.unkept.set(object);
    process.locking.reset(object);
  } else if (givers == kLocked) {
    process.locking.set(object, process.chains[object] == 0);
  } else {
    process.unkept.reset(object);  // This one keeps it.
    process.locking.reset(object);
    process.chains[object] |= static_cast<uint16_t>(1u << givers);
  }
}

uint32_t Cluster::Submit(uint32_t p, uint32_t q, uint32_t argument) {
  if (p == q || !Usable(p, argument) || objects_.size() >= kObjectCountMax) return kNone;
  const uint32_t result = NewObject(p);
  const auto task = static_cast<uint32_t>(tasks_.size());
  Trace("process ", p, " submits a task with object ", argument + 1, " and the result ", result + 1, " to ", q);
  objects_[result].value = false;
  objects_[result].maker = task;
  tasks_.push_back({.result = result, .argument = argument, .submitter = p, .runner = q});
  Tell(p, {.kind = RefEventKind::kSubmitted, .object = objects_[argument].id, .other = objects_[result].id});
  SendReference({.from = p, .to = q, .object = argument, .argument_of = task});
  return task;
}

bool Cluster::Finish(uint32_t index, uint32_t inner, bool lineage) {
  Task& task = tasks_[index];
  if (!task.running || !living(task.runner) || (inner != kNone && !Usable(task.runner, inner))) return false;
  if (inner != kNone && Reaches(inner, task.result)) return false;  // A ring of objects keeps itself: a leak by design.
  Trace("process ", task.runner, " finishes the task of object ", task.result + 1, " with object ",
        inner == kNone ? 0 : inner + 1, lineage ? " and lineage" : "");
  task.running = false;
  task.wants_lineage = lineage;
  task.returned = inner;
  SendReference({.from = task.runner, .to = task.submitter, .object = inner, .result_of = index});
  return true;
}

// The submitter hears of the end, whatever it is.
void Cluster::EndTask(uint32_t index) {
  Task& task = tasks_[index];
  if (!std::exchange(task.pending, false) || task.argument == kNone) return;
  Tell(task.submitter,
       {.kind = RefEventKind::kTaskEnded, .object = objects_[task.argument].id, .other = objects_[task.result].id});
}

bool Cluster::FailTask(uint32_t index) {
  if (!tasks_[index].pending || !living(tasks_[index].submitter)) return false;
  Trace("the task of object ", tasks_[index].result + 1, " fails");
  EndTask(index);
  return true;
}

bool Cluster::ForgetLineage(uint32_t index) {
  Task& task = tasks_[index];
  if (!task.lineage || !living(task.submitter)) return false;
  Trace("the lineage of object ", task.result + 1, " is forgotten");
  task.lineage = false;
  objects_[task.result].rebuildable = false;
  const ObjectId result = objects_[task.result].id;
  Tell(task.submitter, {.kind = RefEventKind::kFinal, .object = result});
  Tell(task.submitter, {.kind = RefEventKind::kLineageGone, .object = objects_[task.argument].id, .other = result});
  return true;
}

bool Cluster::Weak(uint32_t p, uint32_t object) {
  if (!living(p) || !has(p, object) || objects_[object].dead) return false;
  Trace("process ", p, " has a weak reference to object ", object + 1);
  processes_[p].weak.set(object, objects_[object].owner == p);
  Tell(p, {.kind = RefEventKind::kWeak, .object = objects_[object].id});
  return true;
}

bool Cluster::WeakGone(uint32_t p, uint32_t object) {
  if (!living(p) || !weakly_has(p, object)) return false;
  Trace("process ", p, " drops its weak reference to object ", object + 1);
  processes_[p].weak.reset(object);
  Tell(p, {.kind = RefEventKind::kWeakGone, .object = objects_[object].id});
  return true;
}

bool Cluster::Lock(uint32_t p, uint32_t object) {
  const bool own = objects_[object].owner == p;
  if (!living(p) || has(p, object) || (own && (objects_[object].dead || !weakly_has(p, object)))) return false;
  Trace("process ", p, " locks object ", object + 1);
  Gain(p, {.kind = RefEventKind::kLocalBack, .object = objects_[object].id}, kLocked);
  return true;
}

bool Cluster::Free(uint32_t object) {
  Object& freed = objects_[object];
  if (freed.dead || !living(freed.owner)) return false;
  Trace("object ", object + 1, " is freed");
  freed.freed = true;
  NoteUnkept(object);
  Tell(freed.owner, {.kind = RefEventKind::kDied, .object = freed.id});
  Bury(object);
  return true;
}

bool Cluster::Evict(uint32_t object) {
  if (!alive(object)) return false;
  const uint32_t owner = objects_[object].owner;
  while (Act(owner) > 0) continue;
  if (!alive(object) || !objects_[object].idle) return false;
  Trace("object ", object + 1, " is evicted");
  CheckUnneeded(object, "evicted");
  Tell(owner, {.kind = RefEventKind::kDied, .object = objects_[object].id});
  Bury(object);
  return true;
}

// ---- The world

void Cluster::Crash(uint32_t p) {
  if (!living(p)) return;
  Trace("process ", p, " crashes");
  processes_[p].living = false;
  crashed_ |= Bit(p);
  std::erase_if(data_, [p](const Data& data) { return data.to == p; });
  std::erase_if(packets_, [p](const Packet& packet) { return packet.to == p; });
  for (Task& task : tasks_) task.running = task.running && task.runner != p;
}

bool Cluster::TellDeath(uint32_t q, uint32_t dead) {
  if (!living(q) || living(dead)) return false;
  Trace("process ", q, " is told that ", dead, " has died");
  const auto between = [&](const auto& item) { return item.from == dead && item.to == q; };
  std::erase_if(data_, between);  // Its connection was closed first.
  std::erase_if(packets_, between);
  processes_[q].told |= Bit(dead);
  Tell(q, {.kind = RefEventKind::kWorkerDied, .worker = WorkerOf(dead)});
  for (uint32_t task = 0; task < tasks_.size(); ++task) {
    if (tasks_[task].submitter == q && tasks_[task].runner == dead) EndTask(task);
  }
  return true;
}

void Cluster::Deliver(uint64_t index) {
  if (repeats_all_ && !packets_[index].repeat) return Repeat(index);
  const Packet packet = TakeAt(packets_, index);
  Tell(packet.to, packet.message);
}

void Cluster::Lose(uint64_t index) {
  Trace("the network loses a message from ", packets_[index].from, " to ", packets_[index].to);
  TakeAt(packets_, index);
}

void Cluster::Repeat(uint64_t index) {
  packets_[index].repeat = true;
  const Packet packet = packets_[index];
  Tell(packet.to, packet.message);
}

void Cluster::DeliverData(uint64_t index, bool keep) {
  keep = keep || (repeats_all_ && !data_[index].repeat);
  const Data data = keep ? data_[index] : TakeAt(data_, index);
  if (keep) data_[index].repeat = true;
  Trace("process ", data.to, " gets data of ", data.from, data.repeat ? " again" : "");
  const bool had = data.object != kNone && has(data.to, data.object);
  if (data.object != kNone) {
    Gain(data.to,
         {.kind = RefEventKind::kReceived,
          .object = objects_[data.object].id,
          .worker = WorkerOf(data.from),
          .transfer = data.transfer},
         data.givers, data.unkept, data.repeat);
  }
  if (data.repeat) {
    // The runtime knows it for a repeat by its number, and its reference with it.
    if (data.object != kNone && !had)
      Tell(data.to, {.kind = RefEventKind::kLocalGone, .object = objects_[data.object].id});
    return;
  }
  if (data.argument_of != kNone) tasks_[data.argument_of].running = tasks_[data.argument_of].pending;
  if (data.result_of == kNone) return;
  Task& task = tasks_[data.result_of];
  Object& result = objects_[task.result];
  const bool wanted = task.pending && !result.dead;
  if (wanted && data.object != kNone) {
    result.inner.push_back(data.object);
    Tell(data.to, {.kind = RefEventKind::kNested, .object = objects_[data.object].id, .other = result.id});
  }
  if (data.object != kNone && !had) Drop(data.to, data.object);  // The value has it now.
  result.value = result.value || wanted;
  if (wanted && task.wants_lineage && task.argument != kNone && !task.lineage) {
    task.lineage = true;
    result.rebuildable = true;
    Tell(data.to, {.kind = RefEventKind::kLineage, .object = objects_[task.argument].id, .other = result.id});
    Tell(data.to, {.kind = RefEventKind::kRebuildable, .object = result.id});
  }
  EndTask(data.result_of);
}

void Cluster::TellUnheard(uint32_t p, uint32_t q) {
  if (living(p)) Tell(p, {.kind = RefEventKind::kUnheard, .worker = WorkerOf(q)});
}

uint64_t Cluster::Act(uint32_t p, uint64_t room) {
  if (!living(p)) return 0;
  std::array<RefDecision, kRoomMax> decisions;
  const uint64_t count = processes_[p].participant.TakeDecisions(std::span(decisions).first(std::min(room, kRoomMax)));
  for (uint64_t i = 0; i < count; ++i) {
    const RefDecision& decision = decisions[i];
    if (!Complete(decision.event)) Fail("process ", p, " tells an event that lacks what its kind needs");
    if (decision.worker == 0) {
      ActOn(p, decision.event);
      continue;
    }
    const auto to = static_cast<uint32_t>(decision.worker - 1);
    if (living(to)) packets_.push_back({.from = p, .to = to, .message = decision.event});
  }
  return count;
}

void Cluster::ActOn(uint32_t p, const RefEvent& decision) {
  const auto object = static_cast<uint32_t>(decision.object.sequence() - 1);
  Trace("process ", p, " acts on kind ", static_cast<uint32_t>(decision.kind), " of object ", object + 1);
  Object& about = objects_[object];
  switch (decision.kind) {
    case RefEventKind::kDied:
      CheckUnneeded(object, "dead");
      return Bury(object);
    case RefEventKind::kIdle:
      // What was acted on before in the same batch may have made it needed again: kNeeded follows.
      if (processes_[p].participant.ledger().Idle(about.id)) CheckUnneeded(object, "idle");
      about.idle = true;
      if (about.rebuildable) DropValue(object);
      return;
    case RefEventKind::kNeeded:
      about.idle = false;
      return Rebuild(object);
    case RefEventKind::kGone:
      return LoseReference(p, object);
    default:
      return Fail("process ", p, " was given a decision of kind ", static_cast<uint32_t>(decision.kind));
  }
}

// Its value was dropped, for it could be made again.
void Cluster::Rebuild(uint32_t object) {
  if (objects_[object].value || objects_[object].maker == kNone) return;
  const uint32_t index = objects_[object].maker;
  Task& task = tasks_[index];
  if (!task.lineage || task.pending) return;
  Trace("the task of object ", object + 1, " runs again");
  task.pending = true;
  Tell(task.submitter,
       {.kind = RefEventKind::kSubmitted, .object = objects_[task.argument].id, .other = objects_[object].id});
  if (!living(task.runner)) return EndTask(index);
  SendReference({.from = task.submitter, .to = task.runner, .object = task.argument, .argument_of = index});
}

void Cluster::DropValue(uint32_t object) {
  Object& outer = objects_[object];
  outer.value = false;
  for (const uint32_t inner : std::exchange(outer.inner, {})) {
    Tell(outer.owner, {.kind = RefEventKind::kUnnested, .object = objects_[inner].id, .other = outer.id});
  }
}

// A container is freed, whoever reads it. Those who wait for the owners of what they read in it have nobody who keeps
// that; chains do not say from which container they come, so that all of an object's are excused.
void Cluster::NoteUnkept(uint32_t container) {
  for (const uint32_t inner : objects_[container].inner) {
    for (uint32_t p = 0; p < process_count(); ++p) {
      if (StandingOf(p, inner) == Standing::kAsked) processes_[p].unkept.set(inner);
    }
    for (Data& data : data_) data.unkept = data.unkept || data.object == inner;
    NoteUnkept(inner);
  }
}

void Cluster::Bury(uint32_t object) {
  objects_[object].dead = true;
  processes_[objects_[object].owner].local.reset(object);
  processes_[objects_[object].owner].weak.reset(object);
  DropValue(object);
  if (objects_[object].maker == kNone) return;
  Task& task = tasks_[objects_[object].maker];
  if (!std::exchange(task.lineage, false)) return;
  Tell(task.submitter,
       {.kind = RefEventKind::kLineageGone, .object = objects_[task.argument].id, .other = objects_[object].id});
}

void Cluster::LoseReference(uint32_t p, uint32_t object) {
  if (alive(object)) Fail("process ", p, " was told that object ", object + 1, " is gone, which is alive");
  Process& process = processes_[p];
  process.local.reset(object);
  process.lost.set(object);
  for (Object& outer : objects_) {
    if (outer.owner == p) std::erase(outer.inner, object);
  }
  for (Task& task : tasks_) {
    if (task.submitter != p || task.argument != object) continue;
    task.argument = kNone;
    task.pending = false;
    objects_[task.result].rebuildable = false;
    // It cannot run again without its argument.
    if (std::exchange(task.lineage, false)) Tell(p, {.kind = RefEventKind::kFinal, .object = objects_[task.result].id});
  }
}

// ---- What is true

bool Cluster::Holds(uint32_t p, uint32_t object) const {
  if (has(p, object)) return true;
  for (const Object& outer : objects_) {
    if (outer.owner != p || outer.dead || !outer.value) continue;
    if (std::find(outer.inner.begin(), outer.inner.end(), object) != outer.inner.end()) return true;
  }
  const bool lineage_keeps = objects_[object].owner != p || !objects_[object].rebuildable;
  return std::any_of(tasks_.begin(), tasks_.end(), [&](const Task& task) {
    return task.submitter == p && task.argument == object && (task.pending || (task.lineage && lineage_keeps));
  });
}

// Whether its owner knows it still, though nothing keeps it.
bool Cluster::RemembersOnly(uint32_t object) const {
  const uint32_t owner = objects_[object].owner;
  return weakly_has(owner, object) || std::any_of(tasks_.begin(), tasks_.end(), [&](const Task& task) {
           return task.submitter == owner && task.argument == object && task.lineage;
         });
}

// Whether `from` keeps `object`, through values and lineage.
bool Cluster::Reaches(uint32_t from, uint32_t object) const {
  if (from == object) return true;
  for (const uint32_t inner : objects_[from].inner) {
    if (Reaches(inner, object)) return true;
  }
  if (objects_[from].maker == kNone) return false;
  const Task& task = tasks_[objects_[from].maker];
  return (task.returned != kNone && Reaches(task.returned, object)) ||
         (task.argument != kNone && Reaches(task.argument, object));
}

// A lock gives a reference only once it is granted.
bool Cluster::Usable(uint32_t p, uint32_t object) const {
  const bool locking = processes_[p].locking[object] && StandingOf(p, object) == Standing::kAsked;
  return living(p) && has(p, object) && !locking;
}

bool Cluster::Unkept(uint32_t p, uint32_t object) const {
  return processes_[p].unkept[object] && StandingOf(p, object) == Standing::kAsked;
}

uint32_t Cluster::GiversOf(uint32_t p, uint32_t object) const {
  if (StandingOf(p, object) != Standing::kAsked) return 0;
  uint32_t givers = 0;
  for (uint32_t chain = 0; chain < 16; ++chain) {
    if ((processes_[p].chains[object] >> chain & 1) != 0) givers |= chain;
  }
  return givers;
}

bool Cluster::Excused(uint32_t p, uint32_t object) const {
  if (StandingOf(p, object) != Standing::kAsked) return false;
  const uint16_t chains = processes_[p].chains[object];
  if (processes_[p].unkept[object]) return true;
  if (chains == 0) return processes_[p].locking[object];
  for (uint32_t chain = 0; chain < 16; ++chain) {
    if ((chains >> chain & 1) != 0 && (chain & crashed_) == 0) return false;
  }
  return true;
}

void Cluster::CheckUnneeded(uint32_t object, std::string_view what) {
  for (uint32_t p = 0; p < process_count(); ++p) {
    if (!living(p) || !Holds(p, object) || Excused(p, object)) continue;
    Fail("object ", object + 1, " is ", what, ", and process ", p, " has it");
  }
  for (const Data& data : data_) {
    if (data.object != object || data.repeat || data.unkept || (data.givers & crashed_) != 0) continue;
    Fail("object ", object + 1, " is ", what, ", and is on its way to process ", data.to);
  }
}

// Nothing is on its way, and every death was told: then what is known and what is true are the same.
void Cluster::CheckQuiet() {
  for (uint32_t object = 0; object < objects_.size(); ++object) {
    const Object& about = objects_[object];
    if (about.freed) continue;  // Who has it hears of that when it asks.
    bool held = false;
    for (uint32_t p = 0; p < process_count(); ++p) {
      if (!living(p)) continue;
      const bool holds = Holds(p, object);
      const Standing standing = StandingOf(p, object);
      held = held || holds;
      if (holds && !alive(object)) Fail("object ", object + 1, " is gone, and process ", p, " was not told");
      if (p == about.owner) {
        if ((standing == Standing::kOwned) == about.dead)
          Fail("object ", object + 1, ": its owner does not know its state");
      } else if (standing != (holds ? Standing::kGranted : Standing::kUnknown)) {
        Fail("object ", object + 1, " stands ", static_cast<uint32_t>(standing), " at process ", p,
             holds ? ", which has it" : ", which does not have it");
      }
    }
    if (alive(object) && !held && !RemembersOnly(object)) Fail("object ", object + 1, " leaks: nothing has it");
    if (alive(object) && about.idle == held)
      Fail("object ", object + 1, held ? " is needed, and idle" : " is not idle");
  }
  for (const std::string& complaint : history_->TakeComplaints()) Fail(complaint);
}

// ---- Until nothing happens any more

bool Cluster::Drain(SplitMix* random) {
  const auto draw = [random](uint64_t count) { return random != nullptr ? random->Below(count) : 0; };
  for (uint64_t round = 0; round < 10'000; ++round) {
    bool acted = false;
    for (uint32_t p = 0; p < process_count(); ++p) {
      for (uint32_t dead = 0; dead < process_count(); ++dead) {
        if (!living(dead) && !told(p, dead)) acted = TellDeath(p, dead) || acted;
      }
      while (Act(p) > 0) acted = true;
    }
    while (!packets_.empty() || !data_.empty()) {
      acted = true;
      const uint64_t index = draw(packets_.size() + data_.size());
      const uint32_t to = index < packets_.size() ? packets_[index].to : data_[index - packets_.size()].to;
      index < packets_.size() ? Deliver(index) : DeliverData(index - packets_.size());
      while (Act(to) > 0) continue;
    }
    if (acted) continue;
    for (uint32_t p = 0; p < process_count(); ++p) {
      for (uint32_t q = 0; living(p) && q < process_count(); ++q) {
        if (processes_[p].participant.UnheardBy(WorkerOf(q)) == 0) continue;
        acted = true;
        living(q) ? TellUnheard(p, q) : static_cast<void>(TellDeath(p, q));
      }
    }
    if (!acted) return true;
  }
  Fail("does not become quiet");
  return false;
}

void Cluster::Quiet(SplitMix* random) {
  if (Drain(random)) CheckQuiet();
}

void Cluster::TearDown(SplitMix* random) {
  for (uint32_t task = 0; task < tasks_.size(); ++task) {
    FailTask(task);
    tasks_[task].running = false;
  }
  for (uint32_t p = 0; p < process_count(); ++p) {
    for (uint32_t object = 0; object < objects_.size(); ++object) {
      Drop(p, object);
      WeakGone(p, object);
    }
  }
  Quiet(random);
  for (uint32_t p = 0; p < process_count(); ++p) {
    if (!living(p)) continue;
    const RefCounterStats stats = processes_[p].participant.Stats();
    if (stats.counted_count + stats.decided_count + stats.lent_count + stats.unheard_count == 0) continue;
    Fail("process ", p, " still counts ", stats.counted_count, ", lends ", stats.lent_count, ", decided ",
         stats.decided_count, ", unheard ", stats.unheard_count);
  }
}

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
