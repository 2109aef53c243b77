// core/interface/ref_counter.h -- decides when an object that has escaped may die.
//
// Inside a process a reference is counted in its object's own state, by one atomic and no call. The ref counter hears
// of an object when it escapes: when a reference crosses a process, or is stored inside another object. From then on
// more than this process's references may need it, and the counter says when nothing does.
//
//   unknown --kEscaped--> counted --(nothing needs it any more)--> decided --TakeDecisions--> unknown
//                           \  ^------kLocalBack, kBorrowed, ...------/
//                            \---kDied--> unknown
//
// Shapes    Events in, decisions out: no threads, clocks or sockets. A decision is an event too: for this process, or a
//           message that another process's counter is to observe. Both tables are trivially copyable, so that whole
//           batches cross processes as they are.
// Threads   [one-at-a-time]; nothing blocks.
// Memory    Bookkeeping only; objects belong to the runtime and the store. Nobody keeps what `site_file` points to.
// Errors    Only the codes named below; a call that fails changes nothing.
// Cost      O(events), O(decisions). kLocalBack: O(decisions that nobody has taken). kWorkerDied: O(all that is known).
//           List: O(all that is known), and may sort it.
//
// Source    docs/adr/0017-ref-counter-events.md, docs/adr/0022-ownership-protocol.md; who is told of every object, and
//           List: docs/adr/0028-counters-show-what-they-know.md.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "absl/status/status.h"
#include "core/base/ids.h"

namespace manta {

enum class RefEventKind : uint32_t {
  // What this process tells.
  kEscaped = 1,  // Counted from now on. This process has references to it.
  kLocalGone,    // This process has no reference to it any more.
  kLocalBack,    // It has one again: the object `other` was read, which held the id; nil: a weak reference was locked.
  kNested,       // The object `other` holds a reference to it.
  kUnnested,     // `other` does not any more: it has died.
  kBorrowed,     // The process `worker` has references to it.
  kReturned,     // It has none any more, or has ended.
  kSubmitted,    // The task with the result `other` has it as an argument.
  kTaskEnded,    // That task will not run again.
  kDied,         // It is gone, whatever needs it: Free was called. In a decision: it may die.
  kSent,         // A reference to it is on its way to the process `worker`, in the transfer `transfer`.
  kReceived,     // The transfer `transfer` of the process `worker` has come, and with it a reference of this process.
  kLineage,      // The task with the result `other`, which has it as an argument, might have to run again.
  kLineageGone,  // It will not.
  kRebuildable,  // The task that made it can make it again: lineage alone does not keep its value.
  kFinal,        // Nobody can make it again.
  kWeak,         // This process has weak references to it.
  kWeakGone,     // It has none any more.
  kWorkerDied,   // The process `worker` has ended. REQUIRES: nothing that it sent is observed from now on.
  kUnheard,      // What `worker` has not heard is to be told again: its answer took too long.

  // What counters tell each other, besides kBorrowed and kReturned.
  kGranted,  // The owner: `worker` is among those that keep it. A worker's own references may go.
  kGone,     // The owner: there is no such object any more. In a decision: this process has lost it.
  kTaken,    // The transfer `transfer` has come, and its reference is granted.
  kHeard,    // All messages up to `sequence` have come.

  // In a decision only.
  kIdle,    // Only weak references and lineage are left: its value may go when there is need. It stays counted.
  kNeeded,  // It was idle, and is not any more: its value must stay, or be made again.

  // kCapabilityObservesAll only. Others ignore them.
  kMade,          // There is a new object, with one reference, by `other`'s code. Its size, if it is known already.
  kLocalAdded,    // One more reference in this process, held by `other`'s code. Counts: it is told once.
  kLocalDropped,  // One fewer, let go by `other`'s code. Counts, too.
  kValued,        // Its value has come, of `size_bytes`.
};
inline constexpr uint32_t kRefEventKindMax = static_cast<uint32_t>(RefEventKind::kValued);

struct RefEvent {
  RefEventKind kind = RefEventKind::kEscaped;
  uint32_t site_line = 0;           // Where in the program; 0: not known.
  ObjectId object = {};             // Nil in kWorkerDied, kUnheard and kHeard alone.
  ObjectId other = {};              // An object, or a task by its result; nil for the program's main part.
  uint64_t worker = 0;              // The other process. In a message: the one that tells.
  uint64_t transfer = 0;            // Never 0 in a transfer's events, nor used twice for an object by one process.
  uint64_t sequence = 0;            // A message's number on the way from `worker` to here; 0: this process tells.
  uint64_t size_bytes = 0;          // Of its value: kMade, kValued. 0: not known.
  const char* site_file = nullptr;  // Static text of this process; null when not known.
};
static_assert(sizeof(RefEvent) == 80 && std::is_trivially_copyable_v<RefEvent>);

// Whether an event names all that its kind needs.
constexpr bool Complete(const RefEvent& event) {
  const auto kind = static_cast<uint32_t>(event.kind);
  if (kind == 0 || kind > kRefEventKindMax) return false;
  switch (event.kind) {
    case RefEventKind::kWorkerDied:
    case RefEventKind::kUnheard:
      return event.worker != 0;
    case RefEventKind::kHeard:
      return event.worker != 0 && event.sequence != 0;
    case RefEventKind::kNested:
    case RefEventKind::kUnnested:
    case RefEventKind::kSubmitted:
    case RefEventKind::kTaskEnded:
    case RefEventKind::kLineage:
    case RefEventKind::kLineageGone:
      return !event.object.nil() && !event.other.nil();
    case RefEventKind::kBorrowed:
    case RefEventKind::kReturned:
    case RefEventKind::kGranted:
      return !event.object.nil() && event.worker != 0;
    case RefEventKind::kSent:
    case RefEventKind::kReceived:
    case RefEventKind::kTaken:
      return !event.object.nil() && event.worker != 0 && event.transfer != 0;
    default:
      return !event.object.nil();
  }
}

// What a counter has decided.
struct RefDecision {
  uint64_t worker =
      0;  // 0: for this process: kDied, kIdle, kNeeded or kGone. Else `event` is a message for that process.
  RefEvent event = {};
};
static_assert(std::is_trivially_copyable_v<RefDecision>);

// What a counter knows of an object: the event that told it, as it stands now.
//   kMade                    who made it, where; its size. kCapabilityObservesAll only, as is
//   kLocalAdded              whose code holds `count` references to it, and where that got the last of them.
//   kEscaped                 it is counted, and this process has references to it.
//   kLocalBack               a reference to `other` was read out of it, and the owner of that has not answered yet.
//   kNested, kSubmitted, kLineage, kBorrowed, kSent, kWeak   what else needs or remembers it.
struct RefFact {
  RefEvent event = {};
  int64_t since_ns = 0;  // When it began, by the host's clock; 0: not known.
  uint64_t count = 1;    // How often it is so at once: kLocalAdded.
};
static_assert(std::is_trivially_copyable_v<RefFact>);

struct RefCounterStats {
  uint64_t counted_count = 0;  // Objects that something is known of, those that are decided included.
  uint64_t decided_count = 0;  // Decisions that nobody has taken yet.
  uint64_t lent_count = 0;     // This process's objects that others have, or that are on their way to them.
  uint64_t unheard_count = 0;  // Messages whose coming nobody has confirmed yet.
};

class RefCounter {
 public:
  static constexpr std::string_view kInterfaceName = "ref_counter";
  static constexpr uint32_t kInterfaceVersion = 3;

  // Capabilities a plugin declares in its manifest.
  static constexpr uint64_t kCapabilityObservesAll = 1;  // Hears of objects that do not escape, too: ObserveOneIn.
  static constexpr uint64_t kCapabilityProtects = 2;  // Counts what is not this process's: nesting, borrowers, tasks.
  static constexpr uint64_t kCapabilityTalks = 4;  // Keeps objects of other processes, by messages to their counters.

  virtual ~RefCounter() = default;

  // Comes before every other call, once: this process is `worker`.
  //   kInvalidArgument  it is 0.
  virtual absl::Status Start(uint64_t worker) = 0;

  // Of how many new objects it wants to hear of one, at least 1; 0: of none but those that escape. Without
  // kCapabilityObservesAll 0. The same at every call. Of an object that it hears of by kMade it hears all that happens,
  // and last kDied; of others kEscaped is the first, as ever.
  virtual uint64_t ObserveOneIn() const = 0;

  // Hears of `events`, in their order. An event that repeats what is known already changes nothing. With
  // kCapabilityProtects an object is decided when this process has no reference to it, and nothing contains it, borrows
  // it or has it as an argument; without, when this process has no reference to it. What needs it again before its
  // decision is taken withdraws that. Nothing is decided of an object after kDied.
  // With kCapabilityTalks messages may come late, twice, in any order, or never, as long as kUnheard is told now and
  // then of those whose messages are unheard; and who has an object of another process keeps it there.
  // An object that was made and has not escaped is never decided, whatever is told of it: its runtime knows itself when
  // it dies. References to an object of which nothing is known change nothing.
  // REQUIRES: kEscaped, or kMade and then kEscaped, is the first that is told of an object, if it is this process's
  // own.
  //   kInvalidArgument  an event is not Complete; the message says which of how many.
  virtual absl::Status Observe(std::span<const RefEvent> events) = 0;

  // Takes decisions, the oldest first, as many as there is room for; returns how many. Each is taken once, and its
  // object is unknown after kDied and kGone. Messages come after decisions for this process.
  // REQUIRES: none is left when a value goes that was idle; one of them may be kNeeded.
  virtual uint64_t TakeDecisions(std::span<RefDecision> decisions) = 0;

  // Shows to tools what is known: copies facts, those of one object side by side, as many as `facts` has room for;
  // returns how many there are. What is decided is not shown. A counter that neither protects nor observes has none.
  virtual uint64_t List(std::span<RefFact> facts) const = 0;

  // A process may end without loss to others when lent_count and unheard_count are 0.
  virtual RefCounterStats Stats() const = 0;
};

}  // namespace manta

// SPDX-License-Identifier: Apache-2.0
